"""Source text to tokens: words, numbers, strings, signs, and the layout (NEWLINE, INDENT, DEDENT).

A logical line goes on in the next physical line when that one is indented deeper and the first ends in a
comma or an operator, or has an open parenthesis, or the next begins with `,`, `and` or `or`.
The lexer refuses nothing: what it cannot read becomes a token no rule of the grammar takes, and odd layout
is noted for syntax_errors to explain.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from stratc.dsl.source import Span
from stratc.dsl.syntax import Comment


class Token(NamedTuple):
    """`kind` is the text itself for words and signs, else a class such as `<number>`."""

    kind: str
    text: str
    start: int
    end: int


class Misaligned(NamedTuple):
    """A line between two indentations; `wanted` is the width of the block it was taken to be in."""

    span: Span
    wanted: int


class Tokens(NamedTuple):
    """What the lexer made of a text, and what struck it on the way."""

    tokens: list[Token]
    comments: list[Comment]
    tabs: list[Span]
    """Indentations with a tab in them."""
    misaligned: list[Misaligned]
    too_deep: int | None
    """Where more than MAX_DEPTH parentheses are open; the text is not read further."""


MAX_DEPTH = 100

_TOKEN = re.compile(
    r"""[ \t\r]*(?:
    (at[ \t]+most\b)
    |([A-Za-z_][A-Za-z0-9_]*)
    |([<>=!]=|=[<>]|<>|&&|\|\||\*\*|->|:=|//|\.\.\.?|[-+*/<>()\[\]:,%=!])
    |(\n[ \t\r]*)
    |([0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))
    |([0-9]{1,2}:[0-9]{2}(?![0-9]))
    |((?>[0-9]+(?:_[0-9]+)*(?:\.[0-9]+(?:_[0-9]+)*)?(?:[eE][+-]?[0-9]+)?)(?!\.(?:[^.]|$)))
    |("[^"\\\n]*(?:\\.[^"\\\n]*)*")
    |(\#[^\n]*)
    |("[^\n]*)
    |('[^'\n]*'?)
    |([“”„«][^\n"“”„»]*["“”»]?)
    |([0-9][0-9_]*(?:\.[0-9_]+)*\.?|\.[0-9]+)
    |(.)
    )""",
    re.VERBOSE,
)
_CLASSES = (
    "", "", "", "", "", "<date>", "<time>", "<number>", "<string>", "", "<open string>",
    "<single quotes>", "<smart quotes>", "<bad number>", "<bad character>",
)  # fmt: skip
_PHRASE, _WORD, _SIGN, _NEWLINE, _COMMENT = 1, 2, 3, 4, 9
_GOES_ON = frozenset(
    (",", "+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "..", "=", "and", "or", "not")
)
_JOINS = re.compile(r",|(?:and|or)\b")
_TAB = 4


def tokenize(text: str) -> Tokens:
    """Split a text into tokens, ending in `<end>`; offsets are into `text`."""
    layout = _Layout(text)
    tokens, parens = layout.tokens, 0
    comments: list[Comment] = []
    append = tokens.append
    make = tuple.__new__  # half the cost of Token(...), once a token
    for match in _TOKEN.finditer(text, 1 if text.startswith("\ufeff") else 0):
        group = match.lastindex or 0
        start, end = match.span(group)
        if group == _WORD:
            word = text[start:end]
            append(make(Token, (word, word, start, end)))
        elif group == _SIGN:
            sign = text[start:end]
            append(make(Token, (sign, sign, start, end)))
            if sign == "(":
                parens += 1
                if parens > MAX_DEPTH:
                    return layout.finish(comments, start)
            elif sign == ")":
                parens = max(0, parens - 1)
            elif sign == ":":
                parens = 0  # no colon stands inside parentheses: one was left open
        elif group == _NEWLINE:
            if text[end : end + 1] not in "\n#" and not layout.next_line(start + 1, end, parens):
                parens = 0
        elif group == _COMMENT:
            comments.append(Comment(Span(start, end), text[start:end].rstrip()))
        elif group == _PHRASE:
            append(make(Token, ("at most", "at most", start, end)))
        else:
            append(make(Token, (_CLASSES[group], text[start:end], start, end)))
    return layout.finish(comments, None)


class _Layout:
    """The open indentations, and the tokens so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.levels = [0]
        self.tabs: list[Span] = []
        self.misaligned: list[Misaligned] = []
        first = re.match(r"\ufeff?(?:[ \t\r]*(?:#[^\n]*)?\n)*([ \t]*)(?=[^\s#])", text)
        if first is not None and first[1]:
            self._open_line(*first.span(1), 0)

    def next_line(self, start: int, end: int, parens: int) -> bool:
        """Begin a physical line with content, indented by text[start:end]; say if it goes on the last."""
        width = self._width(start, end)
        last = self.tokens[-1] if self.tokens else None
        if last is None or last.kind == "<indent>":
            return True  # the first line with content; its indentation has been looked at
        if (
            width > self.levels[-1] and (parens or last.kind in _GOES_ON or _JOINS.match(self.text, end))
        ) or (parens and self.text.startswith(")", end)):
            return True
        self.tokens.append(Token("<newline>", "", last.end, last.end))
        self._open_line(start, end, last.end)
        return False

    def _width(self, start: int, end: int) -> int:
        indent = self.text[start:end]
        if "\t" not in indent:
            return end - start
        if not self.tabs or self.tabs[-1].start != start:
            self.tabs.append(Span(start, end))
        return len(indent.expandtabs(_TAB))

    def _open_line(self, start: int, end: int, at: int) -> None:
        width = self._width(start, end)
        levels = self.levels
        if width > levels[-1]:
            levels.append(width)
            self.tokens.append(Token("<indent>", "", at, at))
            return
        while width < levels[-1] and width <= levels[-2]:
            levels.pop()
            self.tokens.append(Token("<dedent>", "", at, at))
        if width != levels[-1]:
            self.misaligned.append(Misaligned(Span(start, end), levels[-1]))

    def finish(self, comments: list[Comment], too_deep: int | None) -> Tokens:
        """Close every block and end the tokens."""
        at = self.tokens[-1].end if self.tokens else 0
        closing = ["<newline>"] * bool(self.tokens) + ["<dedent>"] * (len(self.levels) - 1) + ["<end>"]
        self.tokens.extend(Token(kind, "", at, at) for kind in closing)
        return Tokens(self.tokens, comments, self.tabs, self.misaligned, too_deep)
