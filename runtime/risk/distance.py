"""How far spot must move for an account to be liquidated: the first such move either way, never overstated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.risk.instruments import Instrument, Perpetual
from stratc.runtime.risk.standard import Terms
from stratc.runtime.risk.units import PARTS, PRICE, share_down, share_up

FARTHEST = 100
"""Moves beyond a hundred times spot, or below a ten-thousandth of it, are not looked at."""
_LEAST_STEP = 1_000
"""A thousandth of the price: room that is used up and back within less than this is not seen."""
_ROUNDED = 16
"""CENT of room that rounding may take on the way."""


class Pace(NamedTuple):
    """The most that the room above maintenance margin shrinks by for each PRICE of spot, in LOT; not above 0: never."""

    falling: int
    rising: int


def pace(positions: Mapping[Instrument, int], terms: Terms, asset: int = 0, at_most: int = 0) -> Pace:
    """From positions and LOT of the asset; `at_most` is what liquidity holds of the asset at the lowest prices.

    What is linear moves with spot, an option by no more than spot does and only one way; what is required grows
    with spot alone.
    """
    linear, falling, rising = asset, at_most, 0
    for instrument, units in positions.items():
        if isinstance(instrument, Perpetual):
            linear += units
        elif (units > 0) == (instrument.right == "call"):
            falling += abs(units)
        else:
            rising += abs(units)
        share = _share(instrument, units, terms)
        falling -= share_down(abs(units), share)
        rising += share_up(abs(units), share)
    return Pace(falling + linear, rising - linear)


def _share(instrument: Instrument, units: int, terms: Terms) -> int:
    if isinstance(instrument, Perpetual):
        return terms.perpetual_maintenance
    return terms.option_maintenance if units < 0 else 0


def distance(over: Callable[[int], int], spot: int, most: Pace) -> int | None:
    """The smallest relative move of spot (PARTS, rounded down) at which `over` is negative; None: there is none.

    `over` gives the room above maintenance margin (CENT) at a price (PRICE). Each step goes as far as the room
    surely lasts, so that the first price where it ends is not stepped over; the last step is halved.
    """
    if over(spot) < 0:
        return 0
    ways = [
        abs(found - spot)
        for found in (_walk(over, spot, -1, most.falling), _walk(over, spot, 1, most.rising))
        if found is not None
    ]
    return min(ways) * PARTS // spot if ways else None


def _walk(over: Callable[[int], int], spot: int, way: int, most: int) -> int | None:
    """The last price on one side of spot at which there is room, if there is one at which there is none."""
    lowest, highest = max(1, spot // (FARTHEST * FARTHEST)), spot * FARTHEST
    at, room, near = spot, over(spot), max(1, spot // PARTS)
    while most > 0 and lowest < at < highest:
        sure, unsure = (room - _ROUNDED) * LOT * PRICE // (CENT * most), max(1, at // _LEAST_STEP)
        if sure < unsure and over(at + way * near) < 0:  # where all is linear, the sure step ends here
            return at
        then = min(highest, max(lowest, at + way * max(sure, unsure)))
        room = over(then)
        if room < 0:
            return _halved(over, at, then, near)
        at = then
    return None


def _halved(over: Callable[[int], int], good: int, bad: int, near: int) -> int:
    """A price with room, no further than `near` from one without."""
    while abs(bad - good) > near:
        middle = (good + bad) // 2
        if over(middle) < 0:
            bad = middle
        else:
            good = middle
    return good
