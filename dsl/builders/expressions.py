"""Builders for leaves, expressions and instruments."""

from __future__ import annotations

from typing import Any

from stratc.dsl import syntax as s
from stratc.dsl.builders.context import Builder, Children, Context
from stratc.dsl.source import Span

_MAX_DIGITS = 40
_MAX_EXPONENT = 60
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def ident(context: Context, start: int, end: int, c: Children) -> s.Ident:
    """Name a thing."""
    return s.Ident(Span(start, end), c[0])


def text(context: Context, start: int, end: int, c: Children) -> s.Text:
    """Take the quotes off."""
    value: str = c[0][1:-1]
    if "\\" in value:
        plain = value.replace("\\\\", "\0").replace('\\"', '"')
        if "\\" in plain:
            at = start + c[0].index("\\")
            context.report("escape", Span(at, at + 2))
        value = plain.replace("\0", "\\")
    return s.Text(Span(start, end), value)


def date(context: Context, start: int, end: int, c: Children) -> s.Date:
    """Check that the day exists."""
    year, month, day = (int(part) for part in c[0].split("-"))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1] and (leap or (month, day) != (2, 29)) and year):
        context.report("no such day", Span(start, end), c[0])
    return s.Date(Span(start, end), c[0])


def time(context: Context, start: int, end: int, c: Children) -> s.TimeOfDay:
    """Check that the time exists."""
    hour, minute = (int(part) for part in c[0].split(":"))
    if hour > 23 or minute > 59:
        context.report("no such time", Span(start, end), c[0])
    return s.TimeOfDay(Span(start, end), c[0])


def number(context: Context, start: int, end: int, c: Children) -> s.Number:
    """Keep the digits as written, with the unit after them if there is one."""
    digits: str = c[0]
    if len(digits) > _MAX_DIGITS or "e" in digits or "E" in digits:
        mantissa, _, exponent = digits.lower().partition("e")
        if len(mantissa) > _MAX_DIGITS or abs(int(exponent[:9] or "0")) > _MAX_EXPONENT:
            context.report("number too long", Span(start, end), len(mantissa), exponent)
    return s.Number(Span(start, end), digits, c[1] if len(c) > 1 else None)


def name(context: Context, start: int, end: int, c: Children) -> s.Name:
    """Refer to a name."""
    return s.Name(Span(start, end), c[0])


def of_model(context: Context, start: int, end: int, c: Children) -> s.OfModel:
    """Refer to a Greek by a model."""
    return s.OfModel(Span(start, end), c[0], c[2])


def call(context: Context, start: int, end: int, c: Children) -> s.Call:
    """Call a function, perhaps over a window."""
    args = c[2] if len(c) > 3 else []
    over = c[4] if len(c) > 5 else None
    context.deepen(start, end, *args, *(() if over is None else (over,)))
    return s.Call(Span(start, end), c[0], tuple(args), over)


def unary(context: Context, start: int, end: int, c: Children) -> s.Unary:
    """Negate."""
    context.deepen(start, end, c[1])
    return s.Unary(Span(start, end), c[0], c[1])


def binary(context: Context, start: int, end: int, c: Children) -> s.Binary:
    """Combine two expressions."""
    context.deepen(start, end, c[0], c[2])
    return s.Binary(Span(start, end), c[1], c[0], c[2])


def paren(context: Context, start: int, end: int, c: Children) -> s.Paren:
    """Keep the parentheses."""
    context.deepen(start, end, c[1])
    return s.Paren(Span(start, end), c[1])


# --- instruments --------------------------------------------------------------------------------


def asset(context: Context, start: int, end: int, c: Children) -> s.Instrument:
    """Name an asset, or a linear instrument."""
    return s.Instrument(Span(start, end), c[0], None, None, None, None, None, None)


def perpetual(context: Context, start: int, end: int, c: Children) -> s.Instrument:
    """Name a perpetual by its symbol."""
    return s.Instrument(Span(start, end), None, c[0], None, None, None, None, None)


def option(context: Context, start: int, end: int, c: Children) -> s.Instrument:
    """Describe an option whose asset is in the amount before it."""
    return _option(context, Span(start, end), None, c[0], c[1])


def option_on(context: Context, start: int, end: int, c: Children) -> s.Instrument:
    """Describe an option with its asset."""
    return _option(context, Span(start, end), c[0], c[1], c[2])


def _option(
    context: Context, span: Span, on: s.Ident | None, right: str, shape: list[tuple[str, Span, Any]]
) -> s.Instrument:
    parts: dict[str, Any] = {}
    for kind, place, value in shape:
        clash = {"strike": "at_delta", "at_delta": "strike", "expiring": "expiring_in"}.get(kind, "expiring")
        if kind in parts or clash in parts:
            context.report("shape twice", place, context.source.slice(place))
        parts[kind] = value
    get = parts.get
    right = right.removesuffix("s")
    return s.Instrument(
        span, on, None, right, get("strike"), get("at_delta"), get("expiring"), get("expiring_in")
    )


def shape_part(context: Context, start: int, end: int, c: Children) -> tuple[str, Span, Any]:
    """Say one thing about an option: its strike or delta, its expiry."""
    kind = {"at": "at_delta", "strike": "strike"}.get(c[0]) or ("expiring" if len(c) == 2 else "expiring_in")
    return kind, Span(start, end), c[-1]


BUILDERS: dict[str, Builder] = {
    f.__name__: f
    for f in (
        *(ident, text, date, time, number, name, of_model, call, unary, binary, paren),
        *(asset, perpetual, option, option_on, shape_part),
    )
}
