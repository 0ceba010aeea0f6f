"""From syntax expressions to typed IR, bottom up.

An expression in error has the type POISON, and what is made of it is not reported again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stratc.compiler.ir import nodes as ir
from stratc.compiler.typing import exact as numbers
from stratc.compiler.typing import name_errors, style, unit_errors
from stratc.compiler.typing.exact import Exact
from stratc.compiler.typing.scope import Typed
from stratc.compiler.typing.types import BOOL, NUMBER, POISON, Type, quantity
from stratc.compiler.typing.units import ONE, Scaled
from stratc.dsl import syntax

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratc.compiler.context import Context
    from stratc.dsl.source import Span

POISONED = Typed(ir.Const(0.0, "1"), POISON)

_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def infer(cx: Context, node: syntax.Expr) -> Typed:
    """The type and IR of an expression; reports what is wrong with it. (The parser bounds how deep it nests.)"""
    return _BY_NODE[type(node)](cx, node)


def constant(cx: Context, exact: Exact, of: Type, span: Span, *, bare: bool = False) -> Typed:
    """A constant of a type; reports one that no float can hold."""
    try:
        value = exact.value()
    except OverflowError:
        unit_errors.no_number(cx, "this constant is larger than 1.8e308", span)
        return POISONED
    return Typed(ir.Const(value, of.ir_text()), of, exact, bare)


def adopt(cx: Context, typed: Typed, node: syntax.Expr, wanted: Type, *, silent: bool = False) -> Typed:
    """A bare literal in the customary unit of the quantity next to it; anything else as it is.

    `silent` where leaving the unit out is how it is usually said: a strike, the lower end of a range.
    """
    if not typed.bare or typed.exact is None or wanted.what != "quantity":
        return typed
    exact, shown = typed.exact, wanted.shown
    if exact.above and not silent:
        style.unit_left_out(cx, node, wanted)
    return constant(cx, exact.scaled(shown.above, shown.below) if shown else exact, wanted, node.span)


def unify(
    cx: Context, op: str, nodes: tuple[syntax.Expr, ...], parts: list[Typed]
) -> tuple[Type, list[Typed]]:
    """Bring the operands of `op` to one unit; the type is POISON when they have none.

    In a range (`in`) the upper end may say the unit for both.
    """
    for node, part in zip(nodes, parts, strict=True):
        if part.type.what == "bool":
            unit_errors.not_a_number(cx, f"`{op}`", node.span)
            return POISON, parts
    if any(part.type.what == "error" for part in parts):
        return POISON, parts
    leader = next((part for part in parts if not part.bare), parts[0])
    if not leader.bare:
        silent = op == "in" and not parts[-1].bare
        parts = [adopt(cx, p, node, leader.type, silent=silent) for node, p in zip(nodes, parts, strict=True)]
    for node, part in zip(nodes, parts, strict=True):
        if part.type.what == "error":
            return POISON, parts
        if part.type.unit != leader.type.unit:
            first, second = (leader, part) if part is not parts[0] else (part, leader)
            at = node if part is not parts[0] else nodes[parts.index(leader)]
            unit_errors.mismatch(cx, op, first, second, at.span)
            return POISON, parts
    return leader.type, parts


def _number(cx: Context, node: syntax.Number) -> Typed:
    exact = numbers.literal(node.text)
    if node.unit is None:
        return constant(cx, exact, NUMBER, node.span, bare=True)
    scaled = cx.scope.units.get(node.unit)
    if scaled is None:
        start = node.span.end - len(node.unit)
        name_errors.unknown_unit(cx, node.unit, type(node.span)(start, node.span.end))
        return POISONED
    return constant(cx, exact.scaled(scaled.above, scaled.below), quantity(scaled.unit), node.span)


def _name(cx: Context, node: syntax.Name) -> Typed:
    symbol = cx.scope.values.get(node.name)
    if symbol is None:
        name_errors.unknown_name(cx, node)
        return POISONED
    cx.scope.used.add(node.name)
    return symbol.typed


def _paren(cx: Context, node: syntax.Paren) -> Typed:
    return infer(cx, node.inner)


def _unary(cx: Context, node: syntax.Unary) -> Typed:
    operand = infer(cx, node.operand)
    if operand.type.what == "error":
        return POISONED
    if node.op == "not":
        if operand.type.what != "bool":
            unit_errors.not_a_condition(cx, "`not`", operand, node.operand.span)
            return POISONED
        return Typed(ir.Apply("not", (operand.expr,), "bool"), BOOL)
    if operand.type.what == "bool":
        unit_errors.not_a_number(cx, "`-`", node.operand.span)
        return POISONED
    if operand.exact is not None and isinstance(operand.expr, ir.Const):
        return constant(cx, operand.exact.negated(), operand.type, node.span, bare=operand.bare)
    exact = operand.exact.negated() if operand.exact else None
    return Typed(ir.Apply("neg", (operand.expr,), operand.expr.unit), operand.type, exact)


def _binary(cx: Context, node: syntax.Binary) -> Typed:
    op = node.op
    if op in ("*", "/"):
        return _product(cx, node)
    left, right = infer(cx, node.left), infer(cx, node.right)
    if op in ("and", "or"):
        return _connective(cx, node, left, right)
    kind, parts = unify(cx, op, (node.left, node.right), [left, right])
    if kind.what == "error":
        return POISONED
    left, right = parts
    if op in _COMPARISONS:
        return Typed(ir.Apply(op, (left.expr, right.expr), "bool"), BOOL)
    exact = None
    if left.exact is not None and right.exact is not None:
        exact = left.exact.plus(right.exact if op == "+" else right.exact.negated())
    return _folded(cx, node, op, left, right, kind, exact)


def _folded(
    cx: Context, node: syntax.Binary, op: str, left: Typed, right: Typed, kind: Type, exact: Exact | None
) -> Typed:
    """One constant where both sides are literals, else the operation (with its value if both are known)."""
    if exact is not None and isinstance(left.expr, ir.Const) and isinstance(right.expr, ir.Const):
        return constant(cx, exact, kind, node.span, bare=left.bare and right.bare)
    if exact is not None and not exact.fits():
        exact = None
    return Typed(ir.Apply(op, (left.expr, right.expr), kind.ir_text()), kind, exact)


def _connective(cx: Context, node: syntax.Binary, left: Typed, right: Typed) -> Typed:
    for side, typed in ((node.left, left), (node.right, right)):
        if typed.type.what == "quantity":
            unit_errors.not_a_condition(cx, f"`{node.op}`", typed, side.span)
    if left.type.what == "bool" and right.type.what == "bool":
        return Typed(ir.Apply(node.op, (left.expr, right.expr), "bool"), BOOL)
    return POISONED


def _product(cx: Context, node: syntax.Binary) -> Typed:
    if isinstance(node.right, syntax.Name) and node.right.name not in cx.scope.values:
        written = _with_unit(cx, node, node.right)
        if written is not None:
            return written
    left, right = infer(cx, node.left), infer(cx, node.right)
    for side, typed in ((node.left, left), (node.right, right)):
        if typed.type.what == "bool":
            unit_errors.not_a_number(cx, f"`{node.op}`", side.span)
    if left.type.what != "quantity" or right.type.what != "quantity":
        return POISONED
    try:
        exact = _multiplied(node.op, left.exact, right.exact)
    except ZeroDivisionError:
        unit_errors.no_number(cx, "this divides by zero", node.span)
        return POISONED
    return _folded(cx, node, node.op, left, right, _product_type(node.op, left.type, right.type), exact)


def _multiplied(op: str, left: Exact | None, right: Exact | None) -> Exact | None:
    if left is None or right is None:
        if op == "/" and right is not None and not right.above:
            raise ZeroDivisionError
        return None
    return left.times(right) if op == "*" else left.over(right)


def _product_type(op: str, left: Type, right: Type) -> Type:
    """The unit of a product; a multiple of a rate is still shown the customary way."""
    if right.unit == ONE:
        return left
    if left.unit == ONE and op == "*":
        return right
    return quantity(left.unit.times(right.unit) if op == "*" else left.unit.per(right.unit))


def _with_unit(cx: Context, node: syntax.Binary, name: syntax.Name) -> Typed | None:
    """`50_000 USDC/ETH`: a literal, then units; None where the name does not go on a literal's unit."""
    left = node.left
    scaled = cx.scope.units.get(name.name)
    if (
        isinstance(left, syntax.Binary)
        and isinstance(left.right, syntax.Number)
        and left.right.unit is not None
    ):
        if left.op == "/" and scaled is not None:
            name_errors.divided_literal(cx, name, left.right)
            return POISONED
        if left.op == "*":
            span = type(node.span)(left.right.span.start, node.span.end)
            regrouped = syntax.Binary(span, node.op, left.right, name)
            return infer(cx, syntax.Binary(node.span, "*", left.left, regrouped))
    if not _is_written(cx, left):
        return None
    if scaled is None:
        if isinstance(left, syntax.Number) and left.unit is None:
            return None
        name_errors.unknown_unit(cx, name.name, name.span)
        return POISONED
    return None if scaled.unit == ONE else _scaled_literal(cx, node, scaled)


