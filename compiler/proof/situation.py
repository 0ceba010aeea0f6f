"""The moment at which a rule fires: the book it sees, and the orders it then sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.availability import Availability, read_by, read_by_limit
from stratc.compiler.proof.invariants import invariants
from stratc.compiler.proof.measures import CLAUSES, NEVER_CLAMPED, clause_of, concerns, judged, unless_none
from stratc.compiler.proof.orders import NEUTRAL, Desk, Leg, after, may_reduce, merged
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.terms import ZERO, Term, both, either, greatest, le, least, num, var
from stratc.compiler.proof.world import AT_START, Book, World, reads_book

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from fractions import Fraction

_POLICIES = (None, "clamp", "reject", "defer", "halt")


class Strength(NamedTuple):
    """How much a proof starts from; more facts cost more time, so the cheaper are tried first."""

    guards: bool = False
    """What the guards before the limit have let through."""
    start: bool = False
    """The book at the tick's start, and what the rules before this one did to it."""


class Given(NamedTuple):
    """What is known of a program before its orders are looked at."""

    program: ir.Program
    invariants: tuple[ir.Limit, ...] = ()
    """Limits that hold whenever a rule looks at the book."""
    reach: Mapping[int, tuple[Fraction, Fraction]] | None = None
    """Ends of the position when a rule fires, where all rules together can move it only so often."""
    deferrable: frozenset[int] = frozenset()
    """Rules whose firing can be held back, and is then sent without another look at its condition."""


