"""Durations: constant, positive, on one clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.typing import unit_errors
from stratc.compiler.typing.infer import infer
from stratc.compiler.typing.units import BLOCK, SECOND
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.dsl import syntax

NO_CLOCK = declare(
    "E107",
    "duration without a unit",
    explanation="""
A duration is counted in seconds or in blocks, and a bare number does not say which. Write `5 s`, `5 min`
or `5 blocks`.
""",
    bad="when abs(delta) > 0.1 ETH, cooldown 5:\n    hedge to 0 ETH\n",
    good="when abs(delta) > 0.1 ETH, cooldown 5 s:\n    hedge to 0 ETH\n",
)
NOT_POSITIVE = declare(
    "E108",
    "duration not positive",
    explanation="""
A window, a cooldown, a period or any other length of time must be longer than zero: every window is
bounded and positive, so that the memory a program needs is known when it is compiled.
""",
    bad="when change(spot over 0 s) < -10%:\n    halt\n",
    good="when change(spot over 5 min) < -10%:\n    halt\n",
)


def duration(cx: Context, node: syntax.Expr, what: str, *, seconds_only: bool = False) -> ir.Duration | None:
    """A constant positive duration, or None after reporting what is wrong; `what` names it in messages."""
    typed = infer(cx, node)
    if typed.type.what == "error":
        return None
    if typed.type.what == "bool":
        unit_errors.not_a_number(cx, what, node.span)
        return None
    if typed.bare:
        others = "`min`, `h` or `d`" if seconds_only else "`min`, `h`, `d` or `blocks`"
        notes = (Note(f"write `{cx.written(node.span)} s`, or {others}"),)
        cx.report(NO_CLOCK, f"{what} has no unit", node.span, notes)
        return None
    if typed.type.unit != SECOND and (seconds_only or typed.type.unit != BLOCK):
        unit_errors.not_a_time(cx, what, typed, node.span, seconds_only=seconds_only)
        return None
    if typed.exact is None:
        unit_errors.not_constant(cx, what, node.span)
        return None
    if typed.exact.above <= 0:
        length = f"{typed.exact.value():g} {typed.type.text()}"
        cx.report(NOT_POSITIVE, f"{what} is {length}, and must be longer than zero", node.span)
        return None
    return ir.Duration(typed.exact.value(), "s" if typed.type.unit == SECOND else "block")


def seconds(cx: Context, node: syntax.Expr, what: str) -> float | None:
    """A constant positive number of seconds, or None after reporting what is wrong."""
    length = duration(cx, node, what, seconds_only=True)
    return length.amount if length else None
