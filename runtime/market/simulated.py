"""An embedded market: seeded and repeatable, by the name of a preset."""

from __future__ import annotations

from difflib import get_close_matches
from math import ceil, isfinite

import numpy as np

from stratc.runtime.market.paths import HOUR, Draws, market_paths, schedule
from stratc.runtime.market.presets import PRESETS
from stratc.runtime.market.problems import Problem, UnknownMarket
from stratc.runtime.market.table import TableMarket, market_table, with_tenors

START = 1_793_491_200.0
"""2026-11-01T00:00:00Z: a fixed start, so that a run is the same on any day."""
START_SPOT = 3_200.0
STEP_SECONDS = 60.0


def simulated(
    preset: str,
    seed: int,
    start_spot: float | None = None,
    *,
    steps: int | None = None,
    step_seconds: float = STEP_SECONDS,
    signals: tuple[str, ...] = (),
    iv: float | None = None,
    start: float | None = None,
    end: float | None = None,
) -> TableMarket:
    """The preset's market from START: `steps` ticks (None: as long as its phases last), `step_seconds` apart.

    The same arguments give the same ticks on every platform: values are rounded well above the last bits
    in which mathematical libraries differ. More steps only add ticks at the end; `start` and `end` (epoch
    seconds, start included, end not) only cut. `iv` fixes the implied volatility. ValueError for numbers
    that make no sense, UnknownMarket for another preset.
    """
    if preset not in PRESETS:
        raise unknown_market(preset, "no market of this name")
    scenario = PRESETS[preset]
    spot0 = START_SPOT if start_spot is None else start_spot
    count = ceil(scenario.hours * HOUR / step_seconds) if steps is None and step_seconds > 0.0 else steps or 0
    _validate(seed, spot0, count, step_seconds, iv)
    phases = schedule(scenario, count, step_seconds)
    paths = market_paths(phases, Draws.seeded(seed), spot0, step_seconds, iv)
    cut = {name: values[:count] for name, values in paths.items()}
    t = START + step_seconds * np.arange(count, dtype=np.float64)
    table = market_table(t, cut.pop("spot"), with_tenors(cut, signals))
    about = f"{scenario.about}; simulated, seed {seed}, from {spot0:,g}"
    return TableMarket(preset, about, table).between(start, end)


def unknown_market(name: str, cause: str) -> UnknownMarket:
    """The error that lists the presets, and the nearest one."""
    near = get_close_matches(name, PRESETS, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    return UnknownMarket([Problem("error", name, None, cause, f"{hint}markets: {', '.join(PRESETS)}")])


def _validate(seed: int, spot: float, steps: int, step_seconds: float, iv: float | None) -> None:
    if seed < 0:
        raise ValueError(f"the seed is {seed}; choose 0 or more")
    for name, value in (
        ("start spot", spot),
        ("step", step_seconds),
        ("implied volatility", 1.0 if iv is None else iv),
    ):
        if not (isfinite(value) and value > 0.0):
            raise ValueError(f"the {name} is {value:g}; choose a finite number above 0")
    if steps < 1:
        raise ValueError(f"{steps} ticks are none; choose 1 or more")
