"""Syntax errors, worded by hand: one function for each mistake people make, asked in turn.

A function looks at a Failure and returns its Finding, or None for the next to try. Those that know a mistake
exactly come first; words.left_out and words.misspelt try what would make the line parse; words.anything is
left for what nobody thought of.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stratc.dsl.builders.context import Fault
from stratc.dsl.diagnostics import Diagnostic
from stratc.dsl.lexer import Tokens
from stratc.dsl.source import Source
from stratc.dsl.syntax_errors import (
    brackets,
    faults,
    heads,
    layout,
    numbers,
    operators,
    quotes,
    statements,
    words,
)
from stratc.dsl.syntax_errors.failure import Failure, Finding
from stratc.dsl.syntax_errors.layout import missing_indent, unexpected_indent

__all__ = ["collect", "explain", "missing_indent", "unexpected_indent"]

_EXPLANATIONS: tuple[Callable[[Failure], Finding | None], ...] = (
    heads.no_body,
    quotes.unclosed,
    quotes.other_quotes,
    numbers.bad_number,
    numbers.currency,
    operators.foreign,
    operators.power,
    operators.character,
    statements.bullet,
    statements.otherwise,
    statements.assignment,
    statements.condition,
    statements.misspelt,
    statements.misplaced,
    statements.unknown,
    numbers.thousands,
    numbers.date_or_time,
    numbers.percent,
    heads.then,
    operators.nothing_after_operator,
    heads.no_colon,
    brackets.unopened,
    brackets.unclosed,
    operators.chain,
    operators.equals,
    words.comma,
    words.comparison_word,
    words.misspelt,
    numbers.unit_before_number,
    quotes.bare,
    words.left_out,
    operators.no_operator,
    words.too_much,
    words.unknown_word,
)


def explain(failure: Failure) -> Finding:
    """Explain a failure, and say what was probably meant."""
    for explanation in _EXPLANATIONS:
        finding = explanation(failure)
        if finding is not None:
            return finding
    return words.anything(failure)


def collect(
    source: Source, errors: list[Diagnostic], found: list[Fault], lexed: Tokens
) -> tuple[Diagnostic, ...]:
    """Put everything a parse found into one list, in source order, each thing once."""
    every = [*errors, *(faults.word(fault) for fault in found)]
    every += [layout.misaligned(source, odd) for odd in lexed.misaligned]
    if lexed.tabs:
        every.append(layout.tabs(source, lexed.tabs))
    once = {(d.code.id, d.span): d._replace(message=_QUOTED.sub(_cropped, d.message)) for d in every}
    return tuple(sorted(once.values(), key=lambda d: d.span))


_QUOTED = re.compile(r"`([^`]{61,})`")


def _cropped(quoted: re.Match[str]) -> str:
    return f"`{quoted[1][:57]}…`"
