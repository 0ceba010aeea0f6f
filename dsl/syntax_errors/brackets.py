"""E011: parentheses and brackets that do not pair."""

from __future__ import annotations

from stratc.dsl.diagnostics import declare
from stratc.dsl.source import Span
from stratc.dsl.syntax_errors.failure import Failure, Finding

E011 = declare(
    "E011",
    "a parenthesis has no partner",
    explanation="""
Every `(` is closed by a `)`, and every `[` by a `]`, in the same statement.
""",
    bad="when abs(delta > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)

_TRIED = 40
"""After how many of the last tokens a closing parenthesis is tried."""


def unopened(f: Failure) -> Finding | None:
    """A `)` too many."""
    if f.token.kind not in (")", "]") or f.at_end:
        return None
    opening = "(" if f.token.kind == ")" else "["
    depth = sum((t.kind == opening) - (t.kind == f.token.kind) for t in f.line[: f.at])
    if depth > 0:
        return None
    changes = ((f.token.start, f.token.end, ""),)
    fix = "leave it out" if f.fits(*changes) else None
    return f.finding(E011, f"this `{f.token.kind}` closes nothing", fix=fix, changes=changes)


def unclosed(f: Failure) -> Finding | None:
    """A `(` that is still open where the line cannot go on inside it."""
    open_at: list[int] = []
    for index, token in enumerate(f.line[: f.at]):
        if token.kind in ("(", "["):
            open_at.append(index)
        elif token.kind in (")", "]") and open_at:
            open_at.pop()
    if not open_at or f.token.kind in (")", "]") or f.accepts("<number>"):
        return None
    start = open_at[-1]
    closing = ")" if f.line[start].kind == "(" else "]"
    ends = [f.line[i].end for i in range(max(start + 1, f.at - _TRIED), f.at)]
    possible = [end for end in ends if f.fits((end, end, closing))]
    if not possible and f.token.kind not in (":", "<newline>"):
        return None
    changes = ((possible[0], possible[0], closing),) if possible else ()
    return f.finding(
        E011,
        f"this `{f.line[start].kind}` is not closed",
        Span(f.line[start].start, f.line[start].end),
        fix=f"put a `{closing}` here" if len(possible) == 1 else None,
        changes=changes,
    )
