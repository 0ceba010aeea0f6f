"""Ticks as columns: what a kernel reads, and one tick of it as a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.kernel.source import KernelError
from stratc.runtime.venues.prices import LastPrices

Floats = NDArray[np.float64]


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
        self._floats = {
            name: np.ascontiguousarray(values, dtype=np.float64) for name, values in columns.items()
        }
        self.signals = {n: v for n, v in self._floats.items() if n not in ("t", "block")}
        self._known: dict[str, Floats] = {}

    def pointers(self, names: tuple[str, ...]) -> NDArray[np.int64]:
        """The addresses of these columns; `iv(…)` without a column of its own is `iv`, another one missing."""
        self._read = [self._column(name) for name in names]
        return np.array([column.ctypes.data for column in self._read], dtype=np.int64)

    def _column(self, name: str) -> Floats:
        if name in self._floats:
            return self._floats[name]
        if name.startswith("iv(") and "iv" in self._floats:
            return self._floats["iv"]
        return np.full(self.length, np.nan)

    def snapshot(self, at: int) -> Snapshot:
        """One tick."""
        signals = {name: _value(column[at]) for name, column in self.signals.items()}
        return Snapshot(float(self._floats["t"][at]), int(self._blocks[at]), signals)

    def when(self, at: int) -> tuple[float, int]:
        """Time and block of a tick."""
        return float(self._floats["t"][at]), int(self._blocks[at])

    def last_known(self, at: int) -> Snapshot:
        """One tick with the last available values of what a venue remembers, up to then."""
        names = [name for name in LastPrices.NEEDED if name in self.signals]
        signals = {name: _value(self._filled(name)[at]) for name in names}
        return Snapshot(float(self._floats["t"][at]), int(self._blocks[at]), signals)

    def _filled(self, name: str) -> Floats:
        """A column whose gaps are filled with the value before them."""
        if name not in self._known:
            column = self.signals[name]
            there = np.where(np.isnan(column), 0, np.arange(self.length))
            self._known[name] = column[np.maximum.accumulate(there)]
        return self._known[name]


def columns_of(snapshots: Iterable[Snapshot]) -> dict[str, NDArray[np.generic]]:
    """Snapshots as columns; a signal that some of them do not name is unavailable there."""
    rows = list(snapshots)
    names = dict.fromkeys(name for row in rows for name in row.signals)
    columns: dict[str, NDArray[np.generic]] = {
        "t": np.array([row.t for row in rows], dtype=np.float64),
        "block": np.array([row.block for row in rows], dtype=np.int64),
    }
    for name in names:
        values = [row.signals.get(name) for row in rows]
        columns[name] = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    return columns


def _value(value: np.float64) -> float | None:
    number = float(value)
    return None if number != number else number
