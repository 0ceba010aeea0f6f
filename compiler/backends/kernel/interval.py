"""Conditions on a delta that is known between two bounds: true, false, or in doubt.

Rounding is monotone, so an operation on bounds, rounded like any other, bounds what the same operation on the exact
delta gives, rounded: no margin is needed beyond that of the sketch.
"""

from __future__ import annotations

from typing import NamedTuple

from stratc.compiler.backends.kernel.expressions import Reader
from stratc.compiler.backends.kernel.text import TRUE, number
from stratc.compiler.backends.kernel.tick import Value
from stratc.compiler.ir import nodes as ir

_ORDER = frozenset(("<", "<=", ">", ">="))
_LOGIC = frozenset(("and", "or", "not"))
_WITHIN = frozenset(("+", "-", "neg", "abs", "*", "/"))
_ZERO = number(0.0)


class Bounds(NamedTuple):
    """A number between two others; all LLVM names."""

    low: str
    high: str
    known: str = TRUE


class Maybe(NamedTuple):
    """A truth value: whether it may be true, and whether it may be false."""

    true: str
    false: str
    known: str


def decidable(expr: ir.Expr, lets: dict[str, ir.Expr]) -> bool:
    """Whether bounds of delta lead to bounds of the expression."""
    if isinstance(expr, ir.LetRef):
        return decidable(lets[expr.name], lets)
    if isinstance(expr, ir.Apply) and sees_book(expr, lets):
        divides = expr.op == "/" and sees_book(expr.args[1], lets)
        known = expr.op in _ORDER | _LOGIC | _WITHIN and not divides
        return known and all(decidable(arg, lets) for arg in expr.args)
    return True


def sees_book(expr: ir.Expr, lets: dict[str, ir.Expr]) -> bool:
    """Whether a value depends on the projected book, through lets as well."""
    if isinstance(expr, ir.LetRef):
        return sees_book(lets[expr.name], lets)
    if isinstance(expr, ir.Apply):
        return any(sees_book(arg, lets) for arg in expr.args)
    return isinstance(expr, ir.BookSignal)


class BoundsReader:
    """Reads conditions as `Reader` does; what it is not certain of is in `doubts`."""

    def __init__(self, exact: Reader, lets: dict[str, ir.Expr], delta: Bounds, position: str) -> None:
        """`exact` reads what does not depend on the book."""
        self.exact, self.body, self.lets = exact, exact.body, lets
        self.delta, self.position = delta, position
        self.doubts: list[str] = []

    def read(self, expr: ir.Expr) -> Value:
        """A condition; where it is in doubt it counts as true, and the doubt is noted."""
        if not sees_book(expr, self.lets):
            return self.exact.read(expr)
        found = self._truth(expr)
        self.doubts.append(self.body.both(found.known, found.true, found.false))
        return Value(found.true, found.known)

    def holds(self, expr: ir.Expr) -> str:
        """Whether a condition is available and may be true."""
        value = self.read(expr)
        return self.body.both(value.known, value.text)

    def _truth(self, expr: ir.Expr) -> Maybe:
        body = self.body
        if isinstance(expr, ir.LetRef):
            return self._truth(self.lets[expr.name])
        if not sees_book(expr, self.lets) or not isinstance(expr, ir.Apply):
            value = self.exact.read(expr)
            return Maybe(value.text, body.no(value.text), value.known)
        if expr.op in _ORDER:
            return self._order(expr.op, *(self._bounds(arg) for arg in expr.args))
        parts = [self._truth(arg) for arg in expr.args]
        known = body.both(*(part.known for part in parts))
        if expr.op == "not":
            return Maybe(parts[0].false, parts[0].true, known)
        true, false = [part.true for part in parts], [part.false for part in parts]
        if expr.op == "and":
            return Maybe(body.both(*true), body.either(*false), known)
        return Maybe(body.either(*true), body.both(*false), known)

    def _order(self, op: str, one: Bounds, other: Bounds) -> Maybe:
        """An order between two bounded numbers; a NaN is in doubt, so the comparisons are unordered."""
        body = self.body
        if op in (">", ">="):
            one, other, op = other, one, {">": "<", ">=": "<="}[op]
        may, may_not = ("ult", "uge") if op == "<" else ("ule", "ugt")
        return Maybe(
            body.compare(may, one.low, other.high),
            body.compare(may_not, one.high, other.low),
            body.both(one.known, other.known),
        )

    def _bounds(self, expr: ir.Expr) -> Bounds:
        if isinstance(expr, ir.BookSignal):
            return self.delta if expr.name == "delta" else Bounds(self.position, self.position)
        if isinstance(expr, ir.LetRef) and sees_book(expr, self.lets):
            return self._bounds(self.lets[expr.name])
        if not sees_book(expr, self.lets) or not isinstance(expr, ir.Apply):
            value = self.exact.read(expr)
            return Bounds(value.text, value.text, value.known)
        parts = [self._bounds(arg) for arg in expr.args]
        low, high = self._applied(expr.op, parts)
        known = self.body.both(*(part.known for part in parts))
        if expr.op == "/":
            known = self.body.both(known, self.body.compare("une", parts[1].low, _ZERO))
        return Bounds(low, high, known)

    def _applied(self, op: str, parts: list[Bounds]) -> tuple[str, str]:
        body, one, other = self.body, parts[0], parts[-1]
        if op == "+":
            return body.f("fadd", one.low, other.low), body.f("fadd", one.high, other.high)
        if op == "-":
            return body.f("fsub", one.low, other.high), body.f("fsub", one.high, other.low)
        if op == "neg":
            return body.f("fneg", one.high), body.f("fneg", one.low)
        if op == "abs":
            return self._absolute(one)
        made = "fmul" if op == "*" else "fdiv"
        corners = [body.f(made, a, b) for a in one[:2] for b in dict.fromkeys(other[:2])]
        return self._extreme("olt", corners), self._extreme("ogt", corners)

    def _absolute(self, part: Bounds) -> tuple[str, str]:
        body = self.body
        high = self._extreme("ogt", [part.high, body.f("fneg", part.low)])
        low = self._extreme("ogt", [part.low, body.f("fneg", part.high), _ZERO])
        return low, high

    def _extreme(self, how: str, values: list[str]) -> str:
        """The smallest or largest; NaN if any of them is."""
        best = values[0]
        for value in values[1:]:
            better = self.body.compare(how, value, best)
            none = self.body.compare("uno", value, value)
            best = self.body.choose(self.body.either(better, none), value, best)
        return best
