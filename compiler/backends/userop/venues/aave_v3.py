"""Aave v3: supply the quote token as collateral, or take it back; the pool checks the health factor itself."""

from __future__ import annotations

from stratc.compiler.backends.userop.venues import holes
from stratc.compiler.backends.userop.venues.site import Site
from stratc.runtime.bundle import Call, Side
from stratc.runtime.deployment import AaveV3At

_SUPPLY = "supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)"
_WITHDRAW = "withdraw(address asset, uint256 amount, address to)"


def money(site: Site[AaveV3At]) -> dict[Side, tuple[Call, ...]]:
    """Margin in and out."""
    quote, pool, amount = site.quote, site.venue.address, holes.amount(site.quote)
    supply = Call(
        what=f"supply {quote.symbol} as collateral",
        to=pool,
        function=_SUPPLY,
        args=(quote.address, amount, site.account, 0),
    )
    withdraw = Call(
        what=f"take {quote.symbol} back",
        to=pool,
        function=_WITHDRAW,
        args=(quote.address, amount, site.account),
    )
    return {"top up": (holes.approve(quote, pool, amount), supply), "withdraw": (withdraw,)}
