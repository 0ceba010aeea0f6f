"""What a rule's body sends, as terms: how large each order is, and what the book is after it.

This mirrors `runtime/engine/sizing.py` and `view.py`, over real numbers: the engine cuts amounts to 1e-9 of
the base asset and 1e-6 of the quote, always towards a smaller order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import hedged
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.terms import (
    ONE,
    TRUE,
    ZERO,
    Term,
    absolute,
    add,
    both,
    either,
    eq,
    greatest,
    ite,
    le,
    least,
    lt,
    mul,
    neg,
    no,
    num,
    sub,
)
from stratc.compiler.proof.world import Book, has_wallet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.world import World

Kind = Literal["trade", "top up", "withdraw", "provide", "remove"]
Trading = ir.Hedge | ir.Trade | ir.Close | ir.Roll | ir.MoveMargin | ir.Liquidity
NEUTRAL = (ir.Alert, ir.SetState, ir.Enter)


class Contract(NamedTuple):
    """One option's Greeks (per contract)."""

    right: str
    delta: Term
    gamma: Term
    vega: Term
    theta: Term
    jump_delta: Term
    """Its delta by the model of the program's jumps."""


class Leg(NamedTuple):
    """One order before it is held against any limit."""

    action: Trading
    kind: Kind
    instrument: ir.Linear | Contract | None
    units: Term
    """Signed, in the base asset or contracts; quote for margin and liquidity."""
    before: Book
    slippage: Term | None
    gas: Term | None
    many: bool = False
    """Whether it stands for any number of orders like it (closing options)."""

    @property
    def reduces_always(self) -> bool:
        """Closing and adding margin are reducing by their nature."""
        return isinstance(self.action, ir.Close) or self.kind in ("top up", "remove")


def after(world: World, leg: Leg, units: Term) -> Book:
    """The book with `units` of a leg done."""
    book = leg.before
    if leg.kind == "top up":
        return book._replace(posted=add(book.posted, units))
    if leg.kind == "withdraw":
        return book._replace(posted=sub(book.posted, units))
    if leg.kind in ("provide", "remove"):
        return _with_liquidity(world, book)
    if isinstance(leg.instrument, ir.Linear):
        changed = book._replace(
            position=add(book.position, units),
            delta=add(book.delta, units),
            jump_delta=add(book.jump_delta, units),
        )
        return changed if leg.instrument.perpetual else changed._replace(asset=add(book.asset, units))
    if leg.instrument is None:
        return book
    option = leg.instrument
    gross, required = world.fresh("options' gross delta"), world.fresh("options' margin")
    most = mul(absolute(units), absolute(option.delta))
    world.facts.add("options' gross delta", "nature", le(absolute(sub(gross, book.gross)), most))
    made = book._replace(
        delta=add(book.delta, mul(units, option.delta)),
        gamma=add(book.gamma, mul(units, option.gamma)),
        vega=add(book.vega, mul(units, option.vega)),
        theta=add(book.theta, mul(units, option.theta)),
        gross=gross,
        required=required,
        jump_delta=add(book.jump_delta, mul(units, option.jump_delta)),
    )
    world.contents(made)
    return made


def _with_liquidity(world: World, book: Book) -> Book:
    """Liquidity holds some base asset, never less than none, and has gamma below zero."""
    return world.book(world.mark())._replace(position=book.position, asset=book.asset, posted=book.posted)


def reducing(leg: Leg, units: Term, result: Book) -> Term:
    """Whether an order brings |delta| down without taking it past zero."""
    if leg.reduces_always:
        return TRUE
    if leg.kind != "trade" or units is ZERO:
        return eq(ZERO, ONE)
    before, now = leg.before.delta, result.delta
    same_side = either(
        eq(now, ZERO), both(lt(ZERO, now), lt(ZERO, before)), both(lt(now, ZERO), lt(before, ZERO))
    )
    return both(lt(absolute(now), absolute(before)), same_side)


