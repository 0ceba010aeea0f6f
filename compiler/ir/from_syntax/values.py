"""Expressions where a value of a known unit and range is wanted: amounts, ratios, counts, conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.typing import unit_errors
from stratc.compiler.typing.infer import adopt, infer
from stratc.compiler.typing.types import NUMBER, Type
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.compiler.typing.exact import Exact
    from stratc.compiler.typing.scope import Typed
    from stratc.dsl import syntax

NOT_A_RATIO = declare(
    "E110",
    "ratio outside 0 to 100%",
    explanation="""
A slippage, a fee, a spread or an agreement between oracles is a share of a price: at least 0, at most 1
(100%). `5` means 500%; `5 bps` and `5%` say what was meant.
""",
    bad="when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH, slippage <= 150%\n",
    good="when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH, slippage <= 1.5%\n",
)
NOT_AN_AMOUNT = declare(
    "E111",
    "amount not positive",
    explanation="""
An amount to trade, a cap, a price or a bound must be greater than zero. The direction is said by `buy`
and `sell`, `long` and `short`, not by a sign.
""",
    bad="signal x: number\nwhen x > 1, cooldown 1 h:\n    buy -1 ETH\n",
    good="signal x: number\nwhen x > 1, cooldown 1 h:\n    sell 1 ETH\n",
)
NOT_A_COUNT = declare(
    "E112",
    "not a whole number",
    explanation="""
Retries, deadlines in blocks and the parts of a split order are counted: 1, 2, 3 and so on.
""",
    bad="when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH, retry 1.5\n",
    good="when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH, retry 2\n",
)


def condition(cx: Context, node: syntax.Expr, what: str) -> ir.Expr | None:
    """A truth value, or None after reporting what is wrong."""
    typed = infer(cx, node)
    if typed.type.what == "quantity":
        unit_errors.not_a_condition(cx, what, typed, node.span)
    return typed.expr if typed.type.what == "bool" else None


def value(cx: Context, node: syntax.Expr, wanted: Type, what: str, *, silent: bool = False) -> Typed | None:
    """A quantity in the unit of `wanted` (a bare literal takes it), or None after reporting."""
    typed = infer(cx, node)
    if typed.type.what == "bool":
        unit_errors.not_a_number(cx, what, node.span)
        return None
    typed = adopt(cx, typed, node, wanted, silent=silent)
    if typed.type.what == "error":
        return None
    if typed.type.unit != wanted.unit:
        unit_errors.wrong_unit(cx, what, wanted, typed, node.span)
        return None
    return typed


def fixed(cx: Context, node: syntax.Expr, wanted: Type, what: str) -> Exact | None:
    """A constant in the unit of `wanted`, or None after reporting."""
    typed = value(cx, node, wanted, what)
    if typed is None:
        return None
    if typed.exact is None:
        unit_errors.not_constant(cx, what, node.span)
    return typed.exact


def possible(cx: Context, typed: Typed) -> tuple[float, float] | None:
    """The least and greatest value of a constant or a parameter over its range; None for anything else."""
    if typed.exact is not None:
        return typed.exact.value(), typed.exact.value()
    if not isinstance(typed.expr, ir.ParamRef) or typed.expr.name not in cx.params:
        return None
    param = cx.params[typed.expr.name]
    if param.low is None or param.high is None:
        return param.value, param.value
    return param.low, param.high


def ratio(cx: Context, node: syntax.Expr, what: str) -> Typed | None:
    """A pure number between 0 and 1 where that can be known, or None after reporting."""
    typed = value(cx, node, NUMBER, what)
    if typed is None:
        return None
    ends = possible(cx, typed)
    if ends and (ends[0] < 0 or ends[1] > 1):
        worst = ends[1] if ends[1] > 1 else ends[0]
        notes = (Note("1 bps is 0.01%, and 100% is all of the price"),)
        cx.report(NOT_A_RATIO, f"{what} is {worst * 100:g}%, and must be within 0 and 100%", node.span, notes)
        return None
    return typed


def positive(
    cx: Context, node: syntax.Expr, wanted: Type, what: str, *, zero: bool = False, silent: bool = False
) -> Typed | None:
    """A quantity greater than zero (or zero, if allowed) where that can be known, or None after reporting."""
    typed = value(cx, node, wanted, what, silent=silent)
    if typed is None:
        return None
    ends = possible(cx, typed)
    if ends and (ends[0] < 0 or (ends[0] == 0 and not zero)):
        least = "at least zero" if zero else "greater than zero"
        shown = (
            f"can be {ends[0]:g} {wanted.unit.text()}"
            if typed.exact is None
            else f"is {cx.written(node.span)}"
        )
        cx.report(NOT_AN_AMOUNT, f"{what} {shown}, and must be {least}", node.span)
        return None
    return typed


def count(cx: Context, node: syntax.Expr, wanted: Type, what: str) -> int | None:
    """A whole number from 1 on, or None after reporting."""
    exact = fixed(cx, node, wanted, what)
    if exact is None:
        return None
    if exact.above <= 0 or exact.above % exact.below:
        message = f"{what} is {cx.written(node.span)}, and must be a whole number from 1 on"
        cx.report(NOT_A_COUNT, message, node.span)
        return None
    return exact.above // exact.below
