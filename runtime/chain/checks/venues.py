"""Whether the venues' contracts belong together, and trade what the deployment and its program name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from stratc.runtime.chain.checks.case import Case, address, differs, silent
from stratc.runtime.deployment import AaveV3At, LyraAt, PerpCurieAt, UniswapV3At
from stratc.runtime.deployment_errors import Finding, dotted


def check(case: Case) -> Iterator[Finding]:
    """Each venue of the file."""
    for name, venue in case.deployment.venues.items():
        yield from _KINDS[venue.kind](case, name, venue)


def _uniswap(case: Case, name: str, venue: UniswapV3At) -> Iterator[Finding]:
    path = ("venues", name, "pool")
    found = [case.ask(venue.pool, function) for function in ("token0()", "token1()", "fee()", "factory()")]
    if not all(found):
        yield silent(path, venue.pool, "token0()", "name a pool of Uniswap v3")
        return
    first, second, fee, factory = (one[0] for one in found)
    if fee != venue.fee:
        yield differs(("venues", name, "fee"), str(venue.fee), str(fee), f"write fee = {fee}")
    traded = {address(first), address(second)}
    missing = {at: symbol for symbol, at in _pair(case, name).items() if at not in traded}
    if missing or not traded <= {token.address for token in case.deployment.tokens.values()}:
        what = " and ".join(sorted(traded))
        lacks = f", and not {' and '.join(missing.values())}" if missing else ""
        cause = f"{dotted(path)}: the pool at {venue.pool} trades {what}{lacks}"
        yield Finding(path, cause, "name the pool of the program's tokens")
    if case.ask(venue.address, "factory()") != (factory,):
        where = ("venues", name, "address")
        cause = f"{dotted(where)}: the router at {venue.address} is not one of the pool's factory {address(factory)}"
        yield Finding(where, cause, "name the SwapRouter02 of that factory")


def _curie(case: Case, name: str, venue: PerpCurieAt) -> Iterator[Finding]:
    parts = (("vault", "getVault()"), ("account_balance", "getAccountBalance()"))
    for key, function in parts:
        path, told = ("venues", name, key), getattr(venue, key)
        found = case.ask(venue.address, function)
        if not found:
            where = ("venues", name, "address")
            yield silent(where, venue.address, function, "name a ClearingHouse of Perp Curie")
            return
        if address(found[0]) != told:
            yield differs(path, told, address(found[0]), f'write {key} = "{address(found[0])}"')
    yield from _market(case, name, venue)
    quote = _pair(case, name, only_quote=True)
    found = case.ask(venue.vault, "getSettlementToken()")
    for symbol, at in quote.items():
        if found and address(found[0]) != at:
            path = ("venues", name, "vault")
            cause = f"{dotted(path)}: the vault at {venue.vault} settles in {address(found[0])}, and {symbol} is {at}"
            yield Finding(path, cause, "name the exchange that settles in the program's quote asset")


def _market(case: Case, name: str, venue: PerpCurieAt) -> Iterator[Finding]:
    exchange = case.ask(venue.address, "getExchange()")
    registry = case.ask(address(exchange[0]), "getMarketRegistry()") if exchange else ()
    if not registry or case.ask(address(registry[0]), "hasPool(address)", venue.market) != (1,):
        path = ("venues", name, "market")
        cause = f"{dotted(path)}: the exchange at {venue.address} has no market of {venue.market}"
        yield Finding(path, cause, "name the base token of one of its markets")


def _lyra(case: Case, name: str, venue: LyraAt) -> Iterator[Finding]:
    asked = (
        ("address", venue.address, "getNumLiveBoards()", "name an OptionMarket of Lyra"),
        ("option_token", venue.option_token, "nextId()", "name the market's OptionToken"),
        ("greek_cache", venue.greek_cache, "getGlobalNetDelta()", "name the market's OptionGreekCache"),
    )
    for key, at, function, fix in asked:
        if not case.ask(at, function):
            yield silent(("venues", name, key), at, function, fix)


def _aave(case: Case, name: str, venue: AaveV3At) -> Iterator[Finding]:
    path = ("venues", name, "address")
    if not case.ask(venue.address, "ADDRESSES_PROVIDER()"):
        yield silent(path, venue.address, "ADDRESSES_PROVIDER()", "name a Pool of Aave v3")
        return
    for symbol, at in _pair(case, name, only_quote=True).items():
        if case.ask(venue.address, "getConfiguration(address)", at) in ((), (0,)):
            cause = f"{dotted(path)}: the pool at {venue.address} takes no {symbol} ({at})"
            yield Finding(path, cause, "name a lending market of the program's quote asset")


def _pair(case: Case, name: str, *, only_quote: bool = False) -> dict[str, str]:
    """The program's tokens, by symbol; none where no program is given, or it does not use the venue."""
    bundle = case.bundle
    if bundle is None or not any(leg.venue == name for rule in bundle.rules for leg in rule.legs):
        return {}
    tokens = (bundle.quote,) if only_quote else (bundle.base, bundle.quote)
    return {token.symbol: token.address for token in tokens}


_KINDS: dict[str, Callable[[Case, str, Any], Iterator[Finding]]] = {
    "uniswap_v3": _uniswap,
    "perp_curie": _curie,
    "lyra": _lyra,
    "aave_v3": _aave,
}
