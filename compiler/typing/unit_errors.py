"""Findings about types and units, and their wording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.typing.units import BLOCK, ONE, SECOND
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.compiler.typing.scope import Typed
    from stratc.compiler.typing.types import Type
    from stratc.dsl import syntax
    from stratc.dsl.source import Span

MISMATCH = declare(
    "E101",
    "units do not match",
    explanation="""
`+ - < <= > >= == !=`, `min` and `max` need equal units on all sides. Quantities of different units never
mix silently: multiply by a price to turn an amount into money (`delta * spot` is in USDC).
""",
    bad="market ETH in USDC\nwhen delta > 500 USDC:\n    hedge to 0 ETH\n",
    good="market ETH in USDC\nwhen delta * spot > 500 USDC:\n    hedge to 0 ETH\n",
)
NOT_A_NUMBER = declare(
    "E102",
    "condition where a number is needed",
    explanation="""
A comparison is true or false, and that is not 1 or 0: it can be joined by `and`, `or` and `not`, and
nothing else.
""",
    bad="when (delta > 0.1 ETH) + 1 > 1:\n    hedge to 0 ETH\n",
    good="when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)
NOT_A_CONDITION = declare(
    "E103",
    "number where a condition is needed",
    explanation="""
What follows `when`, `not`, `and`, `or` and `assume` must be true or false. A quantity becomes a
condition by comparing it.
""",
    bad="when delta:\n    hedge to 0 ETH\n",
    good="when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)
WRONG_UNIT = declare(
    "E104",
    "wrong unit for its place",
    explanation="""
What an action, a limit or a clause is given must be in the unit it counts in: an order's size in the
base asset, its notional in the quote asset, a slippage as a ratio, a margin target as a ratio.
""",
    bad="limit order size <= 5 s\nwhen abs(delta) > 1 ETH:\n    hedge to 0 ETH, at most 5 ETH\n",
    good="limit order size <= 5 ETH\nwhen abs(delta) > 1 ETH:\n    hedge to 0 ETH, at most 5 ETH\n",
)
MIXED_CLOCKS = declare(
    "E105",
    "blocks and seconds mixed",
    explanation="""
Seconds and blocks are different dimensions: how long a block takes is not known in advance. State a
duration on one clock.
""",
    bad="when abs(delta) > 0.1 ETH, cooldown 3 blocks + 5 s:\n    hedge to 0 ETH\n",
    good="when abs(delta) > 0.1 ETH, cooldown 3 blocks:\n    hedge to 0 ETH\n",
)
NO_SUCH_UNIT = declare(
    "E106",
    "function of a quantity that has no meaning",
    explanation="""
`exp` and `log` are defined for pure numbers; `sqrt` of a quantity needs a unit that is a square. Divide
by a quantity of the same unit first: `log(spot / (2000 USDC/ETH))`.
""",
    bad="when log(spot) > 7:\n    hedge to 0 ETH\n",
    good="when log(spot / (2000 USDC/ETH)) > 0.1:\n    hedge to 0 ETH\n",
)
NOT_CONSTANT = declare(
    "E109",
    "not a constant",
    explanation="""
Windows, durations, strikes, counts and the values of parameters are fixed when the program is compiled.
Only literals, arithmetic on literals, and lets made of them are constants.
""",
    bad="when change(spot over 5 min * leverage) < -10%:\n    halt\n",
    good="when change(spot over 5 min) < -10%:\n    halt\n",
)
WRONG_ARGUMENTS = declare(
    "E116",
    "wrong arguments",
    explanation="""
A function got too few or too many arguments, a window function no window, or another function one.
""",
    bad="when mean(spot) > 2000 USDC/ETH:\n    hedge to 0 ETH\n",
    good="when mean(spot over 5 min) > 2000 USDC/ETH:\n    hedge to 0 ETH\n",
)
NOT_REPRESENTABLE = declare(
    "E117",
    "constant that is no number",
    explanation="""
