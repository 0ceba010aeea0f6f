"""IR expressions to Python expressions.

A value that may be missing is None, and every expression is guarded by a test of the mask `missing`
against the bits of what it needs, so the code itself never meets a None. What can fail on good inputs
(a division by zero, a root of a negative number) is `partial`, and its statement catches that.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from stratc.compiler.ir import nodes as ir

_INFIX = frozenset(("+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="))
_PARTIAL = frozenset(("sqrt", "log", "exp"))


class Code(NamedTuple):
    """A Python expression, the bits of what it needs, and whether it can fail."""

    text: str
    mask: int
    partial: bool
    book: bool
    """Whether it depends on the projected book, and so changes within a tick."""


def identifier(prefix: str, name: str) -> str:
    """A Python name for something of the program: in_spot, let_edge, and in0_iv_30_d for `iv(30 d)`."""
    if name.isidentifier():
        return f"{prefix}_{name}"
    return f"{prefix}0_{re.sub(r'[^0-9A-Za-z]+', '_', name).strip('_')}"


class Translator:
    """Translates expressions, given the names and bits that `emit` has laid out."""

    def __init__(self) -> None:
        """No names yet; `names` maps an IR leaf's key to its code."""
        self.names: dict[tuple[str, object], Code] = {}

    def code(self, expr: ir.Expr) -> Code:
        """The Python for an expression."""
        match expr:
            case ir.Const():
                return Code(repr(expr.value), 0, False, False)
            case ir.ParamRef():
                return Code(f"self.p_{expr.name}", 0, False, False)
            case ir.Input():
                return self.names["input", expr.name]
            case ir.BookSignal():
                return self.names["book", expr.name]
            case ir.LetRef():
                return self.names["let", expr.name]
            case ir.WindowRef():
                return self.names["window", expr.index]
            case ir.Apply():
                return self._apply(expr)

    def _apply(self, expr: ir.Apply) -> Code:
        parts = [self.code(arg) for arg in expr.args]
        mask = 0
        for part in parts:
            mask |= part.mask
        partial = any(p.partial for p in parts) or expr.op in _PARTIAL or _may_divide_by_zero(expr)
        return Code(
            self._text(expr.op, [p.text for p in parts], partial), mask, partial, any(p.book for p in parts)
        )

    @staticmethod
    def _text(op: str, args: list[str], partial: bool) -> str:
        if op in _INFIX:
            return f"({args[0]} {op} {args[1]})"
        if op in ("and", "or"):
            # What can fail must be evaluated on both sides: the unknown is not short-circuited.
            word = {"and": "&", "or": "|"}[op] if partial else op
            return f"({args[0]} {word} {args[1]})"
        if op == "neg":
            return f"(-{args[0]})"
        if op == "not":
            return f"(not {args[0]})"
        return f"{op}({', '.join(args)})"


def _may_divide_by_zero(expr: ir.Apply) -> bool:
    if expr.op != "/":
        return False
    divisor = expr.args[1]
    return not (isinstance(divisor, ir.Const) and divisor.value != 0.0)
