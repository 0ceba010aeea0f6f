"""E018, E019, E022, E023: inside a line, a word misspelt, left out, too much, or out of place."""

from __future__ import annotations

from stratc.dsl.diagnostics import declare
from stratc.dsl.source import Span
from stratc.dsl.spelling import closest
from stratc.dsl.syntax_errors.brackets import E011
from stratc.dsl.syntax_errors.failure import Failure, Finding
from stratc.dsl.syntax_errors.heads import E006
from stratc.dsl.syntax_errors.phrases import COMPARE, KEYWORDS, accepted, describe, form

E018 = declare(
    "E018",
    "an unknown word",
    explanation="""
In this place only certain words have a meaning: the policies after `else` (clamp, reject, defer,
reduce only, halt), the periods after `per` (day, hour, week, or `rolling` and a duration), the
routes after `via` (public, private, bundle, intent, auction), the measures of an order (size,
notional, slippage, gas), the clauses of an action.
""",
    bad="limit orders <= 60 per day else ignore\nwhen delta > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="limit orders <= 60 per day else reject\nwhen delta > 0.1 ETH:\n    hedge to 0 ETH\n",
)
E019 = declare(
    "E019",
    "a comma too many",
    explanation="""
A comma stands between two clauses. A line that ends in one goes on in the next line, which is then
indented deeper; the last clause of an action has none.
""",
    bad='when delta > 0.1 ETH:\n    hedge to 0 ETH,\n    alert "hedged"\n',
    good='when delta > 0.1 ETH:\n    hedge to 0 ETH\n    alert "hedged"\n',
)
E022 = declare(
    "E022",
    "something does not fit",
    explanation="""
The line is in order up to here, and cannot go on like this. The message says what can stand in this
place, and shows a line of the same kind.
""",
    bad="when delta > 0.1 ETH:\n    hedge to 0 ETH 5 ETH\n",
    good="when delta > 0.1 ETH:\n    hedge to 0 ETH, at most 5 ETH\n",
)
E023 = declare(
    "E023",
    "the line is not complete",
    explanation="""
The line ends, or goes on with something else, before it has said all it must. The message says what
comes next.
""",
    bad="when delta > 0.1 ETH:\n    hedge delta 0 ETH\n",
    good="when delta > 0.1 ETH:\n    hedge delta to 0 ETH\n",
)

_ABOVE, _BELOW = ("above", "exceeds", "over", "greater", "more"), ("below", "under", "less")
_INSERTED = (",", ":", "=", ")", "]", "..")


def comma(f: Failure) -> Finding | None:
    """A comma at the end, before a colon, or twice."""
    if f.before is not None and f.before.kind == "," and (f.at_end or f.token.kind in (":", ",")):
        start, end = f.before.start, f.before.end
        where = "at the end of the line" if f.at_end else f"before `{f.token.text}`"
    elif f.token.kind == "," and not f.at_end:
        start, end, where = f.token.start, f.token.end, "here"
    else:
        return None
    changes = ((start, end, ""),)
    if not f.fits(*changes):
        return None
    return f.finding(
        E019, f"the comma {where} joins nothing", Span(start, end), fix="leave it out", changes=changes
    )


def comparison_word(f: Failure) -> Finding | None:
    """`when delta above 0.1 ETH`."""
    word = f.token.kind
    if word not in (*_ABOVE, *_BELOW, "is", "equals") or not f.accepts(">"):
        return None
    if word in ("is", "equals"):
        return f.finding(
            E018, f"`{word}` is no comparison", notes=("write `>`, `<`, `>=`, `<=`, `==` or `!=`",)
        )
    sign, edge = (">", "rises above") if word in _ABOVE else ("<", "falls below")
    return f.finding(
        E018,
        f"`{word}` alone is no comparison",
        notes=(f"write `{sign}` (as long as it holds) or `{edge}` (each time it begins to hold)",),
        changes=((f.token.start, f.token.end, sign),),
    )


