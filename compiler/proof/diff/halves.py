"""One version's rule as terms: where it fires, and the orders it then asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import hedged, of_action
from stratc.compiler.proof.diff.forms import needs
from stratc.compiler.proof.diff.sides import SharedDesk, Side
from stratc.compiler.proof.measures import TRADES_ONLY, concerns, order_measure
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.terms import (
    TRUE,
    ZERO,
    Term,
    both,
    div,
    greatest,
    ite,
    le,
    least,
    lt,
    neg,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.facts import Fact
    from stratc.compiler.proof.orders import Leg
    from stratc.compiler.proof.world import Book


class Read(NamedTuple):
    """A condition or an order as it was read: whether all of it is available, and what is known besides."""

    available: Term
    facts: tuple[Fact, ...]


class Passed(NamedTuple):
    """What an order's own limits make of it: its units, and whether it may leave at all."""

    units: Term
    admitted: Term


class Half:
    """One version's rule on the common book."""

    def __init__(self, program: ir.Program, rule: ir.Rule, side: Side, book: Book) -> None:
        """Nothing has been read yet."""
        self.program = program
        self.rule = rule
        self.side = side
        self.desk = SharedDesk(side, book)
        self.book = book

    def condition(self, expr: ir.Expr | None) -> tuple[Term, tuple[Fact, ...]]:
        """That a condition is available and holds (none: always), with the facts that came up."""
        if expr is None:
            return TRUE, ()
        term = Reader(self.side, self.book)(expr)
        read = self.read()
        return both(read.available, term), read.facts

    def read(self) -> Read:
        """What came up since the last time: that values were available is not known here, it is a question."""
        found = self.side.taken()
        available = both(*(fact.term for fact in found if fact.kind == "value"))
        return Read(available, tuple(fact for fact in found if fact.kind != "value"))

    def value(self, expr: ir.Expr) -> Term:
        """An expression on the book as it is at this point of the body."""
        return Reader(self.side, self.desk.book)(expr)

    def needs(self) -> Iterator[frozenset[str]]:
        """Values that the rule waits for: to fire; to remember what held (an edge, a `for`); to be rearmed."""
        trigger, condition = self.rule.trigger, condition_of(self.rule)
        exprs: list[ir.Expr] = [] if condition is None else [condition]
        remembers = isinstance(trigger, ir.Edge) or self.rule.hold is not None
        yield self._needs(exprs if remembers else [])
        rearm = trigger.rearm if isinstance(trigger, ir.Edge) else None
        yield self._needs([] if rearm is None else [rearm])
        for action in self.rule.body:
            if not isinstance(action, ir.Alert):
                exprs += of_action(action)
            if isinstance(action, ir.Hedge):
                exprs.append(ir.BookSignal(hedged(action), ""))
        yield self._needs(exprs)

    def _needs(self, exprs: list[ir.Expr]) -> frozenset[str]:
        return needs(self.program, exprs, self.side.common.own, self.side.holds.linear_only)

    def passed(self, leg: Leg) -> Passed:
        """The order behind the limits of its own size that come before any other that could change it."""
        units, admitted = leg.units, TRUE
        for limit in self.program.limits:
            own = limit.measure in TRADES_ONLY[:2] and limit.op == "<=" and limit.scope == "order"
            if limit.policy is None or not concerns(limit, leg):
                continue
            if not own or limit.policy not in ("clamp", "reject"):
                break
            bound = Reader(self.side, leg.before)(limit.bound)
            if limit.policy == "reject":
                admitted = both(admitted, le(order_measure(self.side, limit, leg, units), bound))
            elif limit.measure == "order notional":
                spot = self.side.input("spot")
                units = _cut(units, ite(lt(ZERO, spot), div(bound, spot), ZERO))
            else:
                units = _cut(units, bound)
        return Passed(units, admitted)


def condition_of(rule: ir.Rule) -> ir.Expr | None:
    """What must hold for a rule to fire; None for those that the clock or an event starts."""
    return rule.trigger.condition if isinstance(rule.trigger, ir.Level | ir.Edge) else None


def _cut(units: Term, bound: Term) -> Term:
    most = greatest(ZERO, bound)
    return greatest(neg(most), least(most, units))
