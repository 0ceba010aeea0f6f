"""Walk-forward: in each fold the parameters that were best before it, and what they then earned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np

from stratc.runtime.backtest.engine import Engine, Span
from stratc.runtime.backtest.measured import Measured
from stratc.runtime.backtest.statistics import Estimate, sharpe
from stratc.runtime.backtest.sweep import Task, Work
from stratc.runtime.pool import Where, in_order


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold after the first."""

    span: Span
    chosen: dict[str, float]
    """The parameters with the best Sharpe ratio over all folds before."""
    earned: Measured
    """What they made in this one."""
    best: float
    """What the best parameters in hindsight made, quote."""


@dataclass(frozen=True, slots=True)
class WalkForward:
    """The folds in order; nothing of a fold was known when its parameters were chosen."""

    folds: tuple[Fold, ...]

    @property
    def pnl(self) -> float:
        """Of the chosen parameters, quote."""
        return sum(fold.earned.pnl for fold in self.folds)

    @property
    def hindsight(self) -> float:
        """Of the best parameters of each fold, quote."""
        return sum(fold.best for fold in self.folds)

    @property
    def sharpe(self) -> Estimate | None:
        """Out of sample, a year."""
        returns = np.concatenate([fold.earned.returns for fold in self.folds])
        return sharpe(returns, self.folds[0].earned.periods)


def spans(start: float, end: float, folds: int) -> list[Span]:
    """The time from `start` to `end` (included) in equal parts."""
    width = (end - start) / folds
    edges = [start + width * at for at in range(folds)] + [float(np.nextafter(end, np.inf))]
    return list(pairwise(edges))


def runs(
    engine: Engine,
    points: Sequence[Mapping[str, float]],
    parts: Sequence[Span],
    workers: int,
    where: Where = in_order,
) -> Iterator[Measured]:
    """Every point on every part, each with a fresh book: all parts of the first point first."""
    tasks = [Task(point, part) for point in points for part in parts]
    return where(Work(engine), tasks, workers)


def walk_forward(measured: Sequence[Measured], parts: Sequence[Span]) -> WalkForward:
    """The folds, from the results of `runs`; anchored: each choice is made on everything before it."""
    points = [measured[at : at + len(parts)] for at in range(0, len(measured), len(parts))]
    folds = []
    for at in range(1, len(parts)):
        chosen = max(points, key=lambda runs, before=at: _score(runs[:before]))  # type: ignore[misc]  # the fold's own
        best = max(runs[at].pnl for runs in points)
        folds.append(Fold(parts[at], chosen[at].params, chosen[at], best))
    return WalkForward(tuple(folds))


def _score(runs: Sequence[Measured]) -> float:
    """Sharpe ratio an hour over several runs; without any spread, their mean."""
    changes = np.concatenate([run.hourly for run in runs])
    spread = float(changes.std())
    return float(changes.mean()) / spread * sqrt(len(changes)) if spread > 0.0 else float(changes.mean())
