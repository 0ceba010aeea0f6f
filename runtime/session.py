"""A run: a market's ticks through an engine, its orders through a venue, every tick shown to observers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Protocol

from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import Event, Frame, Order, Snapshot, TickResult, Valuation
from stratc.runtime.venues.base import Venue


class Observer(Protocol):
    """Somebody who watches a run."""

    def on_frame(self, frame: Frame) -> None:
        """One tick has passed."""

    def finish(self, interrupted: bool) -> None:
        """The run is over, or was interrupted."""


def run(machine: Machine, market: Iterable[Snapshot], venue: Venue, observers: Sequence[Observer]) -> bool:
    """Run to the end of the market; true when it was interrupted (Ctrl-C) before.

    Every observer is finished whatever happens, so that nothing seen so far is lost; what one of them
    raises is raised again when all are.
    """
    interrupted = False
    try:
        for snapshot in market:
            frame = advance(machine, snapshot, venue)
            for observer in observers:
                observer.on_frame(frame)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        with ExitStack() as finishing:
            for observer in reversed(observers):
                finishing.callback(observer.finish, interrupted)
    return interrupted


def advance(machine: Machine, snapshot: Snapshot, venue: Venue) -> Frame:
    """One tick: what is due, the decisions, what they led to at once."""
    events: list[Event] = []
    for event in venue.advance(snapshot, machine.book.perp):
        machine.apply(event)
        events.append(event)
    pre = len(events)
    before = value_before(machine, snapshot)
    result = machine.step(snapshot)
    for legs in atomic_sets(result):
        for fill in venue.submit_set(legs, snapshot):
            machine.apply(fill)
            events.append(fill)
    return Frame(snapshot, before, result, tuple(events), machine.valuation(), machine.limit_uses(), pre)


def value_before(machine: Machine, snapshot: Snapshot) -> Valuation:
    """The book at a tick, before its decisions."""
    machine.t, machine.signals = snapshot.t, snapshot.signals
    return machine.valuation()


def atomic_sets(result: TickResult) -> list[list[Order]]:
    """The orders of a tick, grouped by the firing they belong to."""
    sets: dict[int, list[Order]] = {}
    for order in result.orders:
        sets.setdefault(order.rule, []).append(order)
    return list(sets.values())
