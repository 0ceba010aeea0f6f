"""The range an expression can take: interval arithmetic (R. E. Moore, "Interval Analysis", 1966).

Each operation rounds as the engine's does and rounding is monotone, so the ends of a range are values that
the engine can compute, and everything it computes lies between them.
"""

from __future__ import annotations

from math import inf, isnan, ulp
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST = ulp(0.0)
"""The smallest positive float: the lower end of what is greater than zero."""


class Range(NamedTuple):
    """Every value from low to high, both included; inf where there is no end."""

    low: float
    high: float

    @property
    def empty(self) -> bool:
        """Whether no value is in the range."""
        return self.low > self.high

    def within(self, other: Range) -> Range:
        """The values in both ranges."""
        return Range(max(self.low, other.low), min(self.high, other.high))


ANYTHING = Range(-inf, inf)
_POSITIVE = Range(LEAST, inf)
_NOT_NEGATIVE = Range(0.0, inf)

NATURE: dict[str, Range] = {
    "spot": _POSITIVE,
    "mark": _POSITIVE,
    "iv": _POSITIVE,
    "gas_price": _NOT_NEGATIVE,
    "leverage": _NOT_NEGATIVE,
    "drawdown": Range(0.0, inf),
    "distance_to_liquidation": _NOT_NEGATIVE,
}
"""What inputs and book signals cannot leave, whatever the market does."""


class Ranges:
    """The ranges of one program's expressions, under its assumptions."""

    def __init__(self, program: ir.Program) -> None:
        """Take in parameters, and assumptions that bound one input by constants."""
        self._program = program
        self._known: dict[ir.Expr, Range] = {}
        self._truths: dict[str, bool | None] = {}
        for param in program.params:
            low, high = (param.value, param.value) if param.low is None else (param.low, param.high)
            self._known[ir.ParamRef(param.name, param.unit)] = Range(low, high if high is not None else low)
        for assumption in program.assumptions:
            for atom in conjuncts(assumption.condition):
                self._assume(atom)
        for let in program.lets:  # in order of dependency, so that a chain of lets is no deep recursion
            if let.unit == "bool":
                self._truths[let.name] = self.truth(let.value)
            else:
                self._known[ir.LetRef(let.name, let.unit)] = self.of(let.value)

    def of(self, expr: ir.Expr) -> Range:
        """The range of a quantity."""
        found = self._known.get(expr)
        if found is None:
            found = self._known[expr] = self._compute(expr)
        return found

    def truth(self, condition: ir.Expr) -> bool | None:
        """Whether a condition is always true or always false where it has a value; None if it can be both."""
        if isinstance(condition, ir.LetRef):
            return self._truths[condition.name]
        if not isinstance(condition, ir.Apply):
            return None
        if condition.op in ("and", "or", "not"):
            return self._connected(condition)
        if len(condition.args) != 2:
            return None
        return _compared(condition, self.of(condition.args[0]), self.of(condition.args[1]))

    def _connected(self, condition: ir.Apply) -> bool | None:
        truths = [self.truth(arg) for arg in condition.args]
        if condition.op == "not":
            return None if truths[0] is None else not truths[0]
        decisive = condition.op == "or"
        if decisive in truths:
            return decisive
        if None not in truths:
            return not decisive
        return False if condition.op == "and" and self._contradicts(condition) else None

    def _contradicts(self, condition: ir.Expr) -> bool:
        """Whether comparisons joined by `and` leave some expression no value."""
        left: dict[ir.Expr, Range] = {}
        for atom in conjuncts(condition):
            for expr, bound in self._bounds(atom):
                left[expr] = left.get(expr, self.of(expr)).within(bound)
                if left[expr].empty:
                    return True
        return False

    def _bounds(self, atom: ir.Expr) -> list[tuple[ir.Expr, Range]]:
        """What a comparison says of its left and of its right side."""
        if not isinstance(atom, ir.Apply) or atom.op not in ("<", "<=", ">", ">=", "=="):
            return []
        left, right = atom.args
        sides: list[tuple[ir.Expr, Range]] = []
        if not isinstance(left, ir.Const):
            sides.append((left, _bound(atom.op, self.of(right))))
        if not isinstance(right, ir.Const):
            sides.append((right, _bound(_MIRRORED[atom.op], self.of(left))))
        return sides

    def _assume(self, atom: ir.Expr) -> None:
        for expr, bound in self._bounds(atom):
            if isinstance(expr, ir.Input | ir.BookSignal):
                self._known[expr] = self.of(expr).within(bound)

    def _compute(self, expr: ir.Expr) -> Range:
        if isinstance(expr, ir.Const):
            return Range(expr.value, expr.value)
        if isinstance(expr, ir.Input | ir.BookSignal):
            return NATURE.get(expr.name.partition("(")[0], ANYTHING)
        if isinstance(expr, ir.WindowRef):
            return self._window(self._program.windows[expr.index])
        if isinstance(expr, ir.Apply) and expr.unit != "bool":
            return _applied(expr.op, [self.of(arg) for arg in expr.args])
        return ANYTHING

    def _window(self, window: ir.Window) -> Range:
        if window.function in ("stdev", "realized_vol"):
            return _NOT_NEGATIVE
        argument = self.of(window.argument)
        if window.function in ("high", "low"):
            return argument
        return Range(-1.0, inf) if window.function == "change" and argument.low > 0.0 else ANYTHING


