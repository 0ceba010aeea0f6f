"""Lyra's options market: positions opened, added to and closed, each for a bounded premium; options sold are secured.

Near expiry, and where an option's delta is near 0 or 1, the market takes no other trade than a forced close.
"""

from __future__ import annotations

from stratc.compiler.backends.userop.venues import holes
from stratc.compiler.backends.userop.venues.site import Site
from stratc.runtime.bundle import Call, Hole, OptionSide, Right, Side
from stratc.runtime.deployment import LyraAt

DECIMALS = 18
"""Of every amount there, of options and of money."""
_ORDER = (
    "(uint256 strikeId, uint256 positionId, uint256 iterations, uint8 optionType, uint256 amount,"
    " uint256 setCollateralTo, uint256 minTotalCost, uint256 maxTotalCost) params"
)
_LONG: dict[Right, int] = {"call": 0, "put": 1}
_SHORT: dict[Right, int] = {"call": 3, "put": 4}
"""The market's kinds of options; those sold are secured in the quote asset."""
_ANY = str(2**256 - 1)
_CLOSES: tuple[tuple[OptionSide, OptionSide, OptionSide, str], ...] = (
    ("close long", "close short", "pay and close short", "closePosition"),
    ("force close long", "force close short", "pay and force close short", "forceClosePosition"),
)


def calls(site: Site[LyraAt]) -> dict[Side, tuple[Call, ...]]:
    """All that can be done with a call."""
    return _trade(site, "call")


def puts(site: Site[LyraAt]) -> dict[Side, tuple[Call, ...]]:
    """All that can be done with a put."""
    return _trade(site, "put")


def _trade(site: Site[LyraAt], right: Right) -> dict[Side, tuple[Call, ...]]:
    made: dict[Side, tuple[Call, ...]] = {
        "open long": _open_long(site, right),
        "open short": _open_short(site, right),
    }
    quote, market = site.quote, site.venue.address
    pay = holes.approve(quote, market, holes.shortfall(quote))
    for long, short, paying, function in _CLOSES:
        made[long] = (_close_long(site, right, function),)
        made[short] = (_close_short(site, right, function),)
        made[paying] = (pay, *made[short], holes.take_back(quote, market))
    return made


def _open_long(site: Site[LyraAt], right: Right) -> tuple[Call, ...]:
    quote, market, most = site.quote, site.venue.address, holes.maximum_in(site.quote, DECIMALS)
    return (
        holes.approve(quote, market, most),
        _call(site, f"buy a {right}", "openPosition", _LONG[right], 0, 0, most),
        holes.take_back(quote, market),
    )


def _open_short(site: Site[LyraAt], right: Right) -> tuple[Call, ...]:
    quote, market = site.quote, site.venue.address
    least, after = holes.minimum_out(quote, DECIMALS), holes.collateral_after(quote)
    return (
        holes.approve(quote, market, holes.collateral(quote)),
        _call(site, f"sell a {right}, secured", "openPosition", _SHORT[right], after, least, _ANY),
        holes.take_back(quote, market),
    )


def _close_long(site: Site[LyraAt], right: Right, function: str) -> Call:
    least = holes.minimum_out(site.quote, DECIMALS)
    return _call(site, f"sell a {right} that is held{_how(function)}", function, _LONG[right], 0, least, _ANY)


def _close_short(site: Site[LyraAt], right: Right, function: str) -> Call:
    """Paid from what secures it, and the rest by the account."""
    most, after = holes.maximum_in(site.quote, DECIMALS), holes.collateral_after(site.quote)
    return _call(
        site, f"buy back a {right} that was sold{_how(function)}", function, _SHORT[right], after, 0, most
    )


def _how(function: str) -> str:
    return ", by force" if function.startswith("force") else ""


def _call(
    site: Site[LyraAt],
    what: str,
    function: str,
    kind: int,
    collateral: Hole | int,
    least: Hole | int,
    most: Hole | str,
) -> Call:
    amount = holes.amount(site.base, DECIMALS)
    order = (holes.strike(), holes.position(), 1, kind, amount, collateral, least, most)
    return Call(what=what, to=site.venue.address, function=f"{function}({_ORDER})", args=(order,))
