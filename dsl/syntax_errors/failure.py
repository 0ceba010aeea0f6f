"""Where the parser got stuck, with what an explanation of it needs to ask."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from stratc.dsl.diagnostics import Code, Diagnostic, Edit, Fix, Note
from stratc.dsl.lexer import Token, tokenize
from stratc.dsl.parser import follow
from stratc.dsl.source import Source, Span

_LONG = 200
"""A line of more tokens is not mended: each attempt reads it again."""
_BOUNDS = ("<newline>", "<indent>", "<dedent>")
_HEADS = ("when", "every", "on", "once", "if", "whenever", "while", "unless")

Change = tuple[int, int, str]
"""Replace text[start:end]; an explanation's edits, before they are spans."""


class Finding(NamedTuple):
    """An explanation, and changes that make the line what was probably meant (none: leave the line out)."""

    diagnostic: Diagnostic
    changes: tuple[Change, ...]


class Failure:
    """An error at one token of a logical line."""

    def __init__(
        self,
        source: Source,
        tokens: list[Token],
        states: list[int],
        starts: list[int],
        position: int,
    ) -> None:
        """Find the line; an empty body is the fault of the line above."""
        self.earlier: tuple[Change, ...] = ()
        """The changes that mended errors before this one in the same line."""
        self.source = source
        self.states = states
        ended = position > 1 and tokens[position - 1].kind == "<newline>"
        opened = ended and tokens[position - 2].kind != "<broken>" and follow(states, ["<indent>"]) == 1
        self.no_body = opened
        start = end = position - 1 if self.no_body else position
        while start > 0 and tokens[start - 1].kind not in _BOUNDS:
            start -= 1
        while tokens[end].kind not in ("<newline>", "<end>"):
            end += 1
        self.start, self.end = start, end
        self.line = tokens[start:end]
        """The tokens of the line, without its end."""
        self.at = min(position, end) - start
        """Index in `line` of the token that does not fit; len(line) when the line ends too early."""
        self.token = tokens[position if not self.no_body else end]
        self.base = states[: bisect_left(starts, tokens[start].start)]
        """The parser's states where the line begins."""
        self.after = self._after(tokens)

    def _after(self, tokens: list[Token]) -> int:
        """Where to go on when the line is left out: after its block, unless that holds actions."""
        after = self.end + (tokens[self.end].kind == "<newline>")
        if tokens[after].kind != "<indent>" or (self.first in _HEADS and self.level in ("program", "mode")):
            return after
        return block_end(tokens, after) + 1

    def broken(self) -> list[Token]:
        """Stand-ins for the line."""
        at = self.line[0].start if self.line else self.token.start
        return [Token("<broken>", "", at, at), Token("<newline>", "", at, at)]

    # --- questions ------------------------------------------------------------------------------

    @property
    def level(self) -> str:
        """What the line is in: program, mode (the rules of one), body or book."""
        asked = {"program": "strategy", "mode": "when", "body": "hedge", "book": "cash"}
        return next((level for level, word in asked.items() if follow(self.base, [word]) == 1), "body")

    @property
    def first(self) -> str:
        """The first word of the line."""
        return self.line[0].text if self.line else ""

    @property
    def before(self) -> Token | None:
        """The token before the one that does not fit."""
        return self.line[self.at - 1] if self.at > 0 else None

    @property
    def next(self) -> Token | None:
        """The token after the one that does not fit."""
        return self.line[self.at + 1] if self.at + 1 < len(self.line) else None

    @property
    def at_end(self) -> bool:
        """Whether the line ends too early."""
        return self.at >= len(self.line)

    def accepts(self, kind: str) -> bool:
        """Whether a token of this kind would fit instead."""
        return follow(self.states, [kind], names=False) == 1

    def could_follow(self, at: int, kind: str) -> bool:
        """Whether a token of this kind would fit before token `at` of the line."""
        if len(self.line) > _LONG:
            return False
        return follow(self.base, [*(token.kind for token in self.line[:at]), kind]) > at

    def is_word(self) -> bool:
        """Whether the token is a word."""
        return self.token.kind.isidentifier()

    def span(self, first: int, last: int) -> Span:
        """From one token of the line to another, both included."""
        return Span(self.line[first].start, self.line[last].end)

    # --- mending --------------------------------------------------------------------------------

    def mend(self, *changes: Change) -> list[Token] | None:
        """Return the line's tokens after the changes; None when they make it several lines, or it is long."""
        if len(self.line) > _LONG:
            return None
        begin, end = self.line[0].start, self.line[-1].end
        parts, origin, at = [], [], begin
        for start, stop, text in (*sorted((*self.earlier, *changes)), (end, end, "")):
            if start < at:
                return None
            parts += [self.source.text[at:start], text]
            origin += [*range(at, start), *[start] * len(text)]
            at = stop
        origin.append(end)
        tokens = tokenize("".join(parts)).tokens
        while tokens and tokens[-1].kind in ("<end>", "<newline>", "<dedent>"):
            tokens.pop()
        if not tokens or any(token.kind in _BOUNDS for token in tokens):
            return None
        return [
            Token(t.kind, t.text, origin[t.start], max(origin[t.end - 1] + 1, origin[t.start]))
            for t in tokens
        ]

    def fits(self, *changes: Change) -> bool:
        """Whether the whole line parses after the changes."""
        mended = self.mend(*changes)
        if mended is None:
            return False
        kinds = [*(token.kind for token in mended), "<newline>"]
        return follow(self.base, kinds) == len(kinds)

    def helps(self, *changes: Change) -> bool:
        """Whether the line parses further after the changes, past the token that did not fit."""
        mended = self.mend(*changes)
        if mended is None:
            return False
        reached = follow(self.base, [*(token.kind for token in mended), "<newline>"])
        return reached >= len(mended) or mended[reached].start > self.token.start

    def finding(
        self,
        code: Code,
        message: str,
        span: Span | None = None,
        *,
        notes: tuple[str | Note, ...] = (),
        fix: str | None = None,
        changes: tuple[Change, ...] = (),
    ) -> Finding:
        """Build an explanation; without a `fix` in words the changes only help to read on."""
        place = span if span is not None else Span(self.token.start, self.token.end)
        made = tuple(Note(note) if isinstance(note, str) else note for note in notes)
        edits = tuple(Edit(Span(start, end), text) for start, end, text in changes)
        repair = Fix(fix, edits) if fix is not None else None
        return Finding(Diagnostic(code, message, place, made, repair), changes)


def block_end(tokens: list[Token], indent: int) -> int:
    """Return the position of the DEDENT that closes the INDENT at a position."""
    depth = 0
    for position in range(indent, len(tokens)):
        kind = tokens[position].kind
        depth += (kind == "<indent>") - (kind == "<dedent>")
        if depth == 0:
            return position
    return len(tokens) - 1
