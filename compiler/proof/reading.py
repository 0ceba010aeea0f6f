"""Expressions of a program as terms, on one book, with what must be so for them to have a value."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from stratc.compiler.analysis.ranges import Ranges
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import reached
from stratc.compiler.proof.availability import Availability
from stratc.compiler.proof.terms import (
    ONE,
    ZERO,
    Term,
    absolute,
    add,
    both,
    div,
    either,
    eq,
    greatest,
    implies,
    le,
    least,
    lt,
    mul,
    neg,
    no,
    num,
    sub,
    var,
)
from stratc.compiler.proof.world import reads_book, window_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratc.compiler.proof.facts import Kind
    from stratc.compiler.proof.world import Book, World


_RATIOS = ("leverage", "margin_ratio", "distance_to_liquidation")


class Reader:
    """Reads expressions on one book of a world.

    A rule fires only where its numbers are available, so that a divisor is not zero and a root's argument
    not negative; these become facts.
    """

    def __init__(self, world: World, book: Book) -> None:
        """On `book`."""
        self.world = world
        self.book = book
        self._lets = {let.name: let.value for let in world.program.lets}
        self._memo: dict[ir.Expr, Term] = {}

    def __call__(self, expr: ir.Expr) -> Term:
        """The term of a number or a condition."""
        found = self._memo.get(expr)
        if found is None:
            found = self._memo[expr] = self._read(expr)
        return found

    def _read(self, expr: ir.Expr) -> Term:
        match expr:
            case ir.Const():
                return num(expr.value)
            case ir.Input():
                return self.world.input(expr.name)
            case ir.BookSignal():
                return self.world.signal(expr.name, self.book)
            case ir.ParamRef():
                return self.world.param(expr.name)
            case ir.LetRef():
                return self(self._lets[expr.name])
            case ir.WindowRef():
                return self._window(expr.index)
            case ir.Apply():
                return self._apply(expr)

    def _apply(self, expr: ir.Apply) -> Term:
        args = [self(arg) for arg in expr.args]
        if expr.op == "/":
            self.world.facts.add("no division by zero", "value", no(eq(args[1], ZERO)))
            return self._through_infinity(expr.args[1], div(*args))
        if expr.op in ("sqrt", "exp", "log"):
            return self._function(expr.op, args[0])
        if expr.op in ("min", "max"):
            chosen = args[0]
            for arg in args[1:]:
                chosen = (least if expr.op == "min" else greatest)(chosen, arg)
            return chosen
        return _SIMPLE[expr.op](*args)

    def _through_infinity(self, divisor: ir.Expr, quotient: Term) -> Term:
        """A quotient; zero too where the divisor can be infinite, as ratios are to no equity or requirement."""
        parts = reached(self.world.program, divisor)
        if not any(isinstance(part, ir.BookSignal) and part.name in _RATIOS for part in parts):
            return quotient
        key = ("/", quotient)
        if key not in self.world.memo:
            self.world.memo[key] = self.world.fresh("quotient")
        value = self.world.memo[key]
        self.world.facts.add("a quotient", "nature", either(eq(value, quotient), eq(value, ZERO)))
        return value

    def _function(self, op: str, x: Term) -> Term:
        known = self.world.memo.get((op, x))
        if known is not None:
            return known
        value = self.world.memo[op, x] = var(f"{op}({x!r})")
        add_fact = self.world.facts.add
        if op == "sqrt":
            add_fact("no root of a negative number", "value", le(ZERO, x))
            add_fact("sqrt", "nature", le(ZERO, value))
            add_fact("sqrt", "nature", implies(le(ZERO, x), eq(mul(value, value), x)))
        elif op == "exp":
            add_fact("exp", "nature", lt(ZERO, value))
            add_fact("exp", "nature", le(add(ONE, x), value))
            add_fact("exp", "nature", implies(le(x, ZERO), le(value, ONE)))
        else:
            add_fact("no logarithm of zero or less", "value", lt(ZERO, x))
            add_fact("log", "nature", implies(lt(ZERO, x), le(value, sub(x, ONE))))
            add_fact("log", "nature", implies(le(ONE, x), le(ZERO, value)))
        return value

    def _window(self, index: int) -> Term:
        value = self.world.window(index)
        window, facts = self.world.program.windows[index], self.world.facts
        name = window_text(window)
        if window.function in ("stdev", "realized_vol"):
            facts.add(f"{name} >= 0", "nature", le(ZERO, value))
            return value
        samples = Ranges(self._monitored()).of(window.argument)
        if window.function == "change":
            if samples.low > 0.0:
                facts.add(f"{name} > -100%", "nature", lt(num(-1), value))
            return value
        label = f"samples of {name}"
        kept: Kind = "assumption" if any(abs(end) != inf and end > 1e-300 for end in samples) else "nature"
        if samples.low > -inf:
            low = ZERO if 0.0 < samples.low < 1e-300 else num(samples.low)
            facts.add(label, kept, le(low, value))
        if samples.high < inf:
            facts.add(label, kept, le(value, num(samples.high)))
        if window.function in ("high", "low") and not reads_book(self.world.program, window.argument):
            now = self(window.argument)
            facts.add(label, "nature", le(now, value) if window.function == "high" else le(value, now))
        return value

    def _monitored(self) -> ir.Program:
        """The program with the assumptions that fail whenever a sample is out of them."""
        program = self.world.program
        alone = Availability(program, self.world.holds, ()).alone
        kept = tuple(one for one in program.assumptions if alone(one.condition))
        return program if kept == program.assumptions else program.but(assumptions=kept)


def _not_equal(left: Term, right: Term) -> Term:
    return no(eq(left, right))


_SIMPLE: dict[str, Callable[..., Term]] = {
    "neg": neg,
    "not": no,
    "abs": absolute,
    "+": add,
    "-": sub,
    "*": mul,
    "<": lt,
    "<=": le,
    ">": lambda left, right: lt(right, left),
    ">=": lambda left, right: le(right, left),
    "==": eq,
    "!=": _not_equal,
    "and": both,
    "or": either,
}
