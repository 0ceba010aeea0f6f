"""Ticks as columns: what a kernel reads, and one tick of it as a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.engine.view import BOOK_SIGNALS
from stratc.runtime.kernel.source import KernelError
from stratc.runtime.venues.prices import LastPrices

Floats = NDArray[np.float64]
_CHUNK = 64
"""Ticks looked through at a time for the last available value."""


class Columns:
    """A block of ticks: `t` (epoch s), `block`, and a column for each signal, NaN where it is unavailable."""

    def __init__(self, columns: Mapping[str, NDArray[np.generic]]) -> None:
        """Of one length.

        Raises:
            KernelError: no `t` or `block`, or columns of different lengths.
        """
        for name in ("t", "block"):
            if name not in columns:
                raise KernelError(f"the ticks have no column {name}")
        self.length = len(columns["t"])
        for name, values in columns.items():
            if len(values) != self.length:
                raise KernelError(f"{name} has {len(values):,} ticks, t has {self.length:,}")
        self._blocks = np.ascontiguousarray(columns["block"], dtype=np.int64)
        self._funded: NDArray[np.int64] | None = None
        self._t = np.ascontiguousarray(columns["t"], dtype=np.float64)
        self.signals = {
            name: np.ascontiguousarray(values, dtype=np.float64)
            for name, values in columns.items()
            if name not in ("t", "block")
        }

    @property
    def funded(self) -> NDArray[np.int64]:
        """What has been paid for the position since Python last looked, CENT; to be written by whoever knows."""
        if self._funded is None:
            self._funded = np.zeros(self.length, dtype=np.int64)
        return self._funded

    def pointers(self, names: tuple[str, ...]) -> NDArray[np.int64]:
        """The addresses of these columns; `iv(…)` without a column of its own is `iv`, another one missing."""
        first = [self._t, self._blocks, self._column("spot"), self._column("iv"), self.funded]
        self._read = [*first, *(self._column(name) for name in names[len(first) :])]
        return np.array([column.ctypes.data for column in self._read], dtype=np.int64)

    def _column(self, name: str) -> NDArray[np.generic]:
        if name in self.signals:
            return self.signals[name]
        if name.startswith("iv(") and "iv" in self.signals:
            return self.signals["iv"]
        return np.full(self.length, np.nan)

    def snapshot(self, at: int) -> Snapshot:
        """One tick."""
        signals = {name: _value(column[at]) for name, column in self.signals.items()}
        return Snapshot(*self.when(at), signals)

    def when(self, at: int) -> tuple[float, int]:
        """Time and block of a tick."""
        return float(self._t[at]), int(self._blocks[at])

    def held(self, name: str, start: int, end: int) -> Floats | None:
        """A signal from one tick to before another, each gap filled with the value before it; None: none before."""
        if name not in self.signals:
            return None
        part = self.signals[name][start:end]
        gaps = np.isnan(part)
        if not gaps.any():
            return part
        before = _last(self.signals[name], start)
        if before is None:
            return None
        filled = np.where(gaps, 0, np.arange(end - start))
        part = np.where(gaps & (np.arange(end - start) == 0), before, part)
        return part[np.maximum.accumulate(filled)]

    def steps(self, start: int, end: int) -> Floats:
        """Seconds from the tick before to each tick."""
        return self._t[start:end] - self._t[start - 1 : end - 1]

    def last_known(self, at: int) -> Snapshot:
        """One tick with the last available values of what a venue remembers, up to then."""
        names = [name for name in LastPrices.NEEDED if name in self.signals]
        signals = {name: _last(self.signals[name], at) for name in names}
        return Snapshot(*self.when(at), signals)


def columns_of(snapshots: Iterable[Snapshot]) -> dict[str, NDArray[np.generic]]:
    """Snapshots as columns; a signal that some of them do not name is unavailable there (`iv(…)`: is `iv`).

    Raises:
        KernelError: a signal of the book is reported at some ticks only, which no column can say.
    """
    rows = list(snapshots)
    names = dict.fromkeys(name for row in rows for name in row.signals)
    for name in BOOK_SIGNALS.intersection(names):
        if any(name not in row.signals for row in rows):
            raise KernelError(f"{name} is told at some ticks and not at others")
    columns: dict[str, NDArray[np.generic]] = {
        "t": np.array([row.t for row in rows], dtype=np.float64),
        "block": np.array([row.block for row in rows], dtype=np.int64),
    }
    for name in names:
        other = "iv" if name.startswith("iv(") else name
        values = [row.signals.get(name, row.signals.get(other)) for row in rows]
        columns[name] = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    return columns


def _last(column: Floats, at: int) -> float | None:
    """The last available value up to a tick."""
    now = float(column[at])
    if now == now:
        return now
    end = at
    while end > 0:
        there = np.flatnonzero(~np.isnan(column[max(0, end - _CHUNK) : end]))
        if len(there):
            return float(column[max(0, end - _CHUNK) + int(there[-1])])
        end -= _CHUNK
    return None


def _value(value: np.float64) -> float | None:
    number = float(value)
    return None if number != number else number
