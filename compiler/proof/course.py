"""Rules that fire one after the other on an unchanged market, each order filled as asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import hedged
from stratc.compiler.proof.invariants import invariants
from stratc.compiler.proof.linear import normal
from stratc.compiler.proof.orders import NEUTRAL, Contract, Desk, after
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.terms import TRUE, ZERO, Term, both, either, eq, greatest, le, least, lt, no
from stratc.compiler.proof.world import Book, World

if TYPE_CHECKING:
    from stratc.compiler.proof.orders import Leg
    from stratc.compiler.proof.situation import Given

TRADING = (ir.Hedge, ir.Trade, ir.Close)


class Step(NamedTuple):
    """A rule that looks at a book: whether it fires, what it sends, and the book it leaves."""

    rule: ir.Rule
    before: Book
    after: Book
    holds: Term
    """Its condition, where it has one."""
    sends: Term
    """An order is not of size zero."""
    legs: tuple[Leg, ...]

    @property
    def fires(self) -> Term:
        """Its condition holds and it sends something."""
        return both(self.holds, self.sends)


class Course:
    """Steps on one market; an option keeps its Greeks from one step to the next."""

    def __init__(self, given: Given) -> None:
        """Any book that assumptions and limits allow."""
        self.given = given
        self.world = World(given.program)
        self.start = self.world.book()
        self._desk = Desk(self.world, self.start)
        self._known(self.start)
        read = Reader(self.world, self.start)
        for assumption in given.program.assumptions:
            label = f"{assumption.text} (line {assumption.where.line})"
            self.world.facts.add(label, "assumption", read(assumption.condition))

    def step(self, rule: ir.Rule, book: Book) -> Step:
        """What a rule does on a book."""
        desk = self._desk
        desk.book = book
        trigger, holds = rule.trigger, TRUE
        if isinstance(trigger, ir.Level | ir.Edge):
            holds = Reader(self.world, book)(trigger.condition)
        legs = []
        for action in rule.body:
            for leg in desk.legs(action):
                legs.append(leg)
                desk.book = self._done(leg)
        sends = either(*(no(eq(leg.units, ZERO)) for leg in legs))
        return Step(rule, book, desk.book, holds, sends, tuple(legs))

    def _done(self, leg: Leg) -> Book:
        if isinstance(leg.instrument, Contract):
            self._likely(leg.instrument)
        book = after(self.world, leg, leg.units)
        book = Book(*(normal(value) for value in book))
        action = leg.action
        if isinstance(action, ir.Hedge) and action.greek == "delta":
            self._between(leg.before, book, action)
        self._known(book)
        return book

    def _between(self, before: Book, book: Book, action: ir.Hedge) -> None:
        """A hedge leaves delta between what it was and its target, however far it gets."""
        target = Reader(self.world, before)(action.target)
        was, now = before.signal(hedged(action)), book.signal(hedged(action))
        ends = least(was, target), greatest(was, target)
        self.world.facts.add("a hedge", "order", both(le(ends[0], now), le(now, ends[1])))

    def _likely(self, option: Contract) -> None:
        """An option that is not worthless has Greeks that are not zero."""
        for greek in (option.gamma, option.vega):
            self.world.facts.add("Greeks of an option", "nature", lt(ZERO, greek))
        self.world.facts.add("Greeks of an option", "nature", no(eq(option.delta, ZERO)))

    def _known(self, book: Book) -> None:
        for limit, term in invariants(self.world, self.given.invariants, book):
            self.world.facts.add(f"{limit.name} (line {limit.where.line})", "limit", term)


def can_be_followed(rule: ir.Rule) -> bool:
    """Whether a rule's orders are trades of the asset, perpetuals or options it names."""
    trades = [action for action in rule.body if not isinstance(action, NEUTRAL)]
    return bool(trades) and all(_plain(action) for action in trades)


def _plain(action: ir.Action) -> bool:
    if isinstance(action, ir.Close):
        return action.what in ("perpetual", "position") or isinstance(action.instrument, ir.Linear)
    if isinstance(action, ir.Hedge):
        return isinstance(action.instrument, ir.Linear)
    return isinstance(action, TRADING)
