"""Writes one run into a journal while it happens."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from time import monotonic
from typing import Any

from stratc.runtime.engine.messages import CashFlow, Event, Fill, Frame, Order, Outcome
from stratc.runtime.journal.codec import (
    write_cashflow,
    write_fill,
    write_order,
    write_outcome,
    write_snapshot,
    write_transfer,
)
from stratc.runtime.journal.errors import JournalError, explained

KEEP_SECONDS = 0.5
"""How long a tick may wait in memory: what a killed process can lose."""
KEEP_ROWS = 5_000


class RunWriter:
    """An observer that journals every frame.

    Ticks are gathered and written in one transaction each KEEP_SECONDS (a thread does it when no tick comes),
    so a tick costs microseconds, a killed process loses about a second and the file is whole at any time.
    `on_frame` and `finish` raise JournalError when the disk does not take it.
    """

    def __init__(self, connection: sqlite3.Connection, path: str, run: int) -> None:
        """Write to run `run`, whose row exists; `connection` must be shareable between threads."""
        self.run = run
        self._connection = connection
        self._path = path
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._error: JournalError | None = None
        self._seq = self._ticks = 0
        self._started: float | None = None
        self._last: float | None = None
        self._events: list[tuple[int, int, int, str, str]] = []
        self._decisions: list[tuple[int, int, int, int, str, str]] = []
        self._orders: list[tuple[int, int, int, str, str]] = []
        self._announced: set[int] = set()
        self._flushed = monotonic()
        self._thread = threading.Thread(target=self._keep_up, name="stratc-journal", daemon=True)
        self._thread.start()

    def on_frame(self, frame: Frame) -> None:
        """Record a tick: what was applied before its step, its snapshot, its decisions, what came after."""
        with self._lock:
            if self._error is not None:
                raise self._error
            self._gather(frame)
            if monotonic() - self._flushed >= KEEP_SECONDS or len(self._events) >= KEEP_ROWS:
                self._flush()

    def announce(self, orders: Sequence[Order]) -> None:
        """Write down at once that a rule sends orders, before it does: its tick may never be recorded.

        Raises:
            JournalError: the disk does not take it.
        """
        first = orders[0]
        verb = first.kind if first.kind != "trade" else "buy" if first.units > 0 else "sell"
        told = Outcome(first.tick, first.t, first.rule, "sent", verb, first.symbol, first.units, (), "active")
        row = (self.run, first.tick, -first.rule, first.rule, told.verdict, write_outcome(told))
        with self._lock, explained(self._path):
            self._announced.add(first.tick)
            self._connection.execute("INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?)", row)

    def finish(self, interrupted: bool) -> None:
        """Write what is left and close the run; harmless when called again or after an error was raised."""
        if self._stop.is_set():
            return
        self._stop.set()
        self._thread.join()
        with self._lock:
            if self._error is None:
                self._flush("interrupted" if interrupted else "finished")

    def _gather(self, frame: Frame) -> None:
        tick = frame.result.tick
        self._apply(tick, frame.events[: frame.pre])
        self._event(tick, "snapshot", write_snapshot(frame.snapshot))
        self._apply(tick, frame.events[frame.pre :])
        for seq, outcome in enumerate(frame.result.outcomes):
            self._decisions.append(
                (self.run, tick, seq, outcome.rule, outcome.verdict, write_outcome(outcome))
            )
        for seq, order in enumerate(frame.result.orders):
            self._orders.append((self.run, tick, seq, order.id, write_order(order)))
        self._ticks += 1
        self._last = frame.snapshot.t
        if self._started is None:
            self._started = self._last

    def _apply(self, tick: int, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Fill):
                self._event(tick, "fill", write_fill(event))
            elif isinstance(event, CashFlow):
                self._event(tick, "cashflow", write_cashflow(event))
            else:
                self._event(tick, "transfer", write_transfer(event))

    def _event(self, tick: int, kind: str, data: str) -> None:
        self._events.append((self.run, self._seq, tick, kind, data))
        self._seq += 1

    def _flush(self, status: str = "running") -> None:
        """Write everything gathered in one transaction; the caller holds the lock."""
        try:
            with explained(self._path):
                self._write(status)
        except JournalError as error:
            self._error = error
            raise
        self._events.clear()
        self._decisions.clear()
        self._orders.clear()
        self._announced = {tick for tick in self._announced if tick >= self._ticks}
        self._flushed = monotonic()

    def _write(self, status: str) -> None:
        execute, many = self._connection.execute, self._connection.executemany
        progress: tuple[Any, ...] = (status, self._started, self._last, self._ticks, self.run)
        execute("BEGIN IMMEDIATE")
        try:
            # What was announced is told in full by its tick, which is recorded now.
            told = [(self.run, tick) for tick in self._announced if tick < self._ticks]
            many("DELETE FROM decisions WHERE run = ? AND tick = ? AND seq < 0", told)
            many("INSERT INTO events VALUES (?, ?, ?, ?, ?)", self._events)
            many("INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?)", self._decisions)
            many("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", self._orders)
            execute("UPDATE runs SET status = ?, started_t = ?, last_t = ?, ticks = ? WHERE id = ?", progress)
            execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise

    def _keep_up(self) -> None:
        """Write in the pauses between ticks; an error waits for the next tick to be raised."""
        while not self._stop.wait(KEEP_SECONDS):
            with self._lock:
                if self._events and self._error is None:
                    try:
                        self._flush()
                    except JournalError:
                        continue