def conjuncts(condition: ir.Expr) -> list[ir.Expr]:
    """The parts of a condition that are joined by `and`, in source order."""
    found: list[ir.Expr] = []
    pending = [condition]
    while pending:
        node = pending.pop()
        if isinstance(node, ir.Apply) and node.op == "and":
            pending += reversed(node.args)
        else:
            found.append(node)
    return found


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


def _bound(op: str, other: Range) -> Range:
    """The values that can stand on the left of `op` when the right is in a range."""
    if op in ("<", "<="):
        return Range(-inf, _before(other.high) if op == "<" else other.high)
    if op in (">", ">="):
        return Range(-_before(-other.low) if op == ">" else other.low, inf)
    return other


def _before(value: float) -> float:
    """The greatest float below a value."""
    return value - ulp(value) if abs(value) != inf else value


def _compared(condition: ir.Apply, left: Range, right: Range) -> bool | None:
    op = condition.op
    if condition.args[0] == condition.args[1]:
        return op in ("<=", ">=", "==")
    if op in (">", ">="):
        op, left, right = {">": "<", ">=": "<="}[op], right, left
    if op == "<":
        return True if left.high < right.low else False if left.low >= right.high else None
    if op == "<=":
        return True if left.high <= right.low else False if left.low > right.high else None
    if left.high < right.low or right.high < left.low:
        return op == "!="
    return None


def _applied(op: str, args: list[Range]) -> Range:
    if op in _ONE:
        return _ONE[op](args[0])
    if op == "min":
        return Range(min(arg.low for arg in args), min(arg.high for arg in args))
    if op == "max":
        return Range(max(arg.low for arg in args), max(arg.high for arg in args))
    left, right = args
    if op == "+":
        return _sound(left.low + right.low, left.high + right.high)
    if op == "-":
        return _sound(left.low - right.high, left.high - right.low)
    if op == "*":
        return _corners([_times(a, b) for a in left for b in right])
    if op == "/" and (right.low > 0.0 or right.high < 0.0):
        return _corners([_over(a, b) for a in left for b in right])
    return ANYTHING


def _absolute(x: Range) -> Range:
    if x.low >= 0.0:
        return x
    return Range(-x.high, -x.low) if x.high <= 0.0 else Range(0.0, max(-x.low, x.high))


_ONE: dict[str, Callable[[Range], Range]] = {
    "neg": lambda x: Range(-x.high, -x.low),
    "abs": _absolute,
    "sqrt": lambda _: _NOT_NEGATIVE,
    "exp": lambda _: _NOT_NEGATIVE,
    "log": lambda _: ANYTHING,
}


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0.0 or b == 0.0 else a * b


def _over(a: float, b: float) -> float:
    return 0.0 if abs(b) == inf else a / b


def _corners(values: list[float]) -> Range:
    return _sound(min(values), max(values))


def _sound(low: float, high: float) -> Range:
    """A range, without ends that are no numbers (inf - inf)."""
    return Range(-inf if isnan(low) else low, inf if isnan(high) else high)
