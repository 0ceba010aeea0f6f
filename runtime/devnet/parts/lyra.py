"""Lyra's options market: two boards of strikes around the price, a pool that makes the market, a hedger behind it.

It trades in the synthetic dollar and ether it was written for, not in the tokens of the other venues.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from stratc.runtime.chain.contract import Contract
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.artifacts import artifact
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.packages import LYRA
from stratc.runtime.devnet.parts import lyra_terms as terms
from stratc.runtime.devnet.parts.lyra_terms import DAY, WAD, WEEK

DOLLARS = b"sUSD".ljust(32, b"\0")
ETHER = b"sETH".ljust(32, b"\0")
POOL_DOLLARS = 20_000_000
FIRST_EXPIRY, SECOND_EXPIRY = 28 * DAY, 54 * DAY
"""A board expires on the first Friday, 08:00 UTC, after so much time."""
FRIDAY = DAY + 8 * 3_600
"""08:00 of the first Friday there was, in epoch seconds."""
STRIKES = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
"""As factors of the price, before rounding."""
SKEWS = (1.15, 1.1, 1.05, 1.0, 1.0, 1.05, 1.1)
VOLATILITY = 0.8
EVERYTHING = 2**255


class Lyra(NamedTuple):
    """The market; positions are tokens of `option_token`, premiums and collateral are paid in `dollar`."""

    market: Contract
    pricer: Contract
    greeks: Contract
    option_token: Contract
    pool: Contract
    hedger: Contract
    collateral: Contract
    dollar: Contract
    ether: Contract
    rates: Contract
    viewer: Contract
    boards: tuple[int, ...]


class _Exchange(NamedTuple):
    """The synthetic assets' exchange, as its own test contracts stand in for it."""

    adapter: Contract
    exchanger: Contract
    rates: Contract
    synthetix: Contract
    approvals: Contract
    shorts: Contract
    resolver: Contract
    dollar: Contract
    ether: Contract


class _Market(NamedTuple):
    market: Contract
    pricer: Contract
    greeks: Contract
    pool: Contract
    pool_token: Contract
    option_token: Contract
    collateral: Contract
    hedger: Contract
    viewer: Contract