class Situation:
    """One rule about to fire, with everything that is known then."""

    def __init__(
        self, given: Given, rule: ir.Rule, strength: Strength, limit: ir.Limit | None = None
    ) -> None:
        """Bring together assumptions, what earlier rules may have done, and the trigger; `limit` is the one at
        issue, which has a value.
        """
        self.given = given
        self.program = given.program
        self.rule = rule
        self.strength = strength
        self.world = World(given.program)
        self.known = rule.index not in given.deferrable
        """Whether the trigger holds when the body is sent."""
        self.available = self._available(rule, read_by_limit(limit))
        earlier = self._earlier()
        opening = self._opens() and strength.start
        if opening:
            self.start = self.world.opening(AT_START if earlier else "")
        else:
            self.start = self.world.book(AT_START if earlier and strength.start else "")
        at_start = strength.start or not earlier
        self._assume(at_start)
        self.book = self.start
        if strength.start:
            for other in earlier:
                self._may_have_fired(other)
        self.invariants(self.book)
        if given.reach is not None and rule.index in given.reach:
            low, high = given.reach[rule.index]
            within = both(le(num(low), self.book.position), le(self.book.position, num(high)))
            self.world.facts.add("rules that fire once", "book", within)
        self._trigger()

    @staticmethod
    def strengths(given: Given, rule: ir.Rule) -> list[Strength]:
        """The strengths that differ for a rule, the weakest first."""
        guarded = any(x.policy is not None and x.scope != "flow" for x in given.program.limits)
        plain = Situation(given, rule, Strength())
        assumed = any(reads_book(given.program, a.condition) for a in given.program.assumptions)
        starts = plain._opens() or (assumed and bool(plain._earlier()))
        found = [Strength()]
        if guarded:
            found.append(Strength(guards=True))
        if starts:
            found.append(Strength(guards=guarded, start=True))
        return found

    def _opens(self) -> bool:
        """Whether the rule fires at the first tick only."""
        return self.known and isinstance(self.rule.trigger, ir.On) and self.rule.trigger.event == "start"

    def _earlier(self) -> list[ir.Rule]:
        """Rules that may have changed the book in the same tick."""
        first = self._opens()
        return [
            other
            for other in self.program.rules[: self.rule.index - 1]
            if any(not isinstance(action, NEUTRAL) for action in other.body)
            and (
                other.mode is None
                or self.rule.mode in (None, other.mode)
                or not {other.index, self.rule.index}.isdisjoint(self.given.deferrable)  # sent in any mode
            )
            and not (first and not _can_fire_first(other))
        ]

    def _assume(self, at_start: bool) -> None:
        read = Reader(self.world, self.start)
        for assumption in self.program.assumptions:
            condition = assumption.condition
            if (at_start or not reads_book(self.program, condition)) and self.available.usable(condition):
                label = f"{assumption.text} (line {assumption.where.line})"
                self.world.facts.add(label, "assumption", read(condition))

    def _available(self, rule: ir.Rule, more: Iterable[ir.Expr] = ()) -> Availability:
        """What has a value when a rule sends its orders."""
        read = (*read_by(rule, rule.index not in self.given.deferrable), *more)
        return Availability(self.program, self.world.holds, read)

    def invariants(self, book: Book) -> None:
        """Limits that hold of any book a rule sees."""
        for limit, term in invariants(self.world, self.given.invariants, book):
            self.world.facts.add(f"{limit.name} (line {limit.where.line})", "limit", term)

    def _trigger(self) -> None:
        condition = _condition(self.rule)
        if condition is None or not self.known:
            return
        holds = Reader(self.world, self.book)(condition)
        if not (isinstance(self.rule.trigger, ir.Edge) and self.rule.trigger.both):
            label = f"the condition of line {self.rule.where.line}"
            self.world.facts.add(label, "trigger", holds)

    def _may_have_fired(self, other: ir.Rule) -> None:
        """A rule above this one, which fired in this tick or did not."""
        label = f"rule on line {other.where.line}, before it in the tick"
        fired = var(f"rule {other.index} fires", "Bool")
        with self.world.facts.under(fired):
            condition = _condition(other)
            if condition is not None and other.index not in self.given.deferrable:
                holds = Reader(self.world, self.book)(condition)
                if not (isinstance(other.trigger, ir.Edge) and other.trigger.both):
                    self.world.facts.add(label, "book", holds)
            result = self._done(other)
        self.book = merged(fired, result, self.book)

    def _done(self, other: ir.Rule) -> Book:
        """The book after another rule's body: each order between nothing and what was asked, inside the limits."""
        desk = Desk(self.world, self.book)
        available = self._available(other)
        for action in other.body:
            for leg in desk.legs(action):
                units = self._shrunk(leg, leg.units) if self._clamps(leg, self.program.limits) else leg.units
                for limit in self.program.limits:
                    bounds = limit.scope == "order" and all(map(available.sure, read_by_limit(limit)))
                    if bounds and limit.policy in _POLICIES and concerns(limit, leg):
                        found = judged(self.world, limit, leg, units)
                        if found is not None and limit.measure not in CLAUSES and limit.op == "<=":
                            label = f"{limit.name} (line {limit.where.line})"
                            self.world.facts.add(label, "limit", unless_none(units, found.admissible))
                if not leg.many:
                    desk.book = after(self.world, leg, units)
                    self.invariants(desk.book)
        return desk.book

    # --- the orders ---------------------------------------------------------------------------------

    def legs(self) -> Iterator[tuple[int, Leg]]:
        """The rule's orders with their numbers, each on the book that those before it leave."""
        desk = Desk(self.world, self.book)
        number = 0
        for action in self.rule.body:
            for leg in desk.legs(action):
                number += 1
                self.invariants(leg.before)
                yield number, leg
                if not leg.many:
                    _, units = self.passed(leg)
                    desk.book = after(self.world, leg, units)

    def passed(self, leg: Leg, position: int | None = None) -> tuple[Leg, Term]:
        """An order and its units when limit number `position` looks at it (None: when it leaves).

        A guard sees what the guards before it have let through, a theorem what all of them have.
        """
        limits = self.program.limits
        if position is not None and limits[position].policy is not None:
            limits = limits[:position]
        if not self.strength.guards:
            return leg, self._shrunk(leg, leg.units) if self._clamps(leg, limits) else leg.units
        units = leg.units
        for limit in limits:
            if limit.policy is None or not concerns(limit, leg):
                continue
            label = f"{limit.name} else {limit.policy} (line {limit.where.line})"
            if limit.policy == "clamp" and limit.measure in CLAUSES and limit.op == "<=":
                leg = self._clause_clamped(limit, leg)
                continue
            if self._clamps(leg, (limit,)):
                units = self._shrunk(leg, units)
            if not all(map(self.available.sure, read_by_limit(limit))):
                continue
            found = judged(self.world, limit, leg, units)
            if found is None:
                continue
            admitted = found.admissible
            if limit.policy == "reduce only":
                admitted = either(admitted, may_reduce(leg, units, after(self.world, leg, units)))
            self.world.facts.add(label, "guard", unless_none(units, admitted))
        return leg, units

    def smaller(self, leg: Leg, units: Term) -> Term:
        """Any part of an order that a clamp may leave."""
        return self._shrunk(leg, units)

    def _clamps(self, leg: Leg, limits: tuple[ir.Limit, ...]) -> bool:
        return any(
            limit.policy == "clamp"
            and limit.op == "<="
            and limit.measure not in (*NEVER_CLAMPED, *CLAUSES)
            and concerns(limit, leg)
            for limit in limits
        )

    def _shrunk(self, leg: Leg, units: Term) -> Term:
        """Units of the same sign, and no more of them."""
        some = self.world.fresh("units")
        within = both(le(least(ZERO, units), some), le(some, greatest(ZERO, units)))
        self.world.facts.add("a clamp only shrinks", "order", within)
        return some

    def _clause_clamped(self, limit: ir.Limit, leg: Leg) -> Leg:
        clause = clause_of(leg, limit.measure)
        if clause is None:
            return leg
        clamped = least(clause, Reader(self.world, leg.before)(limit.bound))
        return (
            leg._replace(slippage=clamped) if limit.measure == "order slippage" else leg._replace(gas=clamped)
        )


def _condition(rule: ir.Rule) -> ir.Expr | None:
    return rule.trigger.condition if isinstance(rule.trigger, ir.Level | ir.Edge) else None


def _can_fire_first(rule: ir.Rule) -> bool:
    """Whether a rule can fire at the first tick."""
    match rule.trigger:
        case ir.Level():
            return rule.hold is None
        case ir.Edge():
            return rule.on_start and rule.hold is None
        case ir.Every(at=at):
            return at is not None
        case ir.On(event=event):
            return event != "fill"
