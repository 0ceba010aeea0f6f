"""Reads one run back: what the engine got, in order, and what it decided."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from stratc.runtime.engine.messages import Event as Happening
from stratc.runtime.engine.messages import Order, Outcome, Snapshot
from stratc.runtime.journal.codec import (
    read_cashflow,
    read_fill,
    read_order,
    read_outcome,
    read_snapshot,
    read_transfer,
)
from stratc.runtime.journal.errors import JournalError, explained

Event: TypeAlias = Snapshot | Happening
_T = TypeVar("_T")
Status = Literal["running", "finished", "interrupted"]

_READERS: dict[str, Callable[[str], Event]] = {
    "snapshot": read_snapshot,
    "fill": read_fill,
    "cashflow": read_cashflow,
    "transfer": read_transfer,
}


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One run of a journal. Times are market time, epoch seconds; None before the first tick."""

    id: int
    name: str
    program: str
    """The program's whole text."""
    ir_hash: str
    engine: str
    market: str
    """One line for people."""
    seed: int | None
    compiler: str
    """The version of stratc that compiled it."""
    params: Mapping[str, object]
    status: Status
    """`running` also for a run whose process was killed."""
    started_t: float | None
    last_t: float | None
    ticks: int


COLUMNS = (
    "id, name, program, ir_hash, engine, market, seed, compiler, params, status, started_t, last_t, ticks"
)


def run_info(row: tuple[object, ...]) -> RunInfo:
    """A RunInfo from a row of COLUMNS."""
    values = dict(zip(COLUMNS.split(", "), row, strict=True))
    values["params"] = json.loads(str(values["params"]))
    return RunInfo(**values)  # type: ignore[arg-type]  # the columns are the fields


class Recording:
    """One run, read as often as wanted; every method starts from the run's beginning.

    Iterating gives `(event, outcomes)` in the order of application: feed each event to an engine, and at a
    Snapshot compare what its step decides with `outcomes` (empty for fills and flows). Raises JournalError
    for data that cannot be read.
    """

    def __init__(self, connection: sqlite3.Connection, path: str, run: RunInfo) -> None:
        """The run `run` of the journal at `path`."""
        self.run = run
        self._connection = connection
        self._path = path

    def __iter__(self) -> Iterator[tuple[Event, tuple[Outcome, ...]]]:
        decisions = self._decisions()
        ahead = next(decisions, None)
        for tick, event in self._events():
            outcomes: list[Outcome] = []
            if isinstance(event, Snapshot):
                while ahead is not None and ahead[0] == tick:
                    outcomes.append(ahead[1])
                    ahead = next(decisions, None)
            yield event, tuple(outcomes)

    def events(self) -> Iterator[Event]:
        """What the engine got, in the order it was applied."""
        return (event for _, event in self._events())

    def outcomes(self) -> Iterator[Outcome]:
        """What the engine decided, in order."""
        return (outcome for _, outcome in self._decisions())

    def orders(self) -> Iterator[Order]:
        """The orders that left the engine, by tick."""
        for (data,) in self._rows("SELECT data FROM orders WHERE run = ? ORDER BY tick, seq"):
            yield self._decoded(read_order, data)

    def _events(self) -> Iterator[tuple[int, Event]]:
        for tick, kind, data in self._rows("SELECT tick, kind, data FROM events WHERE run = ? ORDER BY seq"):
            yield tick, self._decoded(_READERS[kind], data)

    def _decisions(self) -> Iterator[tuple[int, Outcome]]:
        for tick, data in self._rows("SELECT tick, outcome FROM decisions WHERE run = ? ORDER BY tick, seq"):
            yield tick, self._decoded(read_outcome, data)

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        with explained(self._path):
            cursor = self._connection.execute(query, (self.run.id,))
        while True:
            with explained(self._path):
                batch = cursor.fetchmany(1_000)
            if not batch:
                return
            yield from batch

    def _decoded(self, read: Callable[[str], _T], data: str) -> _T:
        try:
            return read(data)
        except (ValueError, TypeError, KeyError) as error:
            cause = f"run {self.run.id} holds a record that cannot be read ({error})"
            raise JournalError(self._path, cause, "read it with the stratc that wrote it") from error
