"""Instruments: the linear one of the base asset, and options by strike or by delta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import values
from stratc.compiler.ir.from_syntax.venues import linear, linear_of
from stratc.compiler.suggest import words
from stratc.compiler.typing.durations import seconds
from stratc.compiler.typing.types import NUMBER
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from stratc.compiler.context import Context
    from stratc.dsl.source import Span

INCOMPLETE = declare(
    "E118",
    "instrument that is not fully said",
    explanation="""
An option to trade needs a strike (`strike 3200` or `at delta 0.25`) and an expiry (`expiring 2026-12-25`
or `expiring in 14 d`). An option the book starts with needs a strike and a date. A |delta| is between 0
and 1.
""",
    bad="every 7 d:\n    sell 10 ETH call at delta 0.25\n",
    good="every 7 d:\n    sell 10 ETH call at delta 0.25 expiring in 7 d\n",
)
OTHER_ASSET = declare(
    "E047",
    "asset or instrument of another market",
    explanation="""
A program trades one market: its base asset, the perpetuals of its venues, and options on the base asset.
""",
    bad="market ETH in USDC\nevery 7 d:\n    close BTC\n",
    good="market ETH in USDC\nevery 7 d:\n    close ETH\n",
)

Use = Literal["trade", "hold", "select"]
"""What an option is for: to order (strike or delta), to hold (strike and date), or to pick what is held."""

_EXPIRY_HOUR = 8
_SECONDS_A_DAY = 86_400


def instrument(cx: Context, node: syntax.Instrument, use: Use) -> ir.Instrument | None:
    """An instrument, or None after reporting what is wrong with it."""
    if node.asset is not None and node.asset.name != cx.scope.base:
        _other(cx, node.asset.name, node.asset.span)
        return None
    if node.right is not None:
        return _option(cx, node, use)
    return _by_symbol(cx, node.symbol) if node.symbol else linear(cx)


def _by_symbol(cx: Context, symbol: syntax.Text) -> ir.Linear | None:
    traded = [linear_of(venue) for venue in cx.venues.values() if venue.kind_of != "options"] or [linear(cx)]
    for one in traded:
        if one.symbol == symbol.value:
            return one
    _other(cx, symbol.value, symbol.span, words(f'"{one.symbol}"' for one in traded))
    return None


def _other(cx: Context, name: str, span: Span, known: str = "") -> None:
    notes = (Note(f"known here: {known}" if known else f"its base asset is {cx.scope.base}"),)
    cx.report(OTHER_ASSET, f"`{name}` is not traded in this market", span, notes)


def _option(cx: Context, node: syntax.Instrument, use: Use) -> ir.OptionShape | None:
    before = len(cx.diagnostics)
    strike = (
        values.positive(cx, node.strike, cx.scope.price_type, "a strike", silent=True)
        if node.strike
        else None
    )
    if strike and strike.exact is None and node.strike:
        cx.report(
            INCOMPLETE, "a strike must be a constant", node.strike.span, (Note("or say `at delta 0.25`"),)
        )
    delta = _delta(cx, node.at_delta) if node.at_delta else None
    expiry = _expiry(node.expiring) if node.expiring else None
    expiring_in = seconds(cx, node.expiring_in, "`expiring in`") if node.expiring_in else None
    _complete(cx, node, use)
    if any(found.severity == "error" for found in cx.diagnostics[before:]):
        return None
    right = cast("Literal['call', 'put']", node.right)
    fixed = strike.exact.value() if strike and strike.exact else None
    return ir.OptionShape(right, fixed, delta, expiry, expiring_in)


def _delta(cx: Context, node: syntax.Expr) -> ir.Expr | None:
    typed = values.value(cx, node, NUMBER, "the delta of an option")
    if typed is None:
        return None
    ends = values.possible(cx, typed)
    if ends and not (0 < ends[0] and ends[1] < 1):
        shown = ends[0] if ends[0] <= 0 else ends[1]
        notes = (Note("say `put` for options with a negative delta: its size is meant"),) if shown < 0 else ()
        message = f"the delta of an option is {shown:g}, and must be between 0 and 1"
        cx.report(INCOMPLETE, message, node.span, notes)
    return typed.expr


def _complete(cx: Context, node: syntax.Instrument, use: Use) -> None:
    if use == "select":
        return
    missing = []
    if node.strike is None and (use == "hold" or node.at_delta is None):
        missing.append("`strike 3200`" if use == "hold" else "`strike 3200` or `at delta 0.25`")
    if node.expiring is None and (use == "hold" or node.expiring_in is None):
        missing.append(
            "`expiring 2026-12-25`" if use == "hold" else "`expiring 2026-12-25` or `expiring in 14 d`"
        )
    if missing:
        verb = "to hold" if use == "hold" else "to trade"
        cx.report(INCOMPLETE, f"an option {verb} needs {' and '.join(missing)}", node.span)


def _expiry(node: syntax.Date) -> float:
    """Epoch seconds of 08:00 UTC on a date (days from the civil date: H. Hinnant, 2013)."""
    year, month, day = (int(part) for part in node.text.split("-"))
    shifted = year - (month <= 2)
    era_year = shifted % 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    days = shifted // 400 * 146_097 + era_year * 365 + era_year // 4 - era_year // 100 + day_of_year - 719_468
    return float(days * _SECONDS_A_DAY + _EXPIRY_HOUR * 3_600)
