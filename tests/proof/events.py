"""Ticks that try to break what is proved: corners of ranges, values next to triggers, states a solver finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.prover import Prover
from stratc.compiler.proof.terms import ZERO, Term, eq, le, lt, num, sub
from stratc.reference.evaluate import Scene, evaluate
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import LOT, Snapshot
from stratc.runtime.engine.view import View
from tests.engines import FILLS
from tests.proof.watched import Proofs, Watched

NEAR = (0.0, 0.0, 0.0, 1e-6, -1e-6, 0.01, -0.01)
VALUES = {
    "x": (-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 1.5, 5.0),
    "y": (0.0, 1.0, 2.0, 0.5, 4.0),
    "spot": (500.0, 1_000.0, 1_900.0, 1_950.0, 2_000.0, 2_000.0, 2_100.0, 2_500.0, 4_000.0, 9_000.0),
    "iv": (0.1, 0.5, 0.8, 2.0),
    "gas_cost": (0.0, 3.0, 10.0),
}
POSITIONS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 20.0)
STEPS = (0.5, 1.0, 10.0, 60.0, 600.0, 3_600.0, 28_800.0)
STARTS = (0.0, 1.0, 86_390.0, 82_800.0, 172_700.0, 1_700_000_000.25)

State = Mapping[str, float]
"""Values of inputs, parameters and `position` at which an order is sent, as the solver found them."""


class Run(NamedTuple):
    """One run: what to start with, the ticks, how orders are filled."""

    params: Mapping[str, float]
    ticks: tuple[Snapshot, ...]
    positions: Mapping[int, float]
    """Positions (base asset) that the book is brought to before a tick, if every invariant holds there."""
    fills: str


def run(random: Random, program: ir.Program, states: list[State], fills: str) -> Run:
    """A run at random; at some ticks the world is in one of `states`."""
    params = {
        param.name: random.choice((param.low, param.high, param.value, random.uniform(param.low, param.high)))
        for param in program.params
        if param.low is not None and param.high is not None
    }
    chosen = random.choice(states) if states and random.random() < 0.6 else {}
    params |= {name: value for name, value in chosen.items() if _in_range(program, name, value)}
    quiet = random.random() < 0.3
    t, block, step = random.choice(STARTS), random.randint(1, 100), random.choice(STEPS)
    ticks, positions = [], {}
    for number in range(random.choice((6, 12, 20, 30))):
        signals = _signals(random, program, params, quiet)
        if chosen and random.random() < 0.5:
            signals |= {name: value for name, value in chosen.items() if name in VALUES}
            if "position" in chosen:
                positions[number] = chosen["position"]
        elif random.random() < 0.3:
            positions[number] = random.choice((1, -1)) * (random.choice(POSITIONS) + random.choice(NEAR))
        ticks.append(Snapshot(t, block, signals))
        t += step * random.choice((1.0, 1.0, 1.0, 0.999, 0.25, 0.0, 2.0))
        block += random.choice((0, 1, 1, 1, 2, 5))
    return Run(params, tuple(ticks), positions, fills)


def _in_range(program: ir.Program, name: str, value: float) -> bool:
    """Whether a parameter can be moved there; a model leaves the range where nothing turns on it."""
    ranges = {param.name: (param.low, param.high) for param in program.params}
    low, high = ranges.get(name, (None, None))
    return low is not None and high is not None and low <= value <= high


def _signals(
    random: Random, program: ir.Program, params: Mapping[str, float], quiet: bool
) -> dict[str, float | None]:
    """What the market tells at a tick: mostly inside the assumptions, after which there is nothing to prove."""
    signals: dict[str, float | None] = {}
    for _ in range(40):
        signals = {name: _value(random, values, quiet) for name, values in VALUES.items()}
        if random.random() < 0.01 or not _failed(
            program, params, Book(program.base), Snapshot(0.0, 0, signals)
        ):
            break
    return signals


def _failed(program: ir.Program, params: Mapping[str, float], book: Book, now: Snapshot) -> bool:
    """Whether an assumption fails on a book, as far as that can be seen without the past."""
    lets = {let.name: let.value for let in program.lets}
    known = {param.name: param.value for param in program.params} | dict(params)
    scene = Scene(View(book, now.t, now.signals, None, None), known, lets, [None] * len(program.windows))
    return any(evaluate(one.condition, scene) is False for one in program.assumptions)


def _value(random: Random, values: tuple[float, ...], quiet: bool) -> float | None:
    """One of some values or next to it; rarely missing. `quiet` stays where most assumptions hold."""
    if random.random() < 0.06:
        return None
    value = random.choice(values[: len(values) // 2 + 1] if quiet else values)
    return value + random.choice(NEAR) if random.random() < 0.4 and value >= 0.5 else value


def watch(proofs: Proofs, made: Run) -> Watched:
    """Run the reference interpreter, watched."""
    engine, venue = Watched(proofs, made.params, made.fills == "instant"), FILLS[made.fills]()
    for number, now in enumerate(made.ticks):
        for fill in venue.advance(now):
            engine.apply(fill)
        if number and number in made.positions and not engine.flights:
            _move(engine, made.positions[number], now)
        result = engine.step(now)
        for order in result.orders:
            for fill in venue.submit(order, now):
                engine.apply(fill)
        if engine.breaches or engine.void:
            break
    return engine


def _move(engine: Watched, position: float, now: Snapshot) -> None:
    """Bring the position to another value that the invariants allow: a proof may start from any of those."""
    book, holds = engine.book, engine.proofs.holds
    if not engine.proofs.moves or not (holds.opens_perpetual or holds.opens_asset):
        return
    account = "perp" if holds.opens_perpetual else "spot"
    before = getattr(book, account)
    setattr(book, account, before + round(position * LOT) - book.spot - book.perp)
    broken = any(_broken(engine, n) for n in engine.proofs.invariants)
    if broken or _failed(engine.program, engine.params, book, now):
        setattr(book, account, before)


def _broken(engine: Watched, position: int) -> bool:
    limit = engine.program.limits[position]
    view = engine.scene.view.copy()
    view.linear = engine.book.spot + engine.book.perp
    view.perp = engine.book.perp
    scene = engine.scene.on(view)
    value, bound = evaluate(limit.state or limit.bound, scene), evaluate(limit.bound, scene)
    return value is None or bound is None or (value > bound if limit.op == "<=" else value < bound)


# --- states that a solver finds -------------------------------------------------------------------------


def states_of(prover: Prover, proofs: Proofs, most: int) -> list[State]:
    """States in which orders are sent that a proof is about, as near to its bound as can be."""
    found: list[State] = []
    for claim in [one for of_limit in proofs.claims for one in of_limit]:
        for tried in claim.tries:
            if len(found) >= most:
                return found
            if tried.solved.model is not None:
                found.append(_state(prover, tried.solved.model))
            elif tried.sent is not None:
                asked = tried.sent.judged
                goals = [] if asked is None else list(_near(asked.value, asked.bound))
                for goal in [*goals, eq(tried.sent.units, ZERO)]:
                    solved = prover.solver.solve(tried.obligation._replace(goal=goal), simple=False)
                    if solved.model is not None:
                        found.append(_state(prover, solved.model))
                        break
    return found


def _near(value: Term, bound: Term) -> Iterator[Term]:
    """Bounds that are a little tighter than the one that is proved."""
    for part in (Fraction(0), Fraction(1, 100), Fraction(1, 10)):
        gap = num(part)
        yield lt(value, sub(bound, gap)) if part else lt(value, bound)
        yield le(sub(bound, gap), value) if part else lt(bound, value)


def _state(prover: Prover, model: Mapping[str, Fraction | bool]) -> State:
    """What of a model can be told to an engine."""
    values = {name: float(value) for name, value in model.items() if not isinstance(value, bool)}
    place = f"position({prover.program.base})"
    position = values.get(f"{place} at the tick's start", values.get(place))
    return values if position is None else values | {"position": position}
