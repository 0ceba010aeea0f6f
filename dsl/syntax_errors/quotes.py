"""E010: texts and their quotes."""

from __future__ import annotations

from stratc.dsl.diagnostics import declare
from stratc.dsl.syntax_errors.failure import Failure, Finding

E010 = declare(
    "E010",
    "a text is not in double quotes",
    explanation="""
A text stands between two straight double quotes on one line. Inside it, a quote is written \\" and
a backslash \\\\; nothing else needs a backslash.
""",
    bad='when delta > 5 ETH:\n    halt "too much delta for 30 min\n',
    good='when delta > 5 ETH:\n    halt "too much delta" for 30 min\n',
)


def unclosed(f: Failure) -> Finding | None:
    """`"flash crash` with no quote after it."""
    if f.token.kind != "<open string>":
        return None
    text = f.token.text.rstrip()
    return f.finding(
        E010,
        "this text has no closing quote",
        notes=("a text ends on the line where it begins",),
        changes=((f.token.start, f.token.end, text.rstrip("\\") + '"'),),
    )


def other_quotes(f: Failure) -> Finding | None:
    """`'flash crash'` and “flash crash”."""
    if f.token.kind not in ("<single quotes>", "<smart quotes>"):
        return None
    text = f.token.text
    which = "single" if f.token.kind == "<single quotes>" else "typographic"
    closed = len(text) > 1 and text[-1] in "'\"“”»"
    inner = text[1:-1] if closed else text[1:]
    change = (f.token.start, f.token.end, '"' + inner.replace("\\", "\\\\").replace('"', '\\"') + '"')
    return f.finding(
        E010,
        f"this text is in {which} quotes, and a text takes straight double quotes",
        fix="use double quotes" if closed and f.helps(change) else None,
        changes=(change,),
    )


def bare(f: Failure) -> Finding | None:
    """`perpetual ETH-PERP` where a text belongs."""
    if not f.is_word() or not f.accepts("<string>"):
        return None
    last = f.at
    while (
        last + 1 < len(f.line)
        and f.line[last].end == f.line[last + 1].start
        and f.line[last + 1].kind not in ",:"
    ):
        last += 1
    if last == f.at and f.first not in ("alert", "halt", "reduce", "oracle", "venue"):
        return None
    span = f.span(f.at, last)
    change = (span.start, span.end, f'"{f.source.slice(span)}"')
    if not f.fits(change):
        return None
    return f.finding(
        E010,
        f"`{f.source.slice(span)}` stands in quotes here",
        span,
        fix="put it in quotes",
        changes=(change,),
    )
