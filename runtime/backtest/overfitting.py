"""How much of the best of a sweep is luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from stratc.runtime.backtest.measured import Measured
from stratc.runtime.backtest.statistics import deflated_sharpe, luckiest


@dataclass(frozen=True, slots=True)
class Deflated:
    """The best run of a sweep against what luck alone would show."""

    best: Measured
    trials: int
    lucky: float
    """The Sharpe ratio a year that so many trials without skill would show at best."""
    probability: float | None
    """That the best has skill; None where it cannot be said."""


def best_of(runs: Sequence[Measured]) -> Measured:
    """The run with the highest Sharpe ratio, else the highest profit; the first of equals."""
    return max(runs, key=lambda run: (run.sharpe.value if run.sharpe else float("-inf"), run.pnl))


def deflated(runs: Sequence[Measured]) -> Deflated | None:
    """The best of two runs or more; None for fewer, or where no two have a ratio."""
    ratios = [run.sharpe.value / sqrt(run.periods) for run in runs if run.sharpe is not None]
    if len(ratios) < 2:
        return None
    best = best_of(runs)
    mean = sum(ratios) / len(ratios)
    deviation = sqrt(sum((ratio - mean) ** 2 for ratio in ratios) / (len(ratios) - 1))
    lucky = luckiest(deviation, len(ratios)) * sqrt(best.periods)
    return Deflated(best, len(ratios), lucky, deflated_sharpe(best.returns, ratios))
