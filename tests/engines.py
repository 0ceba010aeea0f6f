"""Programs run on events by one engine or the other, with a venue that fills at once, never, or slowly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from stratc.compiler.backends.python_plan import compile_plan
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import lower
from stratc.dsl.parser import parse
from stratc.dsl.source import Source
from stratc.reference.interpreter import Reference
from stratc.runtime.engine.messages import LOT, CashFlow, Fill, Order, Outcome, Snapshot, TickResult, Transfer
from stratc.runtime.engine.messages import Event as Happening
from stratc.runtime.loader import load_plan

Event = Mapping[str, object]
"""`{"t": seconds, "block": n, "signals": {...}}`, as `stratc replay` reads it."""


class Engine(Protocol):
    def step(self, snapshot: Snapshot) -> TickResult: ...
    def apply(self, event: Happening) -> None: ...


class Venue(Protocol):
    """A deterministic world: what comes due before a tick, and what an order gets at once."""

    def advance(self, snapshot: Snapshot) -> Sequence[Happening]: ...
    def submit(self, order: Order, snapshot: Snapshot) -> list[Fill]: ...


def whole(order: Order, t: float) -> Fill:
    """The order done, at the price that was decided on, for nothing."""
    return Fill(order.id, t, order.units, order.mark, 0, 0, final=True)


class Instant:
    """Every order is filled at once at the tick's price."""

    def advance(self, snapshot: Snapshot) -> Sequence[Happening]:
        return []

    def submit(self, order: Order, snapshot: Snapshot) -> list[Fill]:
        return [whole(order, snapshot.t)]


class Never(Instant):
    """No order is ever filled."""

    def submit(self, order: Order, snapshot: Snapshot) -> list[Fill]:
        return []


class Slow:
    """Half a tick later, the rest two ticks later; every third is cancelled instead. Fees, gas and flows."""

    def __init__(self) -> None:
        self.due: list[tuple[int, Fill]] = []
        self.tick = -1
        self.seen = 0

    def advance(self, snapshot: Snapshot) -> list[Happening]:
        self.tick += 1
        now: list[Happening] = [replace(fill, t=snapshot.t) for tick, fill in self.due if tick <= self.tick]
        self.due = [(tick, fill) for tick, fill in self.due if tick > self.tick]
        if self.tick % 4 == 3:
            now.append(CashFlow("funding", -7_000_000, snapshot.t))
        if self.tick % 6 == 5:
            now.append(CashFlow("deposit", 90_000_000, snapshot.t))
        return now

    def submit(self, order: Order, snapshot: Snapshot) -> list[Fill]:
        self.seen += 1
        half = order.units // 2
        first = Fill(order.id, 0.0, half, order.mark * 1.001, 1_500, 20_000, final=False)
        rest = replace(first, units=order.units - half if self.seen % 3 else 0, gas=0, final=True)
        self.due += [(self.tick + 1, first), (self.tick + 2, rest)]
        return []


class Moved(Slow):
    """The same with positions that come and go by themselves, which no proof reckons with."""

    def advance(self, snapshot: Snapshot) -> list[Happening]:
        now = super().advance(snapshot)
        if self.tick % 5 == 2:
            now.append(Transfer("perpetual", LOT // 4 * (-1) ** self.tick, snapshot.t))
            now.append(Transfer("wallet", 11_000_000, snapshot.t))
        if self.tick % 7 == 3:
            now.append(Transfer("asset", LOT // 10, snapshot.t))
        return now


FILLS: dict[str, type[Instant | Slow]] = {"instant": Instant, "none": Never, "slow": Slow, "moved": Moved}


@lru_cache(maxsize=4096)
def program(text: str) -> ir.Program:
    """The typed program, whatever checks and proofs would say: engines must agree on the unwise ones too."""
    source = Source("test.strat", text)
    tree = parse(source)
    assert tree.program is not None, f"{text}\n{tree.diagnostics}"
    typed, found = lower(tree.program, source)
    errors = [d.message for d in found if d.severity == "error"]
    assert typed is not None, f"{text}\n{errors}"
    assert not errors, f"{text}\n{errors}"
    return typed


def reference(text: str) -> Reference:
    return Reference(program(text))


def plan(text: str) -> Engine:
    engine: Engine = load_plan(compile_plan(program(text), "test"))()
    return engine


ENGINES = {"reference": reference, "plan": plan}


def snapshot(event: Event) -> Snapshot:
    signals = event["signals"]
    assert isinstance(signals, Mapping)
    return Snapshot(float(str(event["t"])), int(str(event["block"])), dict(signals))


def drive(engine: Engine, snapshots: Iterable[Snapshot], fills: str = "instant") -> list[TickResult]:
    """Tick after tick, as a session runs them: what is due, the step, what its orders get at once."""
    venue = FILLS[fills]()
    results = []
    for now in snapshots:
        for fill in venue.advance(now):
            engine.apply(fill)
        results.append(engine.step(now))
        for order in results[-1].orders:
            for fill in venue.submit(order, now):
                engine.apply(fill)
    return results


def as_line(outcome: Outcome) -> dict[str, object]:
    """What `stratc replay` prints of an outcome."""
    return {
        "tick": outcome.tick,
        "t": outcome.t,
        "rule": outcome.rule,
        "outcome": outcome.verdict,
        "do": outcome.do,
        "instrument": outcome.symbol,
        "size": outcome.size(),
        "limits": list(outcome.limits),
        "mode": outcome.state,
    }


def run(which: str, text: str, events: Iterable[Event], fills: str = "instant") -> list[dict[str, object]]:
    results = drive(ENGINES[which](text), [snapshot(event) for event in events], fills)
    return [as_line(outcome) for result in results for outcome in result.outcomes]


def run_reference(text: str, events: Iterable[Event], fills: str = "instant") -> list[dict[str, object]]:
    return run("reference", text, events, fills)


def run_plan(text: str, events: Iterable[Event], fills: str = "instant") -> list[dict[str, object]]:
    return run("plan", text, events, fills)
