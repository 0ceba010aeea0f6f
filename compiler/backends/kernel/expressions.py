"""IR expressions as LLVM IR: a value, and whether it is available.

Where Python raises (a division by zero, a root or logarithm out of its domain, an exponential that overflows)
the value is unavailable, which is what the plan makes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from stratc.compiler.backends.kernel.text import FALSE, TRUE, Function, number
from stratc.compiler.backends.kernel.tick import Value
from stratc.compiler.ir import nodes as ir

_ZERO = number(0.0)
_ARITHMETIC = {"+": "fadd", "-": "fsub", "*": "fmul"}
_COMPARISONS = {"<": "olt", "<=": "ole", ">": "ogt", ">=": "oge", "==": "oeq", "!=": "une"}
Leaf = Callable[[ir.Expr], Value]


class Reader:
    """Writes expressions into a function; `leaf` gives inputs, book signals, windows, lets and parameters."""

    def __init__(self, body: Function, leaf: Leaf) -> None:
        """Write into `body`."""
        self.body = body
        self.leaf = leaf

    def read(self, expr: ir.Expr) -> Value:
        """The value of an expression at this tick."""
        if isinstance(expr, ir.Const):
            return Value(number(float(expr.value)))
        if not isinstance(expr, ir.Apply):
            return self.leaf(expr)
        args = [self.read(arg) for arg in expr.args]
        text, domain = self._apply(expr.op, [arg.text for arg in args])
        return Value(text, self.body.both(*(arg.known for arg in args), domain))

    def holds(self, expr: ir.Expr) -> str:
        """Whether a condition is available and true."""
        value = self.read(expr)
        return self.body.both(value.known, value.text)

    def _apply(self, op: str, args: list[str]) -> tuple[str, str]:
        """An operator's value, and whether its arguments are in its domain."""
        body = self.body
        if op in _ARITHMETIC:
            return body.f(_ARITHMETIC[op], *args), TRUE
        if op in _COMPARISONS:
            return body.compare(_COMPARISONS[op], *args), TRUE
        if op == "and":
            return body.both(*args), TRUE
        if op == "or":
            return body.either(*args), TRUE
        if op == "not":
            return body.no(args[0]), TRUE
        if op in ("min", "max"):
            return self._extreme(op, args), TRUE
        return self._function(op, args)

    def _extreme(self, op: str, args: list[str]) -> str:
        """Python's min and max: the first of those that are equal, a NaN where it stands first."""
        best = args[0]
        for other in args[1:]:
            better = self.body.compare("ogt" if op == "max" else "olt", other, best)
            best = self.body.choose(better, other, best)
        return best

    def _function(self, op: str, args: list[str]) -> tuple[str, str]:
        body, x = self.body, args[0]
        if op == "/":
            return body.f("fdiv", *args), body.compare("une", args[1], _ZERO)
        if op == "neg":
            return body.f("fneg", x), TRUE
        if op == "abs":
            return body.call("llvm.fabs.f64", x), TRUE
        if op == "sqrt":
            return body.call("llvm.sqrt.f64", x), body.no(body.compare("olt", x, _ZERO))
        if op == "log":
            return body.call("log", x), body.no(body.compare("ole", x, _ZERO))
        if op == "exp":
            value = body.call("exp", x)
            finite = body.no(
                body.both(body.compare("oeq", value, number(inf)), body.compare("olt", x, number(inf)))
            )
            return value, finite
        return _ZERO, FALSE
