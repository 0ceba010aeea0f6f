"""All that there is to prove about a program's limits: one claim for each rule and limit."""

from __future__ import annotations

from fractions import Fraction
from time import perf_counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from stratc.compiler.proof.evaluation import evaluate
from stratc.compiler.proof.examples import example_against, refuted_by_example
from stratc.compiler.proof.finite import moves, reach
from stratc.compiler.proof.flows import deferrable, flow_obligation, sends
from stratc.compiler.proof.holdings import holdings
from stratc.compiler.proof.invariants import candidates, is_controlled, opening_claim
from stratc.compiler.proof.measures import Judged, concerns, judged, unless_none
from stratc.compiler.proof.obligation import Obligation, Solved, obligation
from stratc.compiler.proof.orders import NEUTRAL, Leg
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.situation import Given, Situation
from stratc.compiler.proof.solve import Solver, by_intervals
from stratc.compiler.proof.terms import Term
from stratc.compiler.proof.world import World
from stratc.compiler.proving import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proof.obligation import Model, Status


class Sent(NamedTuple):
    """The order that an obligation is about."""

    number: int
    """Within the rule, from 1."""
    leg: Leg
    units: Term
    """When the limit looks at it."""
    judged: Judged | None


class Try(NamedTuple):
    """An obligation with what became of it, and the order it speaks of (None for flows and the start)."""

    obligation: Obligation
    solved: Solved
    sent: Sent | None = None


class Claim(NamedTuple):
    """That a limit is kept by every order of a rule (None: by all rules together, or by the book at the start)."""

    limit: int
    """Position in the program, from 0."""
    rule: int | None
    """Number, from 1."""
    about: Literal["orders", "flow", "start"]
    status: Status
    tries: tuple[Try, ...]
    """One for each order (the strongest that was tried)."""
    seconds: float

    @property
    def failed(self) -> Try | None:
        """The first that is not proved."""
        return next((one for one in self.tries if one.solved.status != "proved"), None)

    @property
    def used(self) -> tuple[tuple[str, str], ...]:
        """(kind, label) of every fact that the proofs used."""
        return tuple(dict.fromkeys(fact for one in self.tries for fact in one.solved.used))


