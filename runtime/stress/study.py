"""All paths under all faults, in batches on several cores; what comes of them goes to disk, not into memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import NamedTuple

import numpy as np

from stratc.runtime.backtest.engine import machine_of
from stratc.runtime.pool import Where, in_order
from stratc.runtime.session import Observer
from stratc.runtime.stress.faults import Fault, placed
from stratc.runtime.stress.path import Outcome, Path
from stratc.runtime.stress.randomness import Floats
from stratc.runtime.stress.worlds import World

BATCH = 16
"""Paths of one task."""
COLUMNS = (
    "path",
    "pnl",
    "worst",
    "liquidated",
    "distance",
    "taken",
    "bound",
    "gas",
    "fees",
    "orders",
    "unfilled",
)
"""Of one outcome in the file; `distance` is the price's move at the liquidation, not a number without one."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Paths of a task."""

    first: int
    count: int


class Found(NamedTuple):
    """What came of a batch, by fault."""

    first: int
    rows: Floats
    """Shape (faults, paths, COLUMNS)."""
    broke: list[list[dict[str, float]]]
    """What gave way, in order, with the move of the price by then."""
    breaches: list[list[list[str]]]


@dataclass(frozen=True, slots=True)
class Study:
    """A stress test; can be sent to another process, where a batch gives the same."""

    plan: str
    """A plan file's text."""
    world: World
    faults: tuple[Fault, ...]
    params: Mapping[str, float]

    def __call__(self, batch: Batch) -> Found:
        """The paths of a batch, each under every fault: the same prices for all of them."""
        rows = np.empty((len(self.faults), batch.count, len(COLUMNS)))
        broke: list[list[dict[str, float]]] = [[] for _ in self.faults]
        breaches: list[list[list[str]]] = [[] for _ in self.faults]
        for at, table in enumerate(self.world.tables(batch.first, batch.count)):
            for kind, fault in enumerate(self.faults):
                machine = machine_of(self.plan)(self.params)
                number = batch.first + at
                found = Path(machine, placed(fault, table), self.world.seed + number).run(table.snapshots())
                rows[kind, at] = _row(number, found)
                broke[kind].append(found.broke)
                breaches[kind].append(found.breaches)
        return Found(batch.first, rows, broke, breaches)

    def batches(self, paths: int) -> list[Batch]:
        """All paths, in order."""
        return [Batch(first, min(BATCH, paths - first)) for first in range(0, paths, BATCH)]

    def found(self, paths: int, workers: int, where: Where = in_order) -> Iterator[Found]:
        """Every batch in order, the same whatever the number of workers."""
        return where(self, self.batches(paths), workers)

    def replayed(self, number: int, fault: Fault, observers: Sequence[Observer]) -> Outcome:
        """One path again, watched."""
        (table,) = self.world.tables(number, 1)
        machine = machine_of(self.plan)(self.params)
        path = Path(machine, placed(fault, table), self.world.seed + number, observers)
        return path.run(table.snapshots())


def _row(number: int, found: Outcome) -> list[float]:
    distance = found.broke.get("liquidated", float("nan"))
    return [
        number, found.pnl, found.worst, found.liquidated, distance, found.taken, found.bound,
        found.gas, found.fees, found.orders, found.unfilled,
    ]  # fmt: skip


class Outcomes:
    """The rows of one fault in a file, read again in pieces."""

    PIECE = 65_536

    def __init__(self, file: File) -> None:
        """An empty file at `file`."""
        self.file = file
        self.count = 0
        file.write_bytes(b"")

    def add(self, rows: Floats) -> None:
        """More rows."""
        with self.file.open("ab") as out:
            out.write(np.ascontiguousarray(rows, np.float64).tobytes())
        self.count += len(rows)

    def pieces(self, column: str) -> Iterator[Floats]:
        """A column, a piece at a time."""
        at = COLUMNS.index(column)
        width = 8 * len(COLUMNS)
        with self.file.open("rb") as source:
            while raw := source.read(self.PIECE * width):
                yield np.frombuffer(raw, np.float64).reshape(-1, len(COLUMNS))[:, at]
