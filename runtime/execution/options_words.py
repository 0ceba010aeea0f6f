"""What an options market says when it refuses: its own errors in words, with the numbers that matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stratc.runtime.keccak import selector

Numbers = Sequence[int]
"""The error's words; the first is the contract that refuses."""
_WAD = 10**18


def _cost(told: Numbers) -> str:
    cost, least, most = (told[at] / _WAD for at in (1, 2, 3))
    if cost < least:
        return (
            f"the options market would pay {cost:,.2f}, less than the {least:,.2f} that the slippage allows"
        )
    return f"the options market would ask {cost:,.2f}, more than the {most:,.2f} that the slippage allows"


def _says(text: str) -> Callable[[Numbers], str]:
    return lambda told: text


_ERRORS: dict[bytes, Callable[[Numbers], str]] = {
    selector(error): words
    for error, words in {
        "TotalCostOutsideOfSpecifiedBounds(address,uint256,uint256,uint256)": _cost,
        "TradingCutoffReached(address,uint256,uint256,uint256)": _says(
            "the options market takes no such trade so near to expiry"
        ),
        "TradeDeltaOutOfRange(address,int256,int256,int256)": _says(
            "the options market takes no such trade of an option whose delta is so near to 0 or 1"
        ),
        "ForceCloseDeltaOutOfRange(address,int256,int256,int256)": _says(
            "the options market closes nothing by force whose delta is not near to 0 or 1"
        ),
        "BoardIsFrozen(address,uint256)": _says("the options market has stopped trading this expiry"),
        "BoardExpired(address,uint256,uint256,uint256)": _says("the option has expired"),
        "RateIsInvalid(address,uint256,bool)": _says("the options market has no price that it trusts"),
        "QuoteTransferFailed(address,address,address,uint256)": _says(
            "the account has too little of what the options market is paid in"
        ),
        "AdjustmentResultsInMinimumCollateralNotBeingMet(address,"
        "(uint256,uint256,uint8,uint256,uint256,uint8),uint256)": _says(
            "what secures the option is less than the options market wants"
        ),
        "LockingMoreQuoteThanIsFree(address,uint256,uint256,(uint256,uint256))": _says(
            "the options market's pool has too little left to sell this much"
        ),
        "VolSkewOrBaseIvOutsideOfTradingBounds(address,bool,(uint256,uint256,uint256),"
        "(uint256,uint256,uint256),(uint256,uint256,uint256))": _says(
            "the order would move the options market's volatility too far"
        ),
    }.items()
}


def options_words(kind: bytes, told: Numbers) -> str | None:
    """The clause for an error by its selector (4 bytes), None where it is none of an options market's.

    Raises:
        IndexError: it has fewer words than it must.
    """
    words = _ERRORS.get(kind)
    return None if words is None else words(told)
