"""Tokens to a syntax tree: the shift-reduce loop over the tables of grammar.lark.

A word is a keyword where the automaton's state has an action on it, else a name. An error is explained by
syntax_errors (imported only then), which may mend the line's tokens; the line is parsed again, once, and
if it still does not parse it becomes a BROKEN line, so that the lines after it get their own errors.
"""

from __future__ import annotations

from bisect import bisect_left
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.dsl.builders import BUILDERS
from stratc.dsl.builders.context import Context, RefusedError
from stratc.dsl.diagnostics import Diagnostic
from stratc.dsl.lexer import Token, tokenize
from stratc.dsl.source import Source, Span
from stratc.dsl.syntax import Program
from stratc.dsl.tables import LOOKAHEADS, RULES, STATES

if TYPE_CHECKING:
    from stratc.dsl.syntax_errors.failure import Failure

MAX_BYTES = 1 << 20
MAX_ERRORS = 100

Row = dict[Any, int]
"""What a state does: by terminal a state to shift to or `~rule` to reduce by; by left side (int) a goto."""


def _rows() -> list[Row]:
    rows: list[Row] = []
    for shifts, reduces, gotos in STATES:
        row: Row = dict(shifts)
        for rule, lookaheads in reduces:
            row.update(dict.fromkeys(LOOKAHEADS[lookaheads], ~rule))
        row.update(gotos)
        rows.append(row)
    return rows


ROWS = _rows()
_RULES = tuple(
    (left, length, BUILDERS[builder] if builder is not None else None) for left, length, builder in RULES
)


class ParseResult(NamedTuple):
    """The tree (None when there were errors) and what was found, in source order."""

    program: Program | None
    diagnostics: tuple[Diagnostic, ...]


def parse(source: Source) -> ParseResult:
    """Parse a program. Never raises: whatever the text is, the result says what is wrong with it."""
    text = source.text
    if "\0" in text or len(text) > MAX_BYTES:
        from stratc.dsl.syntax_errors.unreadable import unreadable  # noqa: PLC0415  # only on the way to an error

        return ParseResult(None, (unreadable(text, MAX_BYTES),))
    lexed = tokenize(text)
    context = Context(source, lexed.comments)
    run = Run(source, lexed.tokens, context)
    program = None
    if lexed.too_deep is None:
        with suppress(RefusedError):
            program = run.parse()
    else:
        context.report("too deep", Span(lexed.too_deep, lexed.too_deep + 1))
    if run.errors or context.faults or lexed.tabs or lexed.misaligned:
        from stratc.dsl.syntax_errors import collect  # noqa: PLC0415  # only on the way to an error

        return ParseResult(None, collect(source, run.errors, context.faults, lexed))
    return ParseResult(program, ())


def follow(states: list[int], kinds: list[str], *, names: bool = True) -> int:
    """Return how many tokens of these kinds could come next, in a row; changes nothing.

    With `names` a word that is no keyword there counts as a name, as it does in a program.
    """
    states = states[:]
    for count, kind in enumerate(kinds):
        while True:
            row = ROWS[states[-1]]
            action = row.get(kind)
            if action is None:
                action = row.get("<name>") if names and kind.isidentifier() else None
                if action is None:
                    return count
            if action >= 0:
                states.append(action)
                break
            left, length, _ = _RULES[~action]
            if left == _START:
                return count + 1
            del states[len(states) - length :]
            states.append(ROWS[states[-1]][left])
    return len(kinds)


