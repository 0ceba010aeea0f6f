"""E006, E007: the colon after the head of a block, and the block after the colon."""

from __future__ import annotations

from stratc.dsl.diagnostics import declare
from stratc.dsl.source import Span
from stratc.dsl.syntax_errors.failure import Change, Failure, Finding
from stratc.dsl.syntax_errors.phrases import ACTIONS, RULES

E006 = declare(
    "E006",
    "a colon is missing",
    explanation="""
A colon ends the head of a rule, and comes before what belongs to it: `when delta > 0.1 ETH:` and
then the actions, on the same line or indented below. `book:`, `in defensive:` and the names of
venues and signals have one too.
""",
    bad="when delta > 0.1 ETH\n    hedge to 0 ETH\n",
    good="when delta > 0.1 ETH:\n    hedge to 0 ETH\n",
)
E007 = declare(
    "E007",
    "nothing follows the colon",
    explanation="""
After the colon of a rule comes at least one action, after `book:` at least one entry, after `in
MODE:` at least one rule; on the same line, or below it and indented deeper.
""",
    bad="when delta > 0.1 ETH:\n    # hedge to 0 ETH\n",
    good="when delta > 0.1 ETH:\n    hedge to 0 ETH\n",
)

_CONTENT = {"book": "an entry, such as `long 10 ETH`", "in": "a rule"}


def no_body(f: Failure) -> Finding | None:
    """A head with nothing below it."""
    if not f.no_body:
        return None
    content = _CONTENT.get(f.first, "an action, such as `hedge to 0 ETH`")
    return f.finding(
        E007,
        f"nothing is indented below this line, and after its colon comes {content}",
        f.span(0, len(f.line) - 1),
        notes=("indent what belongs to it by four spaces",),
    )


def then(f: Failure) -> Finding | None:
    """`when C then A`."""
    found = next((i for i in range(1, min(f.at + 1, len(f.line))) if f.line[i].kind in ("then", "do")), None)
    if found is None or f.first not in RULES:
        return None
    token = f.line[found]
    colon = found + 1 < len(f.line) and f.line[found + 1].kind == ":"
    change: Change = (f.line[found - 1].end, token.end, "" if colon else ":")
    fits = f.fits(change) or (found + 1 == len(f.line) and not colon)
    return f.finding(
        E006,
        f"after the head of a rule comes a colon, not `{token.text}`",
        Span(token.start, token.end),
        fix=("leave it out" if colon else "write `:`") if fits else None,
        changes=(change,),
    )


def no_colon(f: Failure) -> Finding | None:
    """A rule's head without its colon, at the line's end or before an action."""
    if any(token.kind == ":" for token in f.line) or f.first not in (*RULES, "book", "in"):
        return None
    what = {"book": "`book`", "in": "the name of the mode"}.get(f.first, "the head of the rule")
    last = f.line[f.at - 1] if f.at else None
    if last is not None and f.at_end and f.accepts(":"):
        return f.finding(
            E006,
            f"{what} does not end in a colon",
            Span(last.end, last.end),
            fix="put a colon here",
            changes=((last.end, last.end, ":"),),
        )
    for at in range(1, min(f.at + 1, len(f.line))):
        if f.line[at].kind not in ACTIONS:
            continue
        last = f.line[at - 1]
        start = last.start if last.kind == "," else last.end
        change = (start, last.end, ":")
        if f.fits(change) or "\n" in f.source.text[last.end : f.line[at].start]:
            return f.finding(
                E006,
                f"{what} does not end in a colon",
                Span(start, last.end),
                fix="put a colon here",
                changes=(change,),
            )
    return None