def misspelt(f: Failure) -> Finding | None:
    """A keyword with a slip in it, here or in the word before (which was taken for a unit)."""
    for at in (f.at, f.at - 1):
        if not 0 <= at < len(f.line) or not f.line[at].kind.isidentifier():
            continue
        token = f.line[at]
        for text, end in _spans(f, at):
            candidates = [word for word in KEYWORDS if (" " in word) == (" " in text) and word != text]
            while better := closest(text, candidates):
                changes = ((token.start, end, better),)
                fits_here = at == f.at and f.accepts(better) and f.helps(*changes)
                if fits_here or f.fits(*changes):
                    return f.finding(
                        E018,
                        f"`{text}` has no meaning here; did you mean `{better}`?",
                        Span(token.start, end),
                        fix=f"write `{better}`",
                        changes=changes,
                    )
                candidates.remove(better)
    return None


def _spans(f: Failure, at: int) -> list[tuple[str, int]]:
    token = f.line[at]
    both = [(token.text, token.end)]
    if at + 1 < len(f.line) and f.line[at + 1].kind.isidentifier():
        both.append((f"{token.text} {f.line[at + 1].text}", f.line[at + 1].end))
    return both


def left_out(f: Failure) -> Finding | None:
    """One word or sign without which the line does not parse, and with which it does."""
    bound = f.before is not None and (f.before.kind in ("slippage", "gas") or f.first == "limit")
    signs = (*_INSERTED, "<=") if bound else _INSERTED
    for at in (f.at, f.at - 1):
        if at < 1:
            continue
        place = f.line[at - 1].end
        beside = {"and", "or", "not", *(token.text for token in f.line[at - 1 : at + 1])}
        candidates = [word for word in (*KEYWORDS, *signs) if word not in beside]
        possible = [word for word in candidates if f.could_follow(at, word)]
        found = [word for word in possible if f.fits((place, place, _spaced(word)))]
        if len(found) == 1 or (found and found[0] in signs):
            return _left_out(f, at, place, found[0])
    return None


def _left_out(f: Failure, at: int, place: int, word: str) -> Finding:
    code = {":": E006, ")": E011, "]": E011}.get(word, E023)
    where = f"before `{f.line[at].text}`" if at < len(f.line) else f"after `{f.line[at - 1].text}`"
    return f.finding(
        code,
        f"`{word}` is missing {where}",
        Span(place, place),
        fix=f"put `{word}` here",
        changes=((place, place, _spaced(word)),),
    )


def _spaced(word: str) -> str:
    return word if word in (",", ":", ")", "]") else f" {word}"


def too_much(f: Failure) -> Finding | None:
    """One word without which the line parses."""
    if f.at < 1 or not f.is_word():
        return None
    changes = ((f.line[f.at - 1].end, f.token.end, ""),)
    if not f.fits(*changes):
        return None
    return f.finding(E022, f"`{f.token.text}` has no meaning here", notes=_can_stand(f), changes=changes)


def unknown_word(f: Failure) -> Finding | None:
    """A word where only certain words can stand."""
    kinds = accepted(f.states)
    if not f.is_word() or "<name>" in kinds or not any(kind[0].isalpha() for kind in kinds):
        return None
    return f.finding(E018, f"`{f.token.text}` has no meaning here", notes=_can_stand(f))


def anything(f: Failure) -> Finding:
    """Say what could stand here, and show a line of the kind."""
    kinds = [kind for kind in accepted(f.states) if kind not in COMPARE or f.token.kind in COMPARE]
    if f.at_end:
        last = f.line[-1]
        comes = "`<=` or `>=`" if f.first == "limit" and f.accepts("<=") else describe(kinds)
        return f.finding(
            E023,
            f"the line ends too early: after `{last.text}` comes {comes}",
            Span(last.end, last.end),
            notes=form(f.first),
        )
    return f.finding(E022, f"`{f.token.text}` does not fit here", notes=_can_stand(f))


def _can_stand(f: Failure) -> tuple[str, ...]:
    return (f"here can stand {describe(accepted(f.states))}", *form(f.first))