def _scaled_literal(cx: Context, node: syntax.Binary, scaled: Scaled) -> Typed:
    left = infer(cx, node.left)
    if left.exact is None or left.type.what != "quantity":
        return POISONED
    if node.op == "*":
        unit, exact = left.type.unit.times(scaled.unit), left.exact.scaled(scaled.above, scaled.below)
    else:
        unit, exact = left.type.unit.per(scaled.unit), left.exact.scaled(scaled.below, scaled.above)
    return constant(cx, exact, quantity(unit), node.span)


def _is_written(cx: Context, node: syntax.Expr) -> bool:
    """Whether a node is a literal, with or without units after it."""
    while isinstance(node, syntax.Binary) and node.op in ("*", "/") and isinstance(node.right, syntax.Name):
        if node.right.name in cx.scope.values or node.right.name not in cx.scope.units:
            return False
        node = node.left
    if isinstance(node, syntax.Unary) and node.op == "-":
        node = node.operand
    return isinstance(node, syntax.Number)


def _of_model(cx: Context, node: syntax.OfModel) -> Typed:
    from stratc.compiler.ir.from_syntax.models import greek_by  # noqa: PLC0415  # they need each other

    return greek_by(cx, node)


def _call(cx: Context, node: syntax.Call) -> Typed:
    from stratc.compiler.typing.calls import call  # noqa: PLC0415  # they need each other

    return call(cx, node)


_BY_NODE: dict[type[syntax.Expr], Callable[[Context, Any], Typed]] = {
    syntax.Number: _number,
    syntax.Name: _name,
    syntax.Paren: _paren,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Call: _call,
    syntax.OfModel: _of_model,
}
