"""From floats to exact amounts, rounded against the trader.

A float that is within a thousandth of a unit of the next integer counts as that integer, so that
0.1 + 0.2 - 0.1 is 0.2 and not 0.199999999; everything else is cut, never rounded up into a larger order.
"""

from __future__ import annotations

from math import ceil, floor

from stratc.runtime.engine.messages import CENT, LOT

_NOISE = 1e-3


def lots(quantity: float) -> int:
    """Base asset or contracts as signed LOT, cut towards zero."""
    units = floor(abs(quantity) * LOT + _NOISE)
    return -units if quantity < 0 else units


def lots_within(bound: float) -> int:
    """The largest number of LOT whose size is not above a bound (0 for a negative one)."""
    units = max(0, lots(bound))
    while units and units / LOT > bound:
        units -= 1
    return units


def cents_up(amount: float) -> int:
    """Quote as CENT, rounded up: what the trader pays or must post."""
    return ceil(amount * CENT - _NOISE)


def cents_down(amount: float) -> int:
    """Quote as CENT, rounded down: what the trader receives."""
    return floor(amount * CENT + _NOISE)
