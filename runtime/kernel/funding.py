"""Funding over a stretch of ticks in which a position does not change: as `SimulatedVenues` pays it, tick by tick."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.engine.messages import CENT, LOT, CashFlow
from stratc.runtime.kernel.columns import Columns

Ints = NDArray[np.int64]
_NOISE = 1e-3
"""As `amounts.cents_down`."""


def payments(ticks: Columns, start: int, end: int, units: int) -> Ints | None:
    """CENT into the account at each tick from `start` (not the first of the block) to before `end`.

    Longs pay the rate and the price that held since the tick before, rounded against the trader. None where one of
    the two was not known by then.
    """
    spot, rate = (ticks.held(name, start - 1, end - 1) for name in ("spot", "funding_rate"))
    if spot is None or rate is None:
        return None
    paid = -units / LOT * spot * rate * ticks.steps(start, end)
    return np.floor(paid * CENT + _NOISE).astype(np.int64)


def flows(ticks: Columns, start: int, paid: Ints) -> list[tuple[int, CashFlow]]:
    """The payments that are not nothing, each with its tick of the block."""
    return [
        (start + int(at), CashFlow("funding", int(paid[at]), ticks.when(start + int(at))[0]))
        for at in np.flatnonzero(paid)
    ]
