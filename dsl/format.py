"""The one layout of a program: `stratc fmt`.

Works on the tokens, so that nothing is lost; the tree tells what a sign means where spacing depends on it.
Line breaks inside a statement, single blank lines and comments stay where the author put them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from stratc.dsl import syntax as s
from stratc.dsl.lexer import Token, tokenize
from stratc.dsl.node import Node
from stratc.dsl.source import Source

_INDENT = 4
_RULES = ("when", "every", "on", "once")
_TIGHT_BEFORE = frozenset((",", ":", ")", "]", "[", "%"))


def format_source(source: Source, program: s.Program) -> str:
    """Return the text of a program (parsed from `source` without errors) in canonical layout.

    Idempotent, and the result parses to the same tree, spans aside.
    """
    return _Formatter(source.text, program).run()


class _Place(NamedTuple):
    """A token, how deep its statement is, and how far the statement's further lines are indented."""

    token: Token
    level: int
    first: bool
    further: int


def _places(tokens: list[Token]) -> list[_Place]:
    """Return the tokens, with where they stand."""
    places: list[_Place] = []
    level, begin = 0, 0
    for number, token in enumerate(tokens):
        if token.kind == "<indent>":
            level += 1
        elif token.kind == "<dedent>":
            level -= 1
        elif token.kind == "<newline>":
            body = tokens[number + 1].kind == "<indent>" and places[begin].token.kind in _RULES
            further = _INDENT * (level + (2 if body else 1))
            places[begin:] = [place._replace(further=further) for place in places[begin:]]
            begin = len(places)
        elif token.kind != "<end>":
            places.append(_Place(token, level, len(places) == begin, 0))
    return places


class _Marks:
    """What the tree knows about places in the text."""

    def __init__(self, program: s.Program) -> None:
        self.comma: dict[int, bool] = {}
        """Where a clause or modifier begins: whether a comma stands before it on the same line."""
        self.minus: set[int] = set()
        """Where a minus sign is a prefix."""
        self.called: set[int] = set()
        """Where the name of a called function ends."""
        self.times: set[int] = set()
        """Where the unit of a multiple begins: `1.5x` has no space."""
        self.quotient: set[int] = set()
        """Where an operand ends after which `/` may belong to a unit, as in `100 USDC/ETH`."""
        self.unit: set[int] = set()
        """Where an operand ends after which `/` and `*` belong to a unit."""
        todo: list[Any] = [program.items]
        while todo:
            node = todo.pop()
            if isinstance(node, tuple) and not hasattr(node, "_fields"):
                todo.extend(node)
            elif isinstance(node, Node):
                self._mark(node)
                todo.extend(getattr(node, field) for field in node.fields)  # type: ignore[attr-defined]

    def _mark(self, node: Node) -> None:
        match node:
            case s.Action():
                for number, clause in enumerate(node.clauses):
                    self.comma[clause.span.start] = number > 0 or clause.kind != "on"
            case s.Rule():
                after = [m for m in node.modifiers if m.span.start > node.trigger.span.start]
                for number, modifier in enumerate(after):
                    self.comma[modifier.span.start] = number > 0 or modifier.kind != "for"
            case s.Unary(op="-"):
                self.minus.add(node.span.start)
            case s.Call():
                self.called.add(node.function.span.end)
            case s.Number(unit="x"):
                self.times.add(node.span.end - 1)
            case s.Binary() if _is_amount(node):
                self.quotient.add(node.left.span.end)
            case s.Signal():
                self._mark_unit(node.unit)

    def _mark_unit(self, unit: s.Expr) -> None:
        if isinstance(unit, s.Binary):
            self.unit.add(unit.left.span.end)
            self._mark_unit(unit.left)
            self._mark_unit(unit.right)
        elif isinstance(unit, s.Paren):
            self._mark_unit(unit.inner)


def _is_amount(node: s.Expr) -> bool:
    """Whether this may be a number with a compound unit: `100 USDC/ETH`, `5 USDC/ETH/d`."""
    if isinstance(node, s.Number):
        return node.unit not in (None, "%")
    return (
        isinstance(node, s.Binary)
        and node.op in ("/", "*")
        and isinstance(node.right, s.Name)
        and _is_amount(node.left)
    )


