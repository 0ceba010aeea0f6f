"""Findings about names in expressions, and their wording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.suggest import did_you_mean, words
from stratc.compiler.typing.scope import FUNCTIONS, MEASURES, ORDER_MEASURES, WINDOWS
from stratc.compiler.typing.units import LONG_FORMS
from stratc.dsl.diagnostics import Edit, Fix, Note, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.dsl import syntax

UNKNOWN_NAME = declare(
    "E030",
    "unknown name",
    explanation="""
A name in an expression is a signal, a parameter, a `let` or a function. This one is none of them. Names
are case sensitive. A value from outside the program is declared with `signal NAME: UNIT`.
""",
    bad="limit order size <= 5 ETH\nwhen dleta > 0.1 ETH:\n    hedge to 0 ETH, at most 5 ETH\n",
    good="limit order size <= 5 ETH\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH, at most 5 ETH\n",
)
UNKNOWN_UNIT = declare(
    "E031",
    "unknown unit",
    explanation="""
A word after a number is its unit: an asset of the market, a time (`s`, `min`, `h`, `d`, `w`), `blocks`,
`%`, `bps`, `x` or `gwei`. The assets are the two named by `market`, and ETH, which gas is paid in.
""",
    bad="market ETH in USDC\nwhen abs(delta) > 0.1 ETC:\n    hedge to 0 ETH\n",
    good="market ETH in USDC\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)
LONE_UNIT = declare(
    "E035",
    "unit without a number",
    explanation="""
A unit says what a number counts; it is no value of its own. Write `1 ETH` for one ETH. After a product
or a quotient, put the quantity in parentheses: `x / (100 USDC/ETH)`.
""",
    bad="market ETH in USDC\nwhen abs(delta) > ETH:\n    hedge to 0 ETH\n",
    good="market ETH in USDC\nwhen abs(delta) > 1 ETH:\n    hedge to 0 ETH\n",
)
NO_FUNCTION = declare(
    "E039",
    "not used as what it is",
    explanation="""
Functions are called with parentheses: `abs(delta)`; the functions over a window need one: `mean(spot
over 5 min)`; and what is a plain value takes no parentheses.
""",
    bad="when delta(ETH) > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)
ONLY_IN_LIMITS = declare(
    "E042",
    "measure outside a limit",
    explanation="""
`orders`, `turnover`, `gas_spent`, `loss` and `topup` measure what the strategy does. They can be bounded
by a `limit`, which counts over its window; a rule cannot read them.
""",
    bad="when orders > 60:\n    halt\n",
    good="limit orders <= 60 per rolling 1 h else halt\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)

_PARENTHESES = {name: f"{name}(x)" for name in FUNCTIONS} | {
    "min": "min(x, y)",
    "max": "max(x, y)",
    "position": "position(ETH)",
    "iv": "iv(30 d)",
    **{name: f"{name}(x over 5 min)" for name in WINDOWS},
}


def unknown_name(cx: Context, node: syntax.Name) -> None:
    """Report a name that is not in scope, by what it most likely was meant to be."""
    name, scope = node.name, cx.scope
    notes: tuple[Note, ...]
    if name in scope.units:
        notes = (Note(f"for one {name} write `1 {name}`"),)
        message = f"`{name}` is a unit and stands here without a number"
        cx.report(LONE_UNIT, message, node.span, notes)
    elif name in MEASURES:
        message = f"`{name}` can only be measured by a limit"
        cx.report(ONLY_IN_LIMITS, message, node.span, (Note(f"write `limit {name} <= … per rolling 1 h`"),))
    elif name in ORDER_MEASURES:
        note = Note(f"a limit measures it as `order {name}`")
        cx.report(ONLY_IN_LIMITS, f"`{name}` is of an order, and no value of its own", node.span, (note,))
    elif name in _PARENTHESES:
        note = Note(f"call it with parentheses: `{_PARENTHESES[name]}`")
        cx.report(NO_FUNCTION, f"`{name}` is a function and is not called here", node.span, (note,))
    else:
        notes, fix = did_you_mean(name, node.span, scope.values)
        if not notes:
            notes, _ = did_you_mean(name, node.span, _PARENTHESES.values())
        if not notes:
            notes = (Note(f"a value from outside is declared with `signal {name}: number`"),)
        cx.report(UNKNOWN_NAME, f"no signal, parameter or let is called `{name}`", node.span, notes, fix)


def unknown_unit(cx: Context, name: str, span: Span) -> None:
    """Report a word after a number that is no unit."""
    scope = cx.scope
    notes: tuple[Note, ...]
    fix: Fix | None
    if name in LONG_FORMS:
        short = LONG_FORMS[name]
        notes, fix = (Note(f"it is written `{short}` here"),), Fix(f"write `{short}`", (Edit(span, short),))
    elif name in scope.values:
        notes, fix = (
            (Note(f"to multiply by `{name}` write `* {name}`"),),
            Fix(f"multiply by `{name}`", (Edit(Span(span.start, span.start), "* "),)),
        )
    else:
        notes, fix = did_you_mean(name, span, scope.units)
        assets = words(dict.fromkeys((scope.base, scope.quote, "ETH")), "and")
        notes += (Note(f"the assets of this market are {assets}"),)
    cx.report(UNKNOWN_UNIT, f"`{name}` is not a unit", span, notes, fix)


def unknown_function(cx: Context, node: syntax.Call) -> None:
    """Report a call of what is no function."""
    name, span = node.function.name, node.function.span
    if name in cx.scope.values:
        fix = Fix(f"write `{name}`", (Edit(node.span, name),))
        cx.report(NO_FUNCTION, f"`{name}` is a value, not a function", span, (), fix)
        return
    notes, fix_name = did_you_mean(name, span, _PARENTHESES)
    if not notes:
        notes = (Note(f"functions are {words(_PARENTHESES, 'and')}"),)
    cx.report(NO_FUNCTION, f"there is no function `{name}`", span, notes, fix_name)


def divided_literal(cx: Context, unit: syntax.Name, quantity: syntax.Number) -> None:
    """Report `x / 100 USDC/ETH`, which reads one way and computes another."""
    inner = Span(quantity.span.start, unit.span.end)
    text = cx.written(inner)
    fix = Fix(f"write `({text})`", (Edit(inner, f"({text})"),))
    message = (
        f"`/ {text}` divides by {cx.written(quantity.span)} first, and `{unit.name}` is left without a number"
    )
    cx.report(LONE_UNIT, message, unit.span, (), fix)