class Run:
    """One parse: the tokens (mended as errors are met) and the parser's stacks."""

    def __init__(self, source: Source, tokens: list[Token], context: Context) -> None:
        """Start at the first token."""
        self.source = source
        self.tokens = tokens
        self.context = context
        self.errors: list[Diagnostic] = []
        self.states = [0]
        self.values: list[Any] = [None]
        self.starts = [-1]
        self._line = -1
        """The line that was mended last, with the changes to it and where its last error was."""
        self._changes: tuple[tuple[int, int, str], ...] = ()
        self._seen = -1
        self._steps = 0

    def parse(self) -> Program | None:
        """Shift and reduce until the end, or until there are too many errors."""
        position = 0
        while position >= 0:
            position = self._advance(position)
            if position >= 0:
                position = self._recover(position)
        return None if self.errors else self.values[-1]

    def _advance(self, position: int) -> int:
        """Parse from a token on; return the position of the token that does not fit, or -1 at the end."""
        rows, rules, context, tokens = ROWS, _RULES, self.context, self.tokens
        states, values, starts = self.states, self.values, self.starts
        kind, text, start, end = tokens[position]
        reached = tokens[position - 1].end if position else -1  # where every reduction ends
        row = rows[states[-1]]
        while True:
            action = row.get(kind)
            if action is None:
                action = row.get("<name>") if kind.isidentifier() else None
                if action is None:
                    return position
            if action >= 0:
                states.append(action)
                values.append(text)
                starts.append(start)
                reached = end
                row = rows[action]
                position += 1
                kind, text, start, end = tokens[position]
                continue
            left, length, build = rules[~action]
            if length == 1:
                if build is not None:
                    values[-1] = build(context, starts[-1], reached, values[-1:])
                state = states[-1] = rows[states[-2]][left]
            elif length:
                first = starts[-length]
                values[-length:] = (build(context, first, reached, values[-length:]),)  # type: ignore[misc]
                del states[-length:], starts[-length + 1 :]
                state = rows[states[-1]][left]
                states.append(state)
            else:
                values.append(build(context, reached, reached, []))  # type: ignore[misc]
                starts.append(reached)
                state = rows[states[-1]][left]
                states.append(state)
            row = rows[state]
            if kind == "<end>" and left == _START:
                return -1

    # --- errors ---------------------------------------------------------------------------------

    def _recover(self, position: int) -> int:
        """Report the error at a token and return where to go on; -1 when that is nowhere."""
        from stratc.dsl.syntax_errors import explain, missing_indent, unexpected_indent  # noqa: PLC0415  # only on the way to an error
        from stratc.dsl.syntax_errors.failure import Failure  # noqa: PLC0415  # only on the way to an error
        from stratc.dsl.syntax_errors.phrases import ACTIONS  # noqa: PLC0415  # only on the way to an error

        self._steps += 1
        if len(self.errors) >= MAX_ERRORS or self._steps > 10 * MAX_ERRORS:
            return -1
        if self.tokens[position].kind == "<indent>":
            diagnostic, position = unexpected_indent(self.source, self.tokens, position)
            self.errors.append(diagnostic)
            return self._back_to(position)
        failure = Failure(self.source, self.tokens, self.states, self.starts, position)
        if failure.no_body and self.tokens[position].kind in ACTIONS:
            self.errors.append(missing_indent(self.source, self.tokens, position))
            return position
        again = failure.start == self._line
        failure.earlier = self._changes if again else ()
        if again and failure.token.start <= self._seen:
            return self._leave_out(failure)
        finding = explain(failure)
        self.errors.append(finding.diagnostic)
        mended = failure.mend(*finding.changes) if finding.changes else None
        if mended is None:
            return self._leave_out(failure)
        self._line, self._changes = failure.start, (*failure.earlier, *finding.changes)
        # after a guess, what the line says further on is not worth a message
        self._seen = failure.token.start if finding.diagnostic.fix is not None else len(self.source.text)
        self.tokens[failure.start : failure.end] = mended
        return self._back_to(failure.start)

    def _leave_out(self, failure: Failure) -> int:
        """Put a BROKEN line in the place of a line, so that those after it still parse."""
        self.tokens[failure.start : failure.after] = failure.broken()
        return self._back_to(failure.start)

    def _back_to(self, position: int) -> int:
        """Drop what was parsed from a token on."""
        height = bisect_left(self.starts, self.tokens[position].start)
        for stack in (self.states, self.values, self.starts):
            del stack[height:]
        return position


_START = next(left for left, _, builder in RULES if builder == "program")
