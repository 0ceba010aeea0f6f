"""`# allow W404: reason`, on the line of a finding or on the line above it, takes the finding away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from stratc.dsl.diagnostics import CATALOGUE, Diagnostic, Note, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratc.dsl import syntax
    from stratc.dsl.source import Source

NO_REASON = declare(
    "W420",
    "finding allowed without a reason",
    explanation="""
`# allow W401: reason` takes a warning away and says to the next reader why it does not matter here.
Without a reason nobody can tell later whether it still holds.
""",
    bad="# allow W401\nwhen abs(delta) > 0.1 ETH: hedge to 0 ETH\n",
    good="# allow W401: a toy account\nwhen abs(delta) > 0.1 ETH: hedge to 0 ETH\n",
)
NO_EFFECT = declare(
    "W421",
    "nothing to allow",
    explanation="""
The comment allows a finding that is not there (any more), a code that does not exist, or an error. Only
warnings and style notes can be allowed, on the line of the comment or on the line below it.
""",
    bad="limit leverage <= 3\n# allow W401: a toy account\nwhen abs(delta) > 0.1 ETH: hedge to 0 ETH\n",
    good="limit leverage <= 3\nwhen abs(delta) > 0.1 ETH: hedge to 0 ETH\n",
)

_ALLOW = re.compile(r"#\s*allow\s+([A-Z]\d{3}(?:\s*,\s*[A-Z]\d{3})*)\s*(?::\s*(.*\S))?\s*$")


class Allowance(NamedTuple):
    """One code that a comment allows; `lines` are those it speaks of."""

    code: str
    span: Span
    lines: tuple[int, int]


def suppress(
    comments: Iterable[syntax.Comment], source: Source, found: Iterable[Diagnostic]
) -> list[Diagnostic]:
    """The findings that are not allowed, and what is wrong with the comments that allow."""
    told: list[Diagnostic] = []
    allowed: list[Allowance] = []
    for comment in comments:
        match = _ALLOW.match(comment.text)
        if match is None:
            continue
        if match[2] is None:
            note = Note(f"write `# allow {match[1]}: …` with the reason")
            told.append(
                Diagnostic(NO_REASON, "this allows a finding and does not say why", comment.span, (note,))
            )
        line = source.position(comment.span.start).line
        allowed += (Allowance(code.strip(), comment.span, (line, line + 1)) for code in match[1].split(","))
    if not allowed:
        return list(found)
    return _apply(allowed, source, list(found)) + told


def _apply(allowed: list[Allowance], source: Source, found: list[Diagnostic]) -> list[Diagnostic]:
    by_place = {(one.code, line): one for one in reversed(allowed) for line in one.lines}
    left: list[Diagnostic] = []
    used: set[Allowance] = set()
    for diagnostic in found:
        line = source.position(diagnostic.span.start).line
        allowance = by_place.get((diagnostic.code.id, line))
        if allowance is None or diagnostic.severity == "error":
            left.append(diagnostic)
        else:
            used.add(allowance)
    if any(diagnostic.severity == "error" for diagnostic in left):
        return left  # a program with errors has not been looked at in full
    return left + [_useless(one) for one in allowed if one not in used]


def _useless(one: Allowance) -> Diagnostic:
    known = CATALOGUE.get(one.code)
    if known is None:
        message = f"there is no {one.code}"
    elif known.severity == "error":
        message = f"{one.code} is an error, and errors cannot be allowed"
    else:
        message = f"there is no {one.code} here to allow"
    return Diagnostic(NO_EFFECT, message, one.span)
