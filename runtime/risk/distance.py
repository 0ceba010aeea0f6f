"""How far spot must move for an account to be liquidated: the first such move either way, never overstated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.risk.instruments import Instrument, Perpetual
from stratc.runtime.risk.standard import Terms
from stratc.runtime.risk.units import PARTS, PRICE, share_up

FARTHEST = 100
"""Moves beyond a hundred times spot, or below a ten-thousandth of it, are not looked at."""
_LEAST_STEP = 1_000
"""A thousandth of the price: room that is used up and back within less than this is not seen."""


class Pace(NamedTuple):
    """The most that the room above maintenance margin shrinks by for each PRICE of spot, in LOT."""

    falling: int
    rising: int


def pace(positions: Mapping[Instrument, int], terms: Terms, asset: int = 0, at_most: int = 0) -> Pace:
    """From positions and LOT of the asset; `at_most` is what liquidity holds of the asset at the lowest prices.

    An option moves by no more than spot does, and only one way; what is required grows with spot alone.
    """
    falling, rising = at_most, 0
    linear = asset
    for instrument, units in positions.items():
        if isinstance(instrument, Perpetual):
            linear += units
            rising += share_up(abs(units), terms.perpetual_maintenance)
            continue
        if (units > 0) == (instrument.right == "call"):
            falling += abs(units)
        else:
            rising += abs(units)
        if units < 0:
            rising += share_up(-units, terms.option_maintenance)
    return Pace(falling + max(0, linear), rising + max(0, -linear))


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
    at, room = spot, over(spot)
    while most and lowest < at < highest:
        sure = room * LOT * PRICE // (CENT * most)
        then = min(highest, max(lowest, at + way * max(sure, at // _LEAST_STEP, 1)))
        room = over(then)
        if room < 0:
            return _halved(over, at, then, max(1, spot // PARTS))
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
