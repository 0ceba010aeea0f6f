"""Perp Curie v2: positions of exact size, bounded in the quote, at its clearing house; collateral in its vault."""

from __future__ import annotations

from stratc.compiler.backends.userop.venues import holes
from stratc.compiler.backends.userop.venues.site import Site
from stratc.runtime.bundle import Argument, Call, Side
from stratc.runtime.deployment import PerpCurieAt

_OPEN = (
    "openPosition((address baseToken, bool isBaseToQuote, bool isExactInput, uint256 amount,"
    " uint256 oppositeAmountBound, uint256 deadline, uint160 sqrtPriceLimitX96, bytes32 referralCode) params)"
)
_DEPOSIT = "deposit(address token, uint256 amount)"
_WITHDRAW = "withdraw(address token, uint256 amount)"
_DECIMALS = 18
"""Of every position there."""
_NO_CODE = "0x" + "00" * 32


def trade(site: Site[PerpCurieAt]) -> dict[Side, tuple[Call, ...]]:
    """Both sides of a perpetual order: nothing is paid, so nothing is approved."""
    amount = holes.amount(site.base, _DECIMALS)
    least, most = holes.minimum_out(site.quote, _DECIMALS), holes.maximum_in(site.quote, _DECIMALS)
    market, deadline = site.venue.market, holes.deadline_time()
    sell = (market, True, True, amount, least, deadline, 0, _NO_CODE)
    buy = (market, False, False, amount, most, deadline, 0, _NO_CODE)
    return {"buy": (_opened(site, "buy", buy),), "sell": (_opened(site, "sell", sell),)}


def money(site: Site[PerpCurieAt]) -> dict[Side, tuple[Call, ...]]:
    """Collateral in and out."""
    quote, vault, amount = site.quote, site.venue.vault, holes.amount(site.quote)
    deposit = Call(what=f"deposit {quote.symbol}", to=vault, function=_DEPOSIT, args=(quote.address, amount))
    withdraw = Call(
        what=f"take {quote.symbol} back", to=vault, function=_WITHDRAW, args=(quote.address, amount)
    )
    return {"top up": (holes.approve(quote, vault, amount), deposit), "withdraw": (withdraw,)}


def _opened(site: Site[PerpCurieAt], side: str, order: Argument) -> Call:
    what = f"{side} the perpetual on {site.base.symbol}"
    return Call(what=what, to=site.venue.address, function=_OPEN, args=(order,))
