"""E012, E020: numbers, dates, times, and units in the wrong place."""

from __future__ import annotations

import re

from stratc.dsl.diagnostics import declare
from stratc.dsl.syntax_errors.failure import Failure, Finding
from stratc.dsl.syntax_errors.phrases import OPERATORS

E012 = declare(
    "E012",
    "a number, date or time is written wrongly",
    explanation="""
A number has a digit before its point and after it (`0.5`, not `.5` or `5.`); long ones are grouped
with `_` (`20_000`); it may have up to 40 digits and an exponent (`1e-3`) up to 60. A date is
written 2026-12-25 and a time of day 08:00, in UTC.
""",
    bad="when delta > .5 ETH:\n    hedge to 0 ETH\n",
    good="when delta > 0.5 ETH:\n    hedge to 0 ETH\n",
)
E020 = declare(
    "E020",
    "a unit is in the wrong place",
    explanation="""
A unit follows its number, once: `0.1 ETH`, `30 bps`, `5%`. `%` alone is not a quantity, and an
amount of money is written with the name of its token (`5 USDC`), not with a currency sign.
""",
    bad='when change(spot over 5 min) < -10%%:\n    halt "crash"\n',
    good='when change(spot over 5 min) < -10%:\n    halt "crash"\n',
)

_UNITS = ("bps", "s", "min", "h", "d", "block", "blocks", "gwei")
_CURRENCIES = {"$": "USDC", "€": "EURC", "£": "GBP", "Ξ": "ETH", "₿": "WBTC"}


def bad_number(f: Failure) -> Finding | None:
    """`.5`, `5.` and `1.2.3`."""
    if f.token.kind != "<bad number>":
        return None
    text = f.token.text
    if text.startswith("."):
        problem, better = "has no digit before the point", f"0{text}"
    elif text.endswith(".") and text.count(".") == 1:
        problem, better = "has no digit after the point", text[:-1]
    else:
        problem, better = "is not a number", ""
    if not better:
        return f.finding(E012, f"`{text}` {problem}", changes=((f.token.start, f.token.end, "1"),))
    change = (f.token.start, f.token.end, better)
    return f.finding(
        E012, f"`{text}` {problem}", fix=f"write `{better}`" if f.helps(change) else None, changes=(change,)
    )


def thousands(f: Failure) -> Finding | None:
    """`20,000 USDC`, with the comma of another notation."""
    start = end = f.at if f.token.kind == "<number>" else f.at - 1
    while start >= 2 and _grouped(f, start - 2):
        start -= 2
    while _grouped(f, end):
        end += 2
    if start < 0 or start == end:
        return None
    span = f.span(start, end)
    better = f.source.slice(span).replace(",", "_")
    if not re.fullmatch(r"[0-9]{1,3}(?:_[0-9]{3})+(?:\.[0-9]+)?", better):
        return None
    return f.finding(
        E012,
        f"thousands are grouped with `_`, and `{f.source.slice(span)}` has a comma",
        span,
        fix=f"write `{better}`",
        changes=((span.start, span.end, better),),
    )


def _grouped(f: Failure, at: int) -> bool:
    """Whether number, comma, number stand there without a space between them."""
    if at < 0 or at + 2 >= len(f.line):
        return False
    head, comma, tail = f.line[at : at + 3]
    signs = (head.kind, comma.kind, tail.kind) == ("<number>", ",", "<number>")
    return signs and head.end == comma.start and comma.end == tail.start


def date_or_time(f: Failure) -> Finding | None:
    """`expiring 25/12/2026` and `at 8 UTC`."""
    example = "a date such as 2026-12-25" if f.accepts("<date>") else "a time such as 08:00"
    day = f.accepts("<date>") and f.next is not None and f.next.kind in ("/", "-")
    if f.token.kind not in ("<number>", "<bad number>") or not (day or f.accepts("<time>")):
        return None
    hour = f.token.text
    if f.accepts("<time>") and hour.isdigit() and int(hour[:3]) < 24:
        change = (f.token.start, f.token.end, f"{int(hour):02d}:00")
        return f.finding(
            E012,
            f"a time of day has hours and minutes: `{change[2]}`",
            fix=f"write `{change[2]}`",
            changes=(change,),
        )
    return f.finding(E012, f"here stands {example}, not `{f.token.text}`")


def unit_before_number(f: Failure) -> Finding | None:
    """`ETH 5`."""
    unit = f.before
    if f.token.kind != "<number>" or unit is None or not (unit.text.isupper() or unit.text in _UNITS):
        return None
    changes = ((unit.start, f.token.end, f"{f.token.text} {unit.text}"),)
    if not f.fits(*changes):
        return None
    return f.finding(
        E020,
        "the unit comes after the number",
        f.span(f.at - 1, f.at),
        fix=f"write `{f.token.text} {unit.text}`",
        changes=changes,
    )


def percent(f: Failure) -> Finding | None:
    """`5 %%` and `> %`."""
    if f.token.kind != "%":
        return None
    if f.before is not None and f.before.kind == "%":
        change = ((f.before.end, f.token.end, ""),)
        return f.finding(E020, "`%` stands twice", fix="leave one `%` out", changes=change)
    if f.before is not None and (f.before.kind in OPERATORS or f.before.kind == "="):
        return f.finding(E020, "`%` has no number before it", changes=((f.token.start, f.token.end, "1%"),))
    return f.finding(
        E020,
        "`%` can only follow a number",
        notes=("there is no remainder operator; `5%` is 0.05",),
    )


def currency(f: Failure) -> Finding | None:
    """`$5`."""
    unit = _CURRENCIES.get(f.token.text)
    if unit is None:
        return None
    number = f.next
    if number is None or number.kind != "<number>":
        return f.finding(E020, f"`{f.token.text}` is not a unit", notes=(f"units are names, such as {unit}",))
    return f.finding(
        E020,
        f"an amount has the name of its token after it, not `{f.token.text}` before it",
        notes=(f"for example `{number.text} {unit}`",),
        changes=((f.token.start, number.end, f"{number.text} {unit}"),),
    )