class _Formatter:
    """Writes the lines."""

    def __init__(self, text: str, program: s.Program) -> None:
        self.text = text
        self.marks = _Marks(program)
        self.places = _places(tokenize(text).tokens)
        self.comments = program.comments
        self.lines: list[str] = []
        self.line = ""
        self.at = 0
        """Up to where the text is written."""
        self.before: Token | None = None
        self.glued = False
        """Whether the sign just written has no space after it."""

    def run(self) -> str:
        """Write every token, and the comments between them."""
        done = 0
        for number, place in enumerate(self.places):
            while done < len(self.comments) and self.comments[done].span.start < place.token.start:
                self._comment(self.comments[done], number)
                done += 1
            self._token(place, number)
        for comment in self.comments[done:]:
            self._comment(comment, len(self.places))
        self._begin("", blank=False)
        return "".join(f"{line}\n" for line in self.lines)

    def _token(self, place: _Place, number: int) -> None:
        token = place.token
        following = self.places[number + 1 : number + 2]
        if token.kind == "," and following and following[0].token.start in self.marks.comma:
            return  # written, where one belongs, with the token before it
        breaks = self._breaks(token.start)
        if place.first:
            self._begin(" " * _INDENT * place.level, blank=breaks > 1)
        elif breaks:
            closing = token.kind == ")"
            self._begin(" " * (_INDENT * place.level if closing else place.further), blank=False)
        else:
            self.line += self._space(token)
        self.line += token.text
        self.at = token.end
        self.before = token
        self.line += self._comma(number)

    def _comma(self, number: int) -> str:
        """Return the comma that goes after a token, when a clause follows it."""
        rest = [place.token for place in self.places[number + 1 : number + 3]]
        if rest and rest[0].kind == ",":
            rest = rest[1:]
        if not rest or rest[0].start not in self.marks.comma:
            return ""
        return "," if self.marks.comma[rest[0].start] or self._breaks(rest[0].start) else ""

    def _space(self, token: Token) -> str:
        """Return what stands between the token before and this one on a line."""
        before, marks = self.before, self.marks
        glued, self.glued = self.glued, False
        if before is None or glued or token.start in marks.times or before.kind in ("(", "["):
            return ""
        if token.kind in _TIGHT_BEFORE or (token.kind == "(" and before.end in marks.called):
            return ""
        if before.kind == "-" and before.start in marks.minus:
            return ""
        if token.kind in ("/", "*"):
            around = self.text[token.start - 1] + self.text[token.end]
            written_tight = before.end in marks.quotient and not any(c.isspace() for c in around)
            self.glued = before.end in marks.unit or written_tight
            return "" if self.glued else " "
        return " "

    def _comment(self, comment: s.Comment, number: int) -> None:
        """Write a comment: after the code of its line, or on a line of its own."""
        breaks = self._breaks(comment.span.start)
        if self.line and not breaks:
            self.line += f"  {comment.text}"
        else:
            self._begin(self._comment_indent(comment, number), blank=breaks > 1)
            self.line += comment.text
        self.at = comment.span.end

    def _comment_indent(self, comment: s.Comment, number: int) -> str:
        """Indent a comment like what follows it, or like what it follows if that is how it was written."""
        following = self.places[number] if number < len(self.places) else None
        if following is not None and not following.first:
            return " " * following.further
        least = following.level if following is not None else 0
        most = self.places[number - 1].level if number else 0
        begin = self.text.rfind("\n", 0, comment.span.start) + 1
        column = len(self.text[begin : comment.span.start].expandtabs(_INDENT).lstrip("\ufeff"))
        level = least
        for place in reversed(self.places[:number]):
            if place.level <= least or not column:
                break
            if place.first and place.level <= most and self._column(place.token.start) <= column:
                level = place.level
                break
        return " " * _INDENT * level

    def _column(self, offset: int) -> int:
        return offset - self.text.rfind("\n", 0, offset) - 1

    def _breaks(self, start: int) -> int:
        return self.text.count("\n", self.at, start)

    def _begin(self, indent: str, *, blank: bool) -> None:
        """End the line and begin another, after an empty one if asked."""
        if self.line.strip():
            self.lines.append(self.line.rstrip())
            if blank:
                self.lines.append("")
        self.line = indent
        self.glued = False
        self.before = None
