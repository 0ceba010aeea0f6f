"""One run of a shipped strategy on its own market, with what is worth knowing about it afterwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from stratc import strategies
from stratc.cli.engines import runnable
from stratc.cli.markets import chosen, opened
from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import Frame, Valuation
from stratc.runtime.session import run
from stratc.runtime.venues.of_plan import venue_of

SHELF = Path(strategies.__path__[0])
NAMES = sorted(path.parent.name for path in SHELF.glob("*/strategy.strat"))


@dataclass
class Watcher:
    """Counts what a run decided."""

    fired: Counter[int] = field(default_factory=Counter)
    """Firings that were sent, by rule."""
    held: Counter[str] = field(default_factory=Counter)
    """Firings that were not, by verdict."""
    limits: Counter[str] = field(default_factory=Counter)
    deltas: dict[int, list[float]] = field(default_factory=dict)
    """Delta at the end of the ticks in which a rule's orders were sent."""
    alerts: list[str] = field(default_factory=list)
    orders: int = 0
    worst: float = 0.0
    """The lowest P&L on the way."""
    first: Valuation | None = None
    last: Frame | None = None
    ticks: int = 0

    def on_frame(self, frame: Frame) -> None:
        self.ticks += 1
        self.first = self.first or frame.before
        self.last = frame
        self.worst = min(self.worst, frame.after.pnl or 0.0)
        self.alerts += frame.result.alerts
        self.orders += sum(order.kind == "trade" for order in frame.result.orders)
        seen: set[int] = set()
        for outcome in frame.result.outcomes:
            self.limits.update(outcome.limits)
            if outcome.rule not in seen:
                seen.add(outcome.rule)
                if outcome.verdict == "sent":
                    self.fired[outcome.rule] += 1
                    self.deltas.setdefault(outcome.rule, []).append(frame.after.delta or 0.0)
                else:
                    self.held[outcome.verdict] += 1

    def finish(self, interrupted: bool) -> None:
        assert not interrupted


def rehearse(name: str) -> tuple[Machine, Watcher]:
    """Run a strategy to the end of its market."""
    target = runnable(str(SHELF / name))
    choice = chosen(Path(target.path), None, None, None, None, None)
    market = opened(choice, tuple(spec.name for spec in target.plan.inputs))
    machine, watcher = target.machine({}, frozenset()), Watcher()
    run(machine, market, venue_of(target.plan, choice.seed), [watcher])
    return machine, watcher
