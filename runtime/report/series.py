"""Series of any length in bounded memory, for plots: thinned, but with every extreme kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

_T = TypeVar("_T")
_HUGE = 1e300


class Bucket(NamedTuple):
    """What one series did in a stretch of ticks: its extremes, when they were, and its last value."""

    low: float
    low_t: float
    high: float
    high_t: float
    last: float


class Tracks:
    """Several series with a common clock, kept as at most `limit` / 2 stretches of equally many ticks.

    When the stretches are used up, neighbours are joined in pairs, so any number of ticks fits, and a
    spike of one tick is never lost. Missing and infinite values are gaps.
    """

    def __init__(self, names: Sequence[str], limit: int = 2_000) -> None:
        """Series called `names`; `points` gives at most `limit` points for each."""
        self.names = tuple(names)
        self.ends: list[float] = []
        """The time of the last tick of each full stretch."""
        self._full = max(2, limit // 2 // 2 * 2)
        self._width = 1
        self._count = 0
        self._t = 0.0
        self._columns: list[list[Bucket | None]] = [[] for _ in self.names]
        self._cells: list[list[float] | None] = [None] * len(self.names)

    def add(self, t: float, values: Sequence[float | None]) -> None:
        """One tick: a value for each name."""
        cells = self._cells
        for index, value in enumerate(values):
            if value is None or not -_HUGE < value < _HUGE:
                continue
            cell = cells[index]
            if cell is None:
                cells[index] = [value, t, value, t, value]
                continue
            if value < cell[0]:
                cell[0], cell[1] = value, t
            elif value > cell[2]:
                cell[2], cell[3] = value, t
            cell[4] = value
        self._t = t
        self._count += 1
        if self._count == self._width:
            self._close()

    def points(self, name: str) -> list[tuple[float, float] | None]:
        """The thinned series as (t, value) in order of time; None where the line must break."""
        points: list[tuple[float, float] | None] = []
        for bucket in self.buckets(name):
            if bucket is None:
                if points and points[-1] is not None:
                    points.append(None)
                continue
            low, high = (bucket.low_t, bucket.low), (bucket.high_t, bucket.high)
            points.extend([low] if low[0] == high[0] else sorted((low, high)))
        return points

    def buckets(self, name: str) -> list[Bucket | None]:
        """The stretches of a series, the unfinished one included; None where it had no value."""
        index = self.names.index(name)
        column = self._columns[index]
        cell = self._cells[index]
        return [*column, Bucket(*cell) if cell else None] if self._count else list(column)

    def times(self) -> list[float]:
        """The time of the last tick of each stretch, aligned with `buckets`."""
        return [*self.ends, self._t] if self._count else list(self.ends)

    def _close(self) -> None:
        for column, cell in zip(self._columns, self._cells, strict=True):
            column.append(Bucket(*cell) if cell else None)
        self._cells = [None] * len(self.names)
        self._count = 0
        self.ends.append(self._t)
        if len(self.ends) == self._full:
            self.ends = self.ends[1::2]
            self._columns = [
                [_join(a, b) for a, b in zip(column[::2], column[1::2], strict=True)]
                for column in self._columns
            ]
            self._width *= 2


def _join(first: Bucket | None, second: Bucket | None) -> Bucket | None:
    if first is None or second is None:
        return first or second
    low = first if first.low <= second.low else second
    high = first if first.high >= second.high else second
    return Bucket(low.low, low.low_t, high.high, high.high_t, second.last)


class Sample(Generic[_T]):
    """Every `stride`-th of a stream, the stride doubling so that at most `limit` are kept."""

    def __init__(self, limit: int) -> None:
        """Keep at most `limit` (at least 2)."""
        self.kept: list[_T] = []
        self.stride = 1
        self.seen = 0
        self._limit = limit

    def add(self, item: _T) -> None:
        """One more of the stream."""
        if self.seen % self.stride == 0:
            if len(self.kept) == self._limit:
                self.kept = self.kept[::2]
                self.stride *= 2
            if self.seen % self.stride == 0:
                self.kept.append(item)
        self.seen += 1