def may_reduce(leg: Leg, units: Term, result: Book) -> Term:
    """Whether the engine can take an order for reducing: where delta is not known it looks at the position."""
    if leg.kind != "trade" or not isinstance(leg.instrument, ir.Linear):
        return reducing(leg, units, result)
    held = leg.before.position
    against = either(
        both(lt(ZERO, held), lt(units, ZERO), le(neg(units), held)),
        both(lt(held, ZERO), lt(ZERO, units), le(units, neg(held))),
    )
    return either(reducing(leg, units, result), against)


class Desk:
    """Sizes the orders of one rule's body, one after the other; the caller says what each leaves behind."""

    def __init__(self, world: World, book: Book) -> None:
        """The body begins on `book`."""
        self.world = world
        self.book = book
        self._contracts: dict[ir.OptionShape, Contract] = {}

    def legs(self, action: ir.Action) -> Iterator[Leg]:
        """The orders of an action; `self.book` is to be moved on after each."""
        match action:
            case ir.Trade():
                yield self._trade(action)
            case ir.Hedge():
                yield self._hedge(action)
            case ir.Close():
                yield from self._close(action, action.what, action.instrument)
            case ir.Roll():
                yield from self._roll(action)
            case ir.MoveMargin():
                yield self._margin(action)
            case ir.Liquidity():
                yield self._liquidity(action)
            case _:
                return

    def _leg(
        self,
        action: Trading,
        units: Term,
        instrument: ir.Linear | Contract | None,
        kind: Kind = "trade",
        many: bool = False,
    ) -> Leg:
        read, terms = Reader(self.world, self.book), action.terms
        slippage = None if terms.slippage is None else read(terms.slippage)
        gas = None if terms.gas is None else read(terms.gas)
        return Leg(action, kind, instrument, units, self.book, slippage, gas, many)

    def _capped(self, action: Trading, units: Term) -> Term:
        """`at most` cuts a size, keeping its sign."""
        if action.terms.at_most is None:
            return units
        most = greatest(ZERO, Reader(self.world, self.book)(action.terms.at_most))
        return greatest(neg(most), least(most, units))

    def contract(self, shape: ir.OptionShape) -> Contract:
        """The option that a shape means at this tick, with Greeks that an option can have."""
        known = self._contracts.get(shape)
        if known is None:
            known = self._contracts[shape] = self._some_contract(shape.right)
        return known

    def _some_contract(self, right: str) -> Contract:
        """Any call or put."""
        delta, gamma, vega, theta = (
            self.world.fresh(f"{name} of a {right}") for name in ("delta", "gamma", "vega", "theta")
        )
        low, high = (ZERO, ONE) if right == "call" else (num(-1), ZERO)
        facts, label = self.world.facts, f"Greeks of a {right}"
        jump_delta = delta
        if self.world.jumps:
            jump_delta = self.world.fresh(f"{ir.JUMP_DELTA} of a {right}")
            facts.add(label, "nature", both(le(low, jump_delta), le(jump_delta, high)))
        facts.add(label, "nature", both(le(low, delta), le(delta, high)))
        facts.add(label, "nature", both(le(ZERO, gamma), le(ZERO, vega), le(theta, ZERO)))
        return Contract(right, delta, gamma, vega, theta, jump_delta)

    def _instrument(self, instrument: ir.Instrument) -> ir.Linear | Contract:
        return instrument if isinstance(instrument, ir.Linear) else self.contract(instrument)

    def _trade(self, action: ir.Trade) -> Leg:
        amount = greatest(ZERO, Reader(self.world, self.book)(action.amount))
        units = self._capped(action, amount)
        instrument = self._instrument(action.instrument)
        return self._leg(action, units if action.side == 1 else neg(units), instrument)

    def _hedge(self, action: ir.Hedge) -> Leg:
        read, world = Reader(self.world, self.book), self.world
        missing = sub(read(action.target), world.signal(hedged(action), self.book))
        instrument = self._instrument(action.instrument)
        if isinstance(instrument, Contract):
            greek = {"delta": instrument.delta, "gamma": instrument.gamma, "vega": instrument.vega}[
                action.greek
            ]
            contracts = world.fresh("contracts")
            world.facts.add("size of the hedge", "order", eq(mul(contracts, greek), missing))
            world.facts.add("size of the hedge", "order", no(eq(greek, ZERO)))
            missing = contracts
        return self._leg(action, self._capped(action, missing), instrument)

    def _close(
        self, action: ir.Close | ir.Roll, what: str | None, instrument: ir.Instrument | None
    ) -> Iterator[Leg]:
        linear = self.world.program.linear
        if isinstance(instrument, ir.Linear):
            held = self.book.perpetual if instrument.perpetual else self.book.asset
            yield self._leg(action, self._capped(action, neg(held)), instrument)
            return
        if what in ("all", "perpetual", "position"):
            units = self._capped(action, neg(self.book.perpetual))
            yield self._leg(action, units, ir.Linear(linear.symbol, True))
        if what in ("all", "position"):
            units = self._capped(action, neg(self.book.asset))
            yield self._leg(action, units, ir.Linear(self.world.program.base, False))
        if what in ("all", "options", "calls", "puts") or isinstance(instrument, ir.OptionShape):
            yield from self._close_options(action, what, instrument)

    def _close_options(
        self, action: ir.Close | ir.Roll, what: str | None, instrument: ir.Instrument | None
    ) -> Iterator[Leg]:
        """Any number of contracts: one that stands for each, on whatever book those before it left."""
        right = "put" if what == "puts" else "call"
        rights = (right,) if what in ("calls", "puts") else ("call", "put")
        if isinstance(instrument, ir.OptionShape):
            rights = (instrument.right,)
        for right in rights:
            sides = {side for name, side in self.world.holds.sides if name == right}
            if not sides:
                continue
            self.book = _some_options_closed(self.world, self.book)
            held = self.world.fresh(f"{right}s held")
            if len(sides) == 1:
                term = le(ZERO, held) if sides == {1} else le(held, ZERO)
                self.world.facts.add("what options it can hold", "book", term)
            option = self._some_contract(right)
            yield self._leg(action, self._capped(action, neg(held)), option, many=True)
        self.book = _some_options_closed(self.world, self.book)

    def _roll(self, action: ir.Roll) -> Iterator[Leg]:
        yield from self._close(action, action.what, action.instrument)
        opened = self.world.fresh("contracts rolled")
        yield self._leg(action, self._capped(action, opened), self.contract(action.to))

    def _margin(self, action: ir.MoveMargin) -> Leg:
        world, book = self.world, self.book
        read = Reader(world, book)
        wanted = sub(mul(read(action.target), world.requirement(book)), world.signal("margin", book))
        top_up = action.verb == "top up"
        units = greatest(ZERO, wanted if top_up else neg(wanted))
        if action.terms.at_most is not None:
            units = least(units, greatest(ZERO, read(action.terms.at_most)))
        if top_up and has_wallet(world.program):
            units = least(units, greatest(ZERO, sub(world.of_tick("cash"), book.posted)))
        return self._leg(action, units, None, action.verb)

    def _liquidity(self, action: ir.Liquidity) -> Leg:
        read = Reader(self.world, self.book)
        low, high = read(action.low), read(action.high)
        self.world.facts.add("a range of prices", "value", both(lt(ZERO, low), lt(low, high)))
        if action.verb == "remove":
            return self._leg(action, ONE, None, "remove")
        at_most = action.terms.at_most
        value = mul(self.world.of_tick("equity"), num(0.1)) if at_most is None else read(at_most)
        return self._leg(action, greatest(ZERO, value), None, "provide")


def _some_options_closed(world: World, book: Book) -> Book:
    """The book after some closing of options: its linear part is what it was."""
    return world.book(world.mark())._replace(position=book.position, asset=book.asset, posted=book.posted)


def merged(fired: Term, after_it: Book, before_it: Book) -> Book:
    """The book after a rule that may have fired."""
    return Book(*(ite(fired, new, old) for new, old in zip(after_it, before_it, strict=True)))
