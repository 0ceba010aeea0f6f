"""E017, E021 and their like: what the grammar takes and the language does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stratc.dsl.builders.context import Fault
from stratc.dsl.diagnostics import Diagnostic, Edit, Fix, Note, declare
from stratc.dsl.source import Span
from stratc.dsl.spelling import closest
from stratc.dsl.syntax_errors.numbers import E012
from stratc.dsl.syntax_errors.quotes import E010
from stratc.dsl.syntax_errors.unreadable import too_deep, too_many_rules
from stratc.dsl.syntax_errors.words import E018, E023

E017 = declare(
    "E017",
    "a limit compares with something else than <= or >=",
    explanation="""
A limit bounds its measure by `<=` or `>=`, so that the bound itself is allowed and the largest
order that passes is known. The clauses `slippage` and `gas` take `<=`.
""",
    bad="limit order size < 5 ETH\nwhen delta > 0.1 ETH:\n    hedge to 0 ETH, at most 5 ETH\n",
    good="limit order size <= 5 ETH\nwhen delta > 0.1 ETH:\n    hedge to 0 ETH, at most 5 ETH\n",
)
E021 = declare(
    "E021",
    "the same thing is said twice",
    explanation="""
A clause, a modifier, and each property of an option (strike or delta, expiry) can be given once.
""",
    bad="when delta > 0.1 ETH:\n    hedge to 0 ETH, at most 5 ETH, at most 6 ETH\n",
    good="when delta > 0.1 ETH:\n    hedge to 0 ETH, at most 5 ETH\n",
)

Details = tuple[Any, ...]


def word(fault: Fault) -> Diagnostic:
    """Put a fault into words."""
    return _WORDS[fault.kind](fault.span, fault.details)


def _escape(span: Span, _: Details) -> Diagnostic:
    fix = Fix("double the backslash", (Edit(Span(span.start, span.start), "\\"),))
    return Diagnostic(
        E010, "in a text, a backslash stands before a quote or another backslash", span, (), fix
    )


def _no_such_day(span: Span, details: Details) -> Diagnostic:
    return Diagnostic(E012, f"there is no day {details[0]}", span, (Note("a date is year-month-day"),))


def _no_such_time(span: Span, details: Details) -> Diagnostic:
    return Diagnostic(E012, f"there is no time {details[0]}", span, (Note("times go from 00:00 to 23:59"),))


def _number_too_long(span: Span, details: Details) -> Diagnostic:
    length, exponent = details
    reason = f"an exponent of {exponent}" if exponent and length <= 40 else f"{length} characters"
    note = Note("a number has up to 40 digits, and an exponent from -60 to 60")
    return Diagnostic(E012, f"this number has {reason[:40]}, which is beyond any quantity", span, (note,))


def _limit_compare(span: Span, details: Details) -> Diagnostic:
    sign = details[0]
    if sign in ("<", ">"):
        fix = Fix(f"write `{sign}=`", (Edit(span, f"{sign}="),))
        return Diagnostic(E017, f"a bound is written with `{sign}=`, not `{sign}`", span, (), fix)
    return Diagnostic(E017, f"a bound is written with `<=` or `>=`, not `{sign}`", span)


def _clause_compare(span: Span, details: Details) -> Diagnostic:
    return Diagnostic(
        E017,
        f"`{details[0]}` is bounded from above, with `<=`",
        span,
        (Note("for example `slippage <= 20 bps`"),),
    )


def _unknown(what: str) -> Callable[[Span, Details], Diagnostic]:
    def worded(span: Span, details: Details) -> Diagnostic:
        name, known = details
        listed = Note(f"{what} is one of {', '.join(known[:-1])} and {known[-1]}")
        better = closest(name, known)
        if better is None:
            return Diagnostic(E018, f"`{name}` is not {what}", span, (listed,))
        fix = Fix(f"write `{better}`", (Edit(span, better),))
        return Diagnostic(E018, f"`{name}` is not {what}; did you mean `{better}`?", span, (listed,), fix)

    return worded


def _shape_twice(span: Span, details: Details) -> Diagnostic:
    return Diagnostic(
        E021,
        f"`{details[0]}` says again what has been said of this option",
        span,
        (Note("an option has one strike or one delta, and one expiry"),),
    )


def _repeated(span: Span, details: Details) -> Diagnostic:
    return Diagnostic(E021, f"`{details[0]}` is given twice", span, (Note("leave one of them out"),))


def _no_source(span: Span, details: Details) -> Diagnostic:
    note = Note('for example `oracle spot from chainlink "ETH/USD"`')
    return Diagnostic(E023, f"oracle {details[0]} has no source", span, (note,))


_WORDS: dict[str, Callable[[Span, Details], Diagnostic]] = {
    "escape": _escape,
    "no such day": _no_such_day,
    "no such time": _no_such_time,
    "number too long": _number_too_long,
    "limit compare": _limit_compare,
    "clause compare": _clause_compare,
    "policy": _unknown("a policy"),
    "period": _unknown("a period"),
    "route": _unknown("a route"),
    "order measure": _unknown("a measure of an order"),
    "shape twice": _shape_twice,
    "repeated": _repeated,
    "no source": _no_source,
    "too deep": too_deep,
    "too many rules": too_many_rules,
}
