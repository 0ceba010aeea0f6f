"""Two bodies side by side: each pair of actions on the same book, which those before it leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import of_action
from stratc.compiler.proof.diff.forms import form, skeleton
from stratc.compiler.proof.diff.results import Difference
from stratc.compiler.proof.diff.words import carried, doing, doings
from stratc.compiler.proof.facts import Fact
from stratc.compiler.proof.orders import after
from stratc.compiler.proof.terms import TRUE, ZERO, Term, both, either, eq, greatest, le, least, no

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.diff.halves import Half
    from stratc.compiler.proof.orders import Leg, Trading

_SIZED = (ir.Trade, ir.Hedge)


class Step(NamedTuple):
    """A pair of actions that are not the same to the letter."""

    number: int
    facts: tuple[Fact, ...]
    """What is known when they are sized, the actions before them included."""
    available: tuple[Term, Term]
    """Whether A, and B, has every number it takes."""
    equal: Term
    """That they come to the same."""
    words: tuple[Difference, ...] = ()
    """What differs whatever the state."""


class Bodies:
    """Walks two bodies together."""

    def __init__(self, a: Half, b: Half) -> None:
        """On the book that both halves begin with."""
        self.a = a
        self.b = b
        self._facts: list[Fact] = []
        limits = (*a.program.limits, *b.program.limits)
        self._clamps = any(limit.policy == "clamp" for limit in limits)

    def steps(self) -> Iterator[Step]:
        """Pairs that may differ; whoever goes on to the next has found the one before it to be the same."""
        mine, other = self.a.rule.body, self.b.rule.body
        if len(mine) != len(other):
            words = Difference(
                "order", {}, doings(self.a.program, self.a.rule), doings(self.b.program, self.b.rule)
            )
            yield Step(1, (), (TRUE, TRUE), TRUE, (words,))
            return
        for number, (x, y) in enumerate(zip(mine, other, strict=True), 1):
            if form(self.a.program, x) == form(self.b.program, y):
                self._done(x)
                continue
            if self._are_sized(x, y):
                yield self._sized(number, x, y)
            elif skeleton(x) == skeleton(y):
                yield self._by_parts(number, x, y)
                self._done(x)
            else:
                words = Difference("order", {}, doing(self.a.program, x), doing(self.b.program, y))
                yield Step(number, (), (TRUE, TRUE), TRUE, (words,))
                return

    def _are_sized(self, x: ir.Action, y: ir.Action) -> bool:
        """Whether both come to orders of the same instruments, which are compared by their size."""
        match x, y:
            case ((ir.Trade() | ir.Hedge()), (ir.Trade() | ir.Hedge())):
                return form(self.a.program, x.instrument) == form(self.b.program, y.instrument)
            case ir.Close(), ir.Close():
                same = x.what == y.what and x.instrument == y.instrument
                return same and (x.what in ("perpetual", "position") or isinstance(x.instrument, ir.Linear))
            case ir.MoveMargin(), ir.MoveMargin():
                return x.verb == y.verb
        return False

    def _sized(self, number: int, x: ir.Action, y: ir.Action) -> Step:
        """Orders of the same instruments: how much of each, and the numbers they carry."""
        equal = TRUE
        words: tuple[Difference, ...] = ()
        for leg, opposite in zip(self.a.desk.legs(x), self.b.desk.legs(y), strict=True):
            mine, other = self.a.passed(leg), self.b.passed(opposite)
            alike = self._alike(leg, opposite)
            same = both(eq(mine.units, other.units), either(eq(mine.units, ZERO), alike))
            equal = both(equal, eq(mine.admitted, other.admitted), either(no(mine.admitted), same))
            words = tuple(carried(leg.action.terms, opposite.action.terms))
            self._move(leg, mine.units)
        return self._step(number, equal, words)

    def _alike(self, leg: Leg, opposite: Leg) -> Term:
        pairs = [(leg.slippage, opposite.slippage), (leg.gas, opposite.gas)]
        price, other = leg.action.terms.limit_price, opposite.action.terms.limit_price
        if price is not None and other is not None:
            pairs.append((self.a.value(price), self.b.value(other)))
        return both(*(eq(x, y) for x, y in pairs if x is not None and y is not None))

    def _by_parts(self, number: int, x: ir.Action, y: ir.Action) -> Step:
        """Two actions of the same make: every number in them."""
        parts = zip(of_action(x), of_action(y), strict=True)
        equal = both(*(eq(self.a.value(mine), self.b.value(other)) for mine, other in parts))
        step = self._step(number, equal, ())
        if isinstance(x, ir.Alert):  # it is said all the same where a number is missing
            return step._replace(available=(TRUE, TRUE), equal=both(eq(*step.available), equal))
        return step

    def _step(self, number: int, equal: Term, words: tuple[Difference, ...]) -> Step:
        mine, other = self.a.read(), self.b.read()
        self._facts += [*mine.facts, *other.facts]
        step = Step(number, tuple(self._facts), (mine.available, other.available), equal, words)
        self._facts.append(Fact("the action before it had its numbers", "value", mine.available))
        return step

    def _done(self, action: ir.Action) -> None:
        """Go past an action that is the same in both."""
        for leg in self.a.desk.legs(action):
            if not leg.many:
                self._move(leg, leg.units)
        self.b.desk.book = self.a.desk.book
        read = self.a.read()
        self._facts += [*read.facts, Fact("the action before it had its numbers", "value", read.available)]

    def _move(self, leg: Leg, units: Term) -> None:
        """The book behind an order of which limits may have left any part."""
        if self._clamps:
            asked, units = units, self.a.side.fresh("units")
            within = both(le(least(ZERO, asked), units), le(units, greatest(ZERO, asked)))
            self._facts.append(Fact("a clamp only shrinks", "order", within))
        self.a.desk.book = self.b.desk.book = after(self.a.side, leg, units)


class Doing(NamedTuple):
    """An action of one version with its orders, on the way to being told."""

    action: ir.Action
    orders: tuple[tuple[Leg, Term, Term], ...]
    """Order, units and whether it is admitted; none where it is told in words."""


def doings_of(half: Half) -> tuple[list[Doing], tuple[Fact, ...], Term]:
    """A body on its own: its actions, the facts that came up, and whether every number is available."""
    begun = half.desk.book
    found = []
    for action in half.rule.body:
        orders = []
        for leg in half.desk.legs(action):
            passed = half.passed(leg)
            orders.append((leg, passed.units, passed.admitted))
            if not leg.many:
                half.desk.book = after(half.side, leg, passed.units)
        told = not any(leg.many for leg, _, _ in orders)
        found.append(Doing(action, tuple(orders) if told else ()))
    half.desk.book = begun
    read = half.read()
    return found, read.facts, read.available


def is_numbers_only(rule: ir.Rule) -> bool:
    """Whether a firing without an order leaves no trace: a level that does one sized thing and remembers nothing."""
    plain = isinstance(rule.trigger, ir.Level) and rule.hold is None and rule.cooldown is None
    if not plain or rule.once or len(rule.body) != 1:
        return False
    return (
        isinstance(rule.body[0], (*_SIZED, ir.MoveMargin)) and cast("Trading", rule.body[0]).terms.split == 1
    )
