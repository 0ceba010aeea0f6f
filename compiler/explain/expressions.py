"""Expressions of the IR as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.words import duration, percent, quantity
from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from collections.abc import Callable

_BINDING = {
    "or": 1, "and": 2, "not": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4, "+": 5, "-": 5, "*": 6,
    "/": 6, "neg": 7,
}  # fmt: skip
_ATOM = 8
_SHARES = frozenset(("change", "realized_vol"))
_COMPARED = frozenset(("<", "<=", ">", ">=", "==", "!=", "+", "-"))


class Phrases:
    """Writes the expressions of one program."""

    def __init__(self, program: ir.Program) -> None:
        """Windows are looked up in the program."""
        self.program = program

    def text(self, expr: ir.Expr) -> str:
        """An expression, in the customary units."""
        return self._written(expr, quantity)[0]

    def share(self, expr: ir.Expr) -> str:
        """An expression that is a share of something: a constant is told in % or bps."""
        return self._written(expr, _as_share)[0]

    def window(self, window: ir.Window) -> str:
        """`change(spot over 1 h)`."""
        return f"{window.function}({self.text(window.argument)} over {duration(window.duration)})"

    def is_share(self, expr: ir.Expr) -> bool:
        """Whether people give an expression in percent: volatilities, changes, drawdown, distances."""
        match expr:
            case ir.Input():
                return expr.name.startswith("iv")
            case ir.BookSignal():
                return expr.name in ("drawdown", "distance_to_liquidation")
            case ir.WindowRef():
                window = self.program.windows[expr.index]
                return window.function in _SHARES or (expr.unit == "1" and self.is_share(window.argument))
            case ir.LetRef():
                return any(self.is_share(let.value) for let in self.program.lets if let.name == expr.name)
            case ir.Apply():
                return expr.op in ("abs", "neg", "min", "max", "+", "-") and any(
                    map(self.is_share, expr.args)
                )
        return False

    def _written(self, expr: ir.Expr, constant: Callable[[float, str], str]) -> tuple[str, int]:
        """The text and how strongly it binds."""
        match expr:
            case ir.Const():
                return constant(expr.value, expr.unit), _ATOM
            case ir.WindowRef():
                return self.window(self.program.windows[expr.index]), _ATOM
            case ir.Apply():
                return self._applied(expr, constant)
            case ir.BookSignal(name="position"):
                return f"position({self.program.base})", _ATOM
        return expr.name, _ATOM

    def _applied(self, expr: ir.Apply, constant: Callable[[float, str], str]) -> tuple[str, int]:
        if expr.op in _COMPARED and any(map(self.is_share, expr.args)):
            constant = _as_share
        binding = _BINDING.get(expr.op)
        if binding is None:
            inner = ", ".join(self._written(arg, constant)[0] for arg in expr.args)
            return f"{expr.op}({inner})", _ATOM
        if len(expr.args) == 1:
            sign = "-" if expr.op == "neg" else "not "
            return sign + self._inside(expr.args[0], binding, constant), binding
        left = self._inside(expr.args[0], binding, constant)
        right = self._inside(expr.args[1], binding + (expr.op in ("-", "/")), constant)
        return f"{left} {expr.op} {right}", binding

    def _inside(self, expr: ir.Expr, binding: int, constant: Callable[[float, str], str]) -> str:
        text, own = self._written(expr, constant)
        return f"({text})" if own < binding else text


def _as_share(value: float, unit: str) -> str:
    return percent(value) if unit == "1" else quantity(value, unit)
