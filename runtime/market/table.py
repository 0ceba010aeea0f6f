"""A market held as columns: compact (8 bytes a value), sliced by time, turned into ticks lazily."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.market.base import BLOCK_SECONDS, GAS_PER_ORDER
from stratc.runtime.market.problems import Problem, data_error
from stratc.runtime.market.times import iso

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CHUNK = 4_096

MARKET_INPUTS = ("spot", "mark", "iv", "funding_rate", "gas_price", "gas_cost")
"""Signals that every market of prices gives at each tick."""


@dataclass(frozen=True, slots=True)
class Table:
    """Ticks as arrays of one length: epoch seconds, blocks, a column for each signal (NaN: unavailable)."""

    t: Floats
    block: Ints
    columns: Mapping[str, Floats]

    def between(self, start: float | None, end: float | None) -> Table:
        """The ticks with start <= t < end (None: open), without copying."""
        first = 0 if start is None else int(np.searchsorted(self.t, start, "left"))
        last = len(self.t) if end is None else int(np.searchsorted(self.t, end, "left"))
        window = slice(first, max(first, last))
        return Table(self.t[window], self.block[window], {k: v[window] for k, v in self.columns.items()})

    def snapshots(self) -> Iterator[Snapshot]:
        """The ticks in order, a chunk of Python objects at a time."""
        names = tuple(self.columns)
        for at in range(0, len(self.t), _CHUNK):
            part = slice(at, at + _CHUNK)
            rows = zip(*(_values(column[part]) for column in self.columns.values()), strict=True)
            for t, block, row in zip(self.t[part].tolist(), self.block[part].tolist(), rows, strict=True):
                yield Snapshot(t, block, dict(zip(names, row, strict=True)))


@dataclass(frozen=True, slots=True)
class TableMarket:
    """A market over a table."""

    name: str
    about: str
    table: Table
    problems: tuple[Problem, ...] = ()

    @property
    def length(self) -> int:
        """Number of ticks."""
        return len(self.table.t)

    def __len__(self) -> int:
        return len(self.table.t)

    def describe(self) -> str:
        """One line: what it is, from when to when, what was assumed."""
        t = self.table.t
        return f"{self.name}: {len(t):,} ticks, {iso(float(t[0]))} to {iso(float(t[-1]))}; {self.about}"

    def __iter__(self) -> Iterator[Snapshot]:
        return self.table.snapshots()

    def between(self, start: float | None, end: float | None) -> TableMarket:
        """The same market with start <= t < end (epoch seconds); DataError when no tick is left."""
        if start is None and end is None:
            return self
        table = self.table.between(start, end)
        if not len(table.t):
            first, last = iso(float(self.table.t[0])), iso(float(self.table.t[-1]))
            since = "the beginning" if start is None else iso(start)
            until = "the end" if end is None else iso(end)
            cause = f"no tick between {since} and {until}"
            raise data_error(self.name, cause, f"it runs from {first} to {last}; choose a span inside that")
        return replace(self, table=table)


def market_table(t: Floats, spot: Floats, inputs: Mapping[str, Floats], block: Ints | None = None) -> Table:
    """A table of spot and `inputs`, with what follows from them: block numbers, mark and gas cost an order.

    `gas_cost` (quote) is GAS_PER_ORDER x `gas_price` (of the base asset, ETH, per gas) x spot. Blocks count
    from the epoch, one each BLOCK_SECONDS, where none are given: a slice has the same blocks as the whole.
    """
    columns = {"spot": spot, "mark": spot, **inputs}
    columns["gas_cost"] = GAS_PER_ORDER * columns["gas_price"] * spot
    blocks = np.floor(t / BLOCK_SECONDS).astype(np.int64) if block is None else block
    return Table(t, blocks, columns)


def with_tenors(inputs: Mapping[str, Floats], names: tuple[str, ...]) -> dict[str, Floats]:
    """Inputs with every requested `iv(D)` that has no column of its own: a flat term structure at `iv`."""
    flat = {name: inputs["iv"] for name in names if name.startswith("iv(") and name not in inputs}
    return {**inputs, **flat}


def _values(column: Floats) -> list[float | None]:
    values: list[float | None] = column.tolist()
    if np.isnan(column).any():
        return [None if value != value else value for value in values]
    return values