class Prover:
    """Proves claims about one program; what it has worked out it keeps."""

    def __init__(self, program: ir.Program, timeout: float = TIMEOUT, tell: bool = True) -> None:
        """`timeout` is what the solver has for one obligation (s); `tell` is for `Claim.used`, which takes time."""
        self.program = program
        self._tell = tell
        self.timeout = timeout
        self._solver: Solver | None = None
        self._claims: dict[tuple[int, int | None], Claim | None] = {}
        self._given: Given | None = None
        self._starts: dict[int, Claim] = {}

    @property
    def solver(self) -> Solver:
        """Z3, from when it is needed."""
        if self._solver is None:
            self._solver = Solver(self.timeout)
        return self._solver

    def solve(self, one: Obligation, simple: bool = True) -> Solved:
        """What becomes of an obligation: first by intervals, then by the solver. `simple`: a counterexample is to be
        told, in short numbers; else any will do.
        """
        begun = perf_counter()
        found = by_intervals(one, self._tell)
        if found is None and not simple:
            model = example_against(one)
            found = None if model is None else Solved("refuted", "example", model=model)
        if found is None:
            return self.solver.solve(one, simple, self._tell)
        return found._replace(seconds=perf_counter() - begun)

    @property
    def given(self) -> Given:
        """What is known of the program: limits that hold from the start on, and rules that can be held back."""
        if self._given is None:
            kept = [
                limit
                for limit in candidates(self.program)
                if self._start(self.program.limits.index(limit)).status == "proved"
            ]
            bare = Given(self.program, tuple(kept))
            held = bare._replace(deferrable=deferrable(self.program, bare))
            ends = moves(held)
            start = holdings(self.program).position
            places = None if ends is None else {index: reach(ends, index, start) for index in ends}
            self._given = held._replace(reach=places)
        return self._given

    def quickly(self, one: Obligation) -> bool:
        """Whether an obligation is proved; a state that happens to refute it spares the solver."""
        if by_intervals(one, tell=False) is not None:
            return True
        return (
            not refuted_by_example(one)
            and self.solver.solve(one, simple=False, tell=False).status == "proved"
        )

    def counterexample(self, one: Obligation) -> Model | None:
        """A state that refutes an obligation; None where it is proved, or nothing is known."""
        if by_intervals(one) is not None:
            return None
        return example_against(one) or self.solver.solve(one).model

    def start_value(self, limit: ir.Limit) -> Fraction:
        """What a controlled limit measures of the book at the start."""
        world = World(self.program)
        value = Reader(world, world.opening())(limit.state or limit.bound)
        return Fraction(evaluate(value, {}))

    def claims(self, position: int) -> Iterator[Claim]:
        """All claims about one limit."""
        limit = self.program.limits[position]
        if limit.scope == "state" and is_controlled(World(self.program), limit):
            yield self._start(position)
        if limit.scope == "flow":
            yield self._kept(position, None)
            return
        for rule in self.program.rules:
            if any(not isinstance(action, NEUTRAL) for action in rule.body):
                claim = self._about(position, rule)
                if claim is not None:
                    yield claim

    def concerned(self, position: int) -> list[ir.Rule]:
        """Rules whose orders a flow limit counts."""
        measure = self.program.limits[position].measure
        return [rule for rule in self.program.rules if sends(rule, measure)]

    def _start(self, position: int) -> Claim:
        if position not in self._starts:
            begun = perf_counter()
            world = World(self.program)
            goal = opening_claim(world, self.program.limits[position])
            one = obligation(f"limit{position + 1}.start", world.facts.all(), goal)
            solved = self.solve(one)
            self._starts[position] = Claim(
                position, None, "start", solved.status, (Try(one, solved),), perf_counter() - begun
            )
        return self._starts[position]

    def _kept(self, position: int, rule: None) -> Claim:
        begun = perf_counter()
        one = flow_obligation(self.given, position)
        solved = self.solve(one)
        if solved.by == "intervals":
            solved = solved._replace(by="counting")
        return Claim(position, rule, "flow", solved.status, (Try(one, solved),), perf_counter() - begun)

    def _about(self, position: int, rule: ir.Rule) -> Claim | None:
        key = (position, rule.index)
        if key not in self._claims:
            self._claims[key] = self._orders(position, rule)
        return self._claims[key]

    def _orders(self, position: int, rule: ir.Rule) -> Claim | None:
        """Every order of a rule against a limit, from few facts to many; None where the limit concerns none."""
        begun = perf_counter()
        tries: tuple[Try, ...] = ()
        for strength in Situation.strengths(self.given, rule):
            situation = Situation(self.given, rule, strength, self.program.limits[position])
            tries = tuple(self._tries(situation, position, rule))
            if all(one.solved.status == "proved" for one in tries):
                break
        if not tries:
            return None
        statuses = {one.solved.status for one in tries}
        status: Status = (
            "refuted" if "refuted" in statuses else "unknown" if "unknown" in statuses else "proved"
        )
        return Claim(position, rule.index, "orders", status, tries, perf_counter() - begun)

    def _tries(self, situation: Situation, position: int, rule: ir.Rule) -> Iterator[Try]:
        limit = self.program.limits[position]
        for number, leg in situation.legs():
            if not concerns(limit, leg):
                continue
            name = f"limit{position + 1}.rule{rule.index}.order{number}"
            passed, units = situation.passed(leg, position)
            found = judged(situation.world, limit, passed, units)
            if found is None:
                continue
            goal = self._goal(found, limit, units)
            one = obligation(name, situation.world.facts.all(), goal)
            yield Try(one, self.solve(one, simple=limit.policy is None), Sent(number, passed, units, found))

    def _goal(self, found: Judged, limit: ir.Limit, units: Term) -> Term:
        """An invariant holds again after the order; any other limit is met, or mended where it was broken."""
        kept = found.kept if limit in self.given.invariants else found.admissible
        return unless_none(units, kept)
