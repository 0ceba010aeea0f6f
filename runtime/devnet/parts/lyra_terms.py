"""The terms of the option market: Lyra's own defaults, by the names its contracts give them."""

from __future__ import annotations

DECIMALS = 18
WAD: int = 10**DECIMALS
HOUR = 3_600
DAY = 24 * HOUR
WEEK = 7 * DAY
NOBODY = "0x0000000000000000000000000000000000000000"
SECURITY_MODULE = "0xefeefeefeefeefeefeefeefeefeefeefeefeefee"

Terms = dict[str, int | str | bool]


def _wad(value: str) -> int:
    whole, _, rest = value.partition(".")
    return int(whole) * WAD + int((rest + "0" * 18)[:18])


MARKET: Terms = {
    "maxBoardExpiry": 52 * WEEK,
    "securityModule": SECURITY_MODULE,
    "feePortionReserved": _wad("0.1"),
    "staticBaseSettlementFee": _wad("0.0075"),
}
POOL: Terms = {
    "minDepositWithdraw": WAD,
    "depositDelay": WEEK,
    "withdrawalDelay": WEEK,
    "withdrawalFee": _wad("0.01"),
    "guardianMultisig": NOBODY,
    "guardianDelay": 2 * WEEK,
    "boardSettlementCBTimeout": 6 * HOUR,
    "liquidityCBThreshold": _wad("0.01"),
    "liquidityCBTimeout": 3 * DAY,
    "ivVarianceCBThreshold": _wad("0.1"),
    "skewVarianceCBThreshold": _wad("0.35"),
    "ivVarianceCBTimeout": 12 * HOUR,
    "skewVarianceCBTimeout": 12 * HOUR,
    "maxFeePaid": _wad("0.01"),
}
HEDGER: Terms = {"interactionDelay": DAY, "hedgeCap": 2**256 - 1}
SHORT_BUFFER = 2 * WAD
GREEKS: Terms = {
    "maxStrikesPerBoard": 30,
    "acceptableSpotPricePercentMove": _wad("0.05"),
    "staleUpdateDuration": 3 * HOUR,
    "varianceIvGWAVPeriod": DAY,
    "varianceSkewGWAVPeriod": 3 * DAY,
    "optionValueIvGWAVPeriod": DAY,
    "optionValueSkewGWAVPeriod": 3 * DAY,
    "gwavSkewFloor": _wad("0.5"),
    "gwavSkewCap": _wad("2"),
    "rateAndCarry": _wad("0.05"),
}
COLLATERAL: Terms = {
    "minStaticQuoteCollateral": _wad("200"),
    "minStaticBaseCollateral": _wad("0.2"),
    "shockVolA": _wad("2.5"),
    "shockVolPointA": 2 * WEEK,
    "shockVolB": _wad("1.8"),
    "shockVolPointB": 8 * WEEK,
    "callSpotPriceShock": _wad("1.2"),
    "putSpotPriceShock": _wad("0.8"),
}
FORCED_CLOSE: Terms = {
    "ivGWAVPeriod": 12 * HOUR,
    "skewGWAVPeriod": 24 * HOUR,
    "shortVolShock": _wad("1.2"),
    "shortPostCutoffVolShock": _wad("1.4"),
    "longVolShock": _wad("0.8"),
    "longPostCutoffVolShock": _wad("0.5"),
    "liquidateVolShock": _wad("1.3"),
    "liquidatePostCutoffVolShock": _wad("1.6"),
    "shortSpotMin": _wad("0.01"),
    "liquidateSpotMin": _wad("0.02"),
}
PRICING: Terms = {
    "optionPriceFeeCoefficient": _wad("0.01"),
    "optionPriceFee1xPoint": 6 * WEEK,
    "optionPriceFee2xPoint": 16 * WEEK,
    "spotPriceFeeCoefficient": _wad("0.01"),
    "spotPriceFee1xPoint": 6 * WEEK,
    "spotPriceFee2xPoint": 12 * WEEK,
    "vegaFeeCoefficient": _wad("100"),
    "standardSize": _wad("5"),
    "skewAdjustmentFactor": _wad("0.75"),
}
LIMITS: Terms = {
    "minDelta": _wad("0.15"),
    "minForceCloseDelta": _wad("0.25"),
    "tradingCutoff": DAY // 2,
    "minBaseIV": _wad("0.35"),
    "maxBaseIV": _wad("2"),
    "minSkew": _wad("0.5"),
    "maxSkew": _wad("1.5"),
    "minVol": _wad("0.55"),
    "maxVol": _wad("3"),
    "absMinSkew": _wad("0.15"),
    "absMaxSkew": _wad("5"),
    "capSkewsToAbs": False,
}
VARIANCE: Terms = {
    "defaultVarianceFeeCoefficient": _wad("0.25"),
    "forceCloseVarianceFeeCoefficient": _wad("0.25"),
    "skewAdjustmentCoefficient": _wad("3"),
    "referenceSkew": _wad("1"),
    "minimumStaticSkewAdjustment": _wad("1"),
    "vegaCoefficient": _wad("0.01"),
    "minimumStaticVega": 0,
    "ivVarianceCoefficient": _wad("1.5"),
    "minimumStaticIvVariance": _wad("1"),
}
PARTIAL: Terms = {
    "penaltyRatio": _wad("0.2"),
    "liquidatorFeeRatio": _wad("0.4"),
    "smFeeRatio": _wad("0.3"),
    "minLiquidationFee": _wad("15"),
}
FEE_OF_ETHER, FEE_OF_DOLLARS = _wad("0.0075"), _wad("0.005")
"""What the exchange behind the pool takes for a swap out of ether, and out of dollars."""
