"""L501: a bare literal took the unit of the quantity next to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.typing.units import ONE
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Edit, Fix, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.compiler.typing.types import Type

UNIT_LEFT_OUT = declare(
    "L501",
    "unit left out",
    explanation="""
A bare number next to a quantity takes its unit. Written out, the program can be read without knowing the
unit of every signal. Zero is the same in every unit and needs none.
""",
    bad="when abs(delta) > 0.1:\n    hedge to 0\n",
    good="when abs(delta) > 0.1 ETH:\n    hedge to 0\n",
)


def unit_left_out(cx: Context, node: syntax.Expr, wanted: Type) -> None:
    """Report the adoption of a unit, with the fix where the literal stands alone."""
    if wanted.unit == ONE:
        return
    source = wanted.shown.source if wanted.shown else wanted.unit.source()
    message = f"`{cx.written(node.span)}` is taken to be in {wanted.text()}"
    shadowed = any(name in cx.scope.values for name in source.replace("*", "/").strip(" /").split("/"))
    fix = None
    if not shadowed and _is_literal(node):
        end = Span(node.span.end, node.span.end)
        fix = Fix(f"write `{cx.written(node.span)}{source}`", (Edit(end, source),))
    cx.report(UNIT_LEFT_OUT, message, node.span, (), fix)


def _is_literal(node: syntax.Expr) -> bool:
    while isinstance(node, syntax.Unary) and node.op == "-":
        node = node.operand
    return isinstance(node, syntax.Number)
