"""Estimates over all paths, each with its standard error, in memory that does not grow with their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import nsmallest
from math import inf, isnan, sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from stratc.runtime.backtest.statistics import Estimate, probability
from stratc.runtime.report.series import Sample
from stratc.runtime.stress.faults import Fault
from stratc.runtime.stress.randomness import BLOCK, Floats
from stratc.runtime.stress.study import COLUMNS, Found, Outcomes

WORST = 10
"""Paths of each fault that are kept to be looked at again."""
TAIL = 0.05
_HALVINGS = 80
_KEPT = 2_000
"""Moves kept for a median, and breaches told."""


@dataclass(slots=True)
class Breaking:
    """How one thing gives way."""

    paths: int = 0
    first: int = 0
    """Paths on which nothing gave way before it."""
    moves: Sample[float] = field(default_factory=lambda: Sample(_KEPT))

    @property
    def distance(self) -> float:
        """The median move of the price, as a share of the first one, when it gave way."""
        return float(np.median(self.moves.kept)) if self.moves.kept else float("nan")


@dataclass(slots=True)
class Variant:
    """One fault over all paths."""

    fault: Fault
    outcomes: Outcomes
    sobol: bool = False
    liquidated: int = 0
    broke: dict[str, Breaking] = field(default_factory=dict)
    breaches: list[tuple[int, str]] = field(default_factory=list)
    breached: int = 0
    """Paths with a breach."""
    worst: list[tuple[float, int]] = field(default_factory=list)
    """P&L and number of the worst paths."""

    def add(self, rows: Floats, broke: list[dict[str, float]], breaches: list[list[str]]) -> None:
        """The rows of a batch."""
        self.outcomes.add(rows)
        self.liquidated += int(rows[:, 3].sum())
        for given in broke:
            for place, (what, move) in enumerate(given.items()):
                found = self.broke.setdefault(what, Breaking())
                found.paths += 1
                found.first += place == 0
                found.moves.add(move)
        for row, told in zip(rows, breaches, strict=True):
            self.breached += bool(told)
            if len(self.breaches) < _KEPT:
                self.breaches += [(int(row[0]), each) for each in told]
        fresh = [(float(row[1]), int(row[0])) for row in rows]
        self.worst = nsmallest(WORST, [*self.worst, *fresh])

    @property
    def paths(self) -> int:
        """How many there are so far."""
        return self.outcomes.count

    @property
    def liquidation(self) -> Estimate:
        """The probability of being liquidated."""
        if not self.sobol:
            return probability(self.liquidated, self.paths)
        return self.mean("liquidated")

    def mean(self, column: str) -> Estimate:
        """The mean of a column; of a quasi-random test, its error is that of the means of independent blocks."""
        total, square, count = 0.0, 0.0, 0
        for piece in self._grouped(column):
            total += float(piece.sum())
            square += float((piece * piece).sum())
            count += len(piece)
        mean = total / count
        variance = max(0.0, square / count - mean * mean) * count / max(1, count - 1)
        return Estimate(mean, sqrt(variance / count))

    def _grouped(self, column: str) -> Iterator[Floats]:
        for piece in self.outcomes.pieces(column):
            whole = len(piece) // BLOCK * BLOCK
            if not self.sobol or not whole:
                yield piece
            else:
                yield np.asarray(piece[:whole].reshape(-1, BLOCK).mean(axis=1))

    @property
    def shortfall(self) -> Estimate:
        """The mean P&L of the worst twentieth of paths (error: Manistre and Hancock, 2005)."""
        count = max(1, int(self.paths * TAIL))
        edge = self.quantile(count)
        total, square, below = 0.0, 0.0, 0
        for piece in self.outcomes.pieces("pnl"):
            tail = piece[piece < edge]
            total += float((tail - edge).sum())
            square += float(((tail - edge) ** 2).sum())
            below += len(tail)
        away = total / count
        variance = max(0.0, square / count - away * away)
        error = sqrt((variance + (1.0 - TAIL) * away * away) / count) if count > 1 else inf
        return Estimate(edge + away, error)

    def quantile(self, rank: int) -> float:
        """The P&L that `rank` paths (1 or more) are at or below, by halving: the paths are not held in memory."""
        low = min(float(piece.min()) for piece in self.outcomes.pieces("pnl"))
        high = max(float(piece.max()) for piece in self.outcomes.pieces("pnl"))
        for _ in range(_HALVINGS):
            middle = low + 0.5 * (high - low)
            if not low < middle < high:
                break
            if sum(int((piece <= middle).sum()) for piece in self.outcomes.pieces("pnl")) >= rank:
                high = middle
            else:
                low = middle
        return high if sum(int((p <= low).sum()) for p in self.outcomes.pieces("pnl")) < rank else low

    def total(self, column: str) -> float:
        """The sum of a column."""
        return sum(float(piece.sum()) for piece in self.outcomes.pieces(column))

    def against(self, other: Variant) -> Estimate:
        """The mean difference of P&L from another fault's, path by path: the prices are the same."""
        total, square, count = 0.0, 0.0, 0
        for mine, theirs in zip(self.outcomes.pieces("pnl"), other.outcomes.pieces("pnl"), strict=True):
            differences = mine - theirs
            total += float(differences.sum())
            square += float((differences * differences).sum())
            count += len(differences)
        mean = total / count
        return Estimate(mean, sqrt(max(0.0, square / count - mean * mean) / max(1, count - 1)))


class Verdict:
    """All faults; the outcomes are in files until it is closed."""

    def __init__(self, faults: tuple[Fault, ...], sobol: bool = False) -> None:
        """Nothing found yet."""
        self._folder = TemporaryDirectory(prefix="stratc-stress-")
        folder = Path(self._folder.name)
        self.variants = [Variant(fault, Outcomes(folder / f"{at}"), sobol) for at, fault in enumerate(faults)]

    def add(self, found: Found) -> None:
        """One more batch, in order."""
        for at, variant in enumerate(self.variants):
            variant.add(found.rows[at], found.broke[at], found.breaches[at])

    @property
    def breaches(self) -> list[tuple[Fault, int, str]]:
        """Proved limits that were broken, with the path."""
        return [(each.fault, path, told) for each in self.variants for path, told in each.breaches]

    def worst(self) -> tuple[Fault, int, float]:
        """The fault, path and P&L of the worst of all."""
        found = min(self.variants, key=lambda each: each.worst[0])
        return found.fault, found.worst[0][1], found.worst[0][0]

    def first_to_break(self) -> Counter[str]:
        """What gave way first, over all faults, and on how many paths."""
        count: Counter[str] = Counter()
        for variant in self.variants:
            for what, breaking in variant.broke.items():
                count[what] += breaking.first
        return count

    def rows(self) -> Iterator[dict[str, float | None]]:
        """Every outcome, for a file."""
        for kind, variant in enumerate(self.variants):
            columns = [variant.outcomes.pieces(name) for name in COLUMNS]
            for pieces in zip(*columns, strict=True):
                for row in zip(*(piece.tolist() for piece in pieces), strict=True):
                    told = dict(zip(COLUMNS, row, strict=True))
                    yield {"fault": float(kind), **{k: None if isnan(v) else v for k, v in told.items()}}

    def close(self) -> None:
        """Remove the files."""
        self._folder.cleanup()

    def __enter__(self) -> Verdict:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