A constant divides by zero or is larger than 1.8e308, the largest number there is here.
""",
    bad="when abs(delta) > 1 ETH / 0:\n    hedge to 0 ETH\n",
    good="when abs(delta) > 1 ETH:\n    hedge to 0 ETH\n",
)


def mismatch(cx: Context, op: str, left: Typed, right: Typed, span: Span) -> None:
    """Report two different units joined by `op`, pointing at the second."""
    sides = {left.type.unit, right.type.unit}
    if sides == {SECOND, BLOCK}:
        note = Note("how long a block takes is not known in advance: use one clock")
        cx.report(MIXED_CLOCKS, f"blocks and seconds are joined by `{op}`", span, (note,))
        return
    message = f"`{op}` joins {left.type.text()} and {right.type.text()}"
    notes: tuple[Note, ...] = ()
    if sides == {cx.scope.base_type.unit, cx.scope.quote_type.unit}:
        notes = (Note(f"an amount of {cx.scope.base} times `spot` is in {cx.scope.quote}"),)
    elif ONE in sides:
        notes = (_about_pure_number(cx, left, right, span),)
    cx.report(MISMATCH, message, span, notes)


def _about_pure_number(cx: Context, left: Typed, right: Typed, span: Span) -> Note:
    """What may have been meant by a pure number beside a quantity: a share of it, or a unit left out."""
    if isinstance(right.expr, ir.Const):
        return Note(f"a share becomes an amount by a product: `{cx.written(span)} * …`")
    named = right.type if left.type.unit == ONE else left.type
    return Note(f"give the pure number a unit where it is defined: `1 {named.text()}`")


def not_a_number(cx: Context, what: str, span: Span) -> None:
    """Report a condition used as a quantity."""
    cx.report(NOT_A_NUMBER, f"{what} needs a number, and this is true or false", span)


def not_a_condition(cx: Context, what: str, typed: Typed, span: Span) -> None:
    """Report a quantity used as a condition."""
    note = Note(f"compare it: `{cx.written(span)} > …`")
    kind = f"in {typed.type.text()}" if typed.type.unit != ONE else "a pure number"
    cx.report(NOT_A_CONDITION, f"{what} needs a condition, and this is {kind}", span, (note,))


def wrong_unit(cx: Context, what: str, wanted: Type, typed: Typed, span: Span) -> None:
    """Report a quantity whose unit does not fit its place."""
    notes: tuple[Note, ...] = ()
    base, quote = cx.scope.base_type.unit, cx.scope.quote_type.unit
    if (wanted.unit, typed.type.unit) == (base, quote):
        notes = (Note(f"money divided by `spot` is in {cx.scope.base}"),)
    elif (wanted.unit, typed.type.unit) == (quote, base):
        notes = (Note(f"an amount times `spot` is in {cx.scope.quote}"),)
    have = typed.type.text() if typed.type.unit == ONE else f"in {typed.type.text()}"
    need = wanted.text() if wanted.unit == ONE else f"in {wanted.text()}"
    cx.report(WRONG_UNIT, f"{what} must be {need}, and this is {have}", span, notes)


def not_a_time(cx: Context, what: str, typed: Typed, span: Span, *, seconds_only: bool) -> None:
    """Report a quantity that is no duration, or one on the wrong clock."""
    if typed.type.unit == BLOCK:
        cx.report(MIXED_CLOCKS, f"{what} is counted in seconds, and this is in blocks", span)
        return
    needed = "a time" if seconds_only else "a time or a number of blocks"
    have = typed.type.text() if typed.type.unit == ONE else f"in {typed.type.text()}"
    cx.report(WRONG_UNIT, f"{what} must be {needed}, and this is {have}", span)


def not_constant(cx: Context, what: str, span: Span) -> None:
    """Report a value that is not known before the strategy runs."""
    cx.report(NOT_CONSTANT, f"{what} must be a constant, and this changes while the strategy runs", span)


def no_such_unit(cx: Context, function: str, typed: Typed, span: Span) -> None:
    """Report exp, log or sqrt of a quantity it is not defined for."""
    unit = typed.type.unit.text()
    why = f"no unit squared is {unit}" if function == "sqrt" else "it is defined for pure numbers"
    cx.report(NO_SUCH_UNIT, f"`{function}` of a quantity in {unit} has no meaning: {why}", span)


def wrong_arguments(cx: Context, node: syntax.Call, message: str) -> None:
    """Report a call whose arguments do not fit its function."""
    cx.report(WRONG_ARGUMENTS, message, node.span)


def missing_window(cx: Context, node: syntax.Call) -> None:
    """Report a window function without `over D`."""
    name = node.function.name
    note = Note(f"say how far it looks back, for example `{name}(… over 5 min)`")
    cx.report(WRONG_ARGUMENTS, f"`{name}` needs a window", node.span, (note,))


def no_number(cx: Context, why: str, span: Span) -> None:
    """Report a constant that cannot be computed."""
    cx.report(NOT_REPRESENTABLE, why, span)
