"""One path of a stress test: the program on it with a fault, until the end or until it is liquidated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stratc.runtime.engine.distance import RULES, standing
from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import CENT, LOT, Event, Fill, Frame, Snapshot, TickResult, Valuation
from stratc.runtime.engine.view import View
from stratc.runtime.risk.units import PARTS
from stratc.runtime.session import Observer, atomic_sets, value_before
from stratc.runtime.stress.adversary import Sandwicher
from stratc.runtime.stress.faults import Eyes, Fault
from stratc.runtime.stress.monitor import Monitor
from stratc.runtime.stress.shaken import ShakenVenues

SAFE = 1.25
"""Times initial margin, above which nobody can be below maintenance margin: no closer look is needed."""


@dataclass(slots=True)
class Outcome:
    """What came of a path; money in quote, moves as shares of the first price."""

    pnl: float = 0.0
    worst: float = 0.0
    """The lowest P&L."""
    liquidated: bool = False
    broke: dict[str, float] = field(default_factory=dict)
    """What gave way, in order, with the price's move by then."""
    breaches: list[str] = field(default_factory=list)
    """Proved limits that were broken: none, or the compiler is wrong."""
    taken: float = 0.0
    bound: float = 0.0
    gas: float = 0.0
    fees: float = 0.0
    orders: int = 0
    unfilled: int = 0


class Path:
    """Runs one path."""

    def __init__(self, machine: Machine, fault: Fault, seed: int, observers: Sequence[Observer] = ()) -> None:
        """`fault` is placed already; `observers` see each tick as the world, not the oracle, shows it."""
        self.machine = machine
        self.outcome = Outcome()
        self._watcher = Sandwicher(fault.kind == "adversary")
        self._venue = ShakenVenues(machine.plan, seed, fault, self._watcher)
        self._eyes, self._racing = Eyes(fault), fault.kind == "adversary"
        self._monitor = Monitor(machine)
        self._observers = observers
        self._guards = {limit.name for limit in machine.plan.limits if limit.policy is not None}
        self._first: float | None = None
        self._start: float | None = None
        self._move = 0.0

    def run(self, snapshots: Iterable[Snapshot]) -> Outcome:
        """To the end, or to the liquidation that ends it."""
        for snapshot in snapshots:
            if self._tick(self._eyes.true(snapshot)):
                break
        return self._finished()

    def _tick(self, world: Snapshot) -> bool:
        """One tick; true when the account was liquidated."""
        machine = self.machine
        events: list[Event] = []
        for event in self._venue.advance(world, machine.book.perp):
            self._apply(event, events)
        spot = world.signals.get("spot")
        if spot is not None:
            self._first = self._first or spot
            self._move = spot / self._first - 1.0
        if self._start is None:
            self._value(self._view(world))
        if self._racing and self._liquidated(self._view(world)):
            return True
        before = value_before(machine, world) if self._observers else None
        result = machine.step(self._eyes.seen(world))
        self._monitor.look(result)
        self._note(result)
        pre = len(events)
        for legs in atomic_sets(result):
            for fill in self._venue.submit_set(legs, world):
                self._apply(fill, events)
        if before is not None:
            self._show(world, before, result, events, pre)
        view = self._view(world)
        self._value(view)
        return not self._racing and self._liquidated(view)

    def _apply(self, event: Event, events: list[Event]) -> None:
        if isinstance(event, Fill) and event.final and event.reason:
            self.outcome.unfilled += 1
            self._breaks(f"an order ends unfilled: {event.reason.split(' of ')[0]}")
        self.machine.apply(event)
        events.append(event)

    def _note(self, result: TickResult) -> None:
        self.outcome.orders += len(result.orders)
        for outcome in result.outcomes:
            for name in self._guards.intersection(outcome.limits):
                self._breaks(f"limit {name}")
        if result.state != "active":
            self._breaks("only reducing" if result.state == "reducing" else "halted")

    def _breaks(self, what: str) -> None:
        self.outcome.broke.setdefault(what, self._move)

    def _view(self, world: Snapshot) -> View:
        """The book at the world's prices: the machine's own view where it has just looked at the same."""
        machine = self.machine
        if machine.signals is world.signals and not machine.in_flight:
            return machine.view()
        return View(machine.book, world.t, world.signals, None, None)

    def _value(self, view: View) -> None:
        equity = view.observe("equity")
        if equity is None:
            return
        if self._start is None:
            self._start = equity
        self.outcome.pnl = equity - self._start - self.machine.book.deposits / CENT
        self.outcome.worst = min(self.outcome.worst, self.outcome.pnl)

    def _liquidated(self, view: View) -> bool:
        """Below maintenance margin everything is closed at the mark, for a penalty; the wallet is safe."""
        equity, required = view.observe("equity"), view.requirement()
        if equity is None or required is None or equity - view.book.cash / CENT >= SAFE * required:
            return False
        found = standing(view)
        if found is None or found.account.over_maintenance(found.prices, RULES) >= 0:
            return False
        self._value(view)
        gross = abs(view.perp) + sum(map(abs, view.held.values()))
        fine = gross / LOT * (view.spot or 0.0) * RULES.penalty / PARTS
        margin = view.observe("margin") or 0.0
        # What is lost beyond the margin is the venue's: the penalty takes at most what is left of it.
        self.outcome.pnl -= min(fine, margin) if margin > 0.0 else margin
        self.outcome.worst = min(self.outcome.worst, self.outcome.pnl)
        self.outcome.liquidated = True
        self._breaks("liquidated")
        return True

    def _show(
        self, world: Snapshot, before: Valuation, result: TickResult, events: list[Event], pre: int
    ) -> None:
        machine = self.machine
        machine.signals = world.signals
        after = machine.valuation()
        frame = Frame(world, before, result, tuple(events), after, machine.limit_uses(), pre)
        for observer in self._observers:
            observer.on_frame(frame)

    def _finished(self) -> Outcome:
        outcome, book = self.outcome, self.machine.book
        outcome.gas, outcome.fees = book.gas / CENT, book.fees / CENT
        outcome.taken, outcome.bound = self._watcher.taken, self._watcher.bound
        outcome.breaches = list(self._monitor.breaches)
        if self._watcher.beyond:
            outcome.breaches.append(f"{self._watcher.beyond} fills are worse than their orders allow")
        for observer in self._observers:
            observer.finish(False)
        return outcome