def deploy(deployer: Deployer, dollars_per_ether: float) -> Lyra:
    """The market with both boards, and dollars in its pool."""
    exchange = _exchange(deployer)
    made = _market(deployer)
    _connect_exchange(deployer, exchange, made)
    _connect_market(deployer, exchange, made)
    _set_terms(deployer, made)
    _rate(deployer, exchange.rates, dollars_per_ether)
    _fill(deployer, exchange, made)
    now = int(deployer.rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    boards = tuple(
        _board(deployer, made, friday(now + after), dollars_per_ether)
        for after in (FIRST_EXPIRY, SECOND_EXPIRY)
    )
    market, pricer, greeks, pool, _, option_token, collateral, hedger, viewer = made
    return Lyra(
        market,
        pricer,
        greeks,
        option_token,
        pool,
        hedger,
        collateral,
        exchange.dollar,
        exchange.ether,
        exchange.rates,
        viewer,
        boards,
    )


def trade_at(rpc: Rpc, lyra: Lyra, dollars_per_ether: float) -> None:
    """Tell the market a new price and bring its greeks up to date, as Lyra's keepers do."""
    deployer = Deployer(rpc)
    _rate(deployer, lyra.rates, dollars_per_ether)
    now = int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    for board in lyra.market.call(rpc, "getLiveBoards"):
        if lyra.market.call(rpc, "getOptionBoard", board)[1] > now:
            deployer.send(lyra.greeks, "updateBoardCachedGreeks", board)


def give(deployer: Deployer, lyra: Lyra, receiver: str, *, dollars: int = 0, ether: int = 0) -> None:
    """Hand out the synthetic assets, in their smallest units (18 decimals)."""
    for token, amount in ((lyra.dollar, dollars), (lyra.ether, ether)):
        if amount:
            deployer.send(token, "mint", receiver, amount)


def friday(seconds: int) -> int:
    """The first Friday, 08:00 UTC, at or after a time."""
    return seconds + (FRIDAY - seconds) % WEEK


def strikes(dollars_per_ether: float) -> list[int]:
    """Round strikes around a price, in whole dollars, each once."""
    step = max(1, 10 ** (len(str(int(dollars_per_ether))) - 2))
    return sorted({max(step, round(dollars_per_ether * factor / step) * step) for factor in STRIKES})


def _exchange(deployer: Deployer) -> _Exchange:
    def made(name: str, *arguments: object) -> Contract:
        return deployer.create(artifact(LYRA, name), *arguments)

    adapter = made("SynthetixAdapter")
    deployer.send(adapter, "initialize")
    return _Exchange(
        adapter,
        made("TestExchanger"),
        made("TestExchangeRates"),
        made("TestSynthetixReturnZero"),
        made("TestDelegateApprovals"),
        made("TestCollateralShort"),
        made("TestAddressResolver"),
        made("TestERC20Fail", "Synthetic USD", "sUSD"),
        made("TestERC20Fail", "Synthetic ETH", "sETH"),
    )


def _market(deployer: Deployer) -> _Market:
    def made(name: str, *arguments: object) -> Contract:
        return deployer.create(artifact(LYRA, name), *arguments, libraries=libraries)

    libraries = {name: deployer.create(artifact(LYRA, name)).address for name in ("GWAV", "BlackScholes")}
    return _Market(
        made("OptionMarket"),
        made("OptionMarketPricer"),
        made("OptionGreekCache"),
        made("LiquidityPool"),
        made("LiquidityToken", "sUSD/sETH Pool Tokens", "LyraELPT"),
        made("OptionToken", "sUSD/sETH Option Tokens", "LyraEOT"),
        made("ShortCollateral"),
        made("ShortPoolHedger"),
        made("OptionMarketViewer"),
    )


def _connect_exchange(deployer: Deployer, x: _Exchange, made: _Market) -> None:
    names = ("ProxySynthetix", "Exchanger", "ExchangeRates", "CollateralShort", "DelegateApprovals")
    parts = (x.synthetix, x.exchanger, x.rates, x.shorts, x.approvals)
    deployer.send(x.synthetix, "init", x.adapter.address, x.dollar.address, x.resolver.address)
    deployer.send(x.shorts, "init", x.adapter.address, x.dollar.address)
    keys = [name.encode().ljust(32, b"\0") for name in names]
    deployer.send(x.resolver, "setAddresses", keys, [part.address for part in parts])
    for token in (x.dollar, x.ether):
        for minter in (x.synthetix, x.shorts):
            deployer.send(token, "permitMint", minter.address, True)
    for part in (x.synthetix, x.shorts):
        deployer.send(part, "addBaseAsset", ETHER, x.ether.address, made.market.address)
    deployer.send(x.adapter, "setAddressResolver", x.resolver.address)
    deployer.send(x.adapter, "updateSynthetixAddresses")
    deployer.send(x.exchanger, "setFeeRateForExchange", ETHER, DOLLARS, terms.FEE_OF_ETHER)
    deployer.send(x.exchanger, "setFeeRateForExchange", DOLLARS, ETHER, terms.FEE_OF_DOLLARS)


def _connect_market(deployer: Deployer, x: _Exchange, made: _Market) -> None:
    def init(part: Contract, *others: Contract) -> None:
        deployer.send(part, "init", *(other.address for other in others))

    market, pricer, greeks, pool, pool_token, option_token, collateral, hedger, viewer = made
    adapter, dollar, ether = x.adapter, x.dollar, x.ether
    init(market, adapter, pool, pricer, greeks, collateral, option_token, dollar, ether)
    init(pricer, market, greeks)
    init(greeks, adapter, market, pricer)
    init(pool, adapter, market, pool_token, greeks, hedger, collateral, dollar, ether)
    init(pool_token, pool)
    init(hedger, adapter, market, greeks, pool, dollar, ether)
    init(collateral, market, pool, option_token, adapter, dollar, ether)
    init(option_token, market, greeks, collateral, adapter)
    init(viewer, adapter)
    deployer.send(
        adapter, "setGlobalsForContract", market.address, DOLLARS, ETHER, terms.SECURITY_MODULE, bytes(32)
    )


def _set_terms(deployer: Deployer, made: _Market) -> None:
    for part, function, values in (
        (made.market, "setOptionMarketParams", terms.MARKET),
        (made.pool, "setLiquidityPoolParameters", terms.POOL),
        (made.hedger, "setPoolHedgerParams", terms.HEDGER),
        (made.greeks, "setGreekCacheParameters", terms.GREEKS),
        (made.greeks, "setMinCollateralParameters", terms.COLLATERAL),
        (made.greeks, "setForceCloseParameters", terms.FORCED_CLOSE),
        (made.pricer, "setPricingParams", terms.PRICING),
        (made.pricer, "setTradeLimitParams", terms.LIMITS),
        (made.pricer, "setVarianceFeeParams", terms.VARIANCE),
        (made.option_token, "setPartialCollateralParams", terms.PARTIAL),
    ):
        deployer.send(part, function, _in_order(part, function, values))
    deployer.send(made.hedger, "setShortBuffer", terms.SHORT_BUFFER)


def _in_order(part: Contract, function: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The values of a structure in the order in which the contract has its fields."""
    entry = next(e for e in part.abi if e["type"] == "function" and e["name"] == function)
    return tuple(values[field["name"]] for field in entry["inputs"][0]["components"])


def _rate(deployer: Deployer, rates: Contract, dollars_per_ether: float) -> None:
    deployer.send(rates, "setRateAndInvalid", ETHER, round(dollars_per_ether * 10**8) * 10**10, False)


def _fill(deployer: Deployer, x: _Exchange, made: _Market) -> None:
    amount = POOL_DOLLARS * WAD
    deployer.send(x.dollar, "mint", deployer.sender, amount)
    deployer.send(x.dollar, "approve", made.pool.address, amount)
    deployer.send(made.pool, "initiateDeposit", deployer.sender, amount)
    deployer.send(made.hedger, "openShortAccount")


def _board(deployer: Deployer, made: _Market, expiry: int, dollars_per_ether: float) -> int:
    listed = strikes(dollars_per_ether)
    skews = [int(skew * 10**6) * 10**12 for skew in SKEWS[: len(listed)]]
    receipt = deployer.send(
        made.market,
        "createOptionBoard",
        expiry,
        int(VOLATILITY * 10**6) * 10**12,
        [strike * WAD for strike in listed],
        skews,
        False,
    )
    number: int = made.market.events(receipt, "BoardCreated")[0]["boardId"]
    return number
