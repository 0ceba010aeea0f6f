"""What the builder functions share during one parse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from stratc.dsl.source import Source, Span
from stratc.dsl.syntax import Comment

MAX_DEPTH = 100
MAX_RULES = 5_000


class Fault(NamedTuple):
    """Something the grammar takes and the language does not; syntax_errors/faults.py words it."""

    kind: str
    span: Span
    details: tuple[Any, ...]


class RefusedError(Exception):
    """The program is beyond a bound; parsing stops. Carries its fault."""


class Context:
    """One parse: the source, the faults so far, and the bounds."""

    __slots__ = ("comments", "depths", "faults", "rules", "source")

    def __init__(self, source: Source, comments: list[Comment]) -> None:
        """Start with no faults."""
        self.source = source
        self.comments = comments
        self.faults: list[Fault] = []
        self.depths: dict[int, int] = {}
        """By start offset: how deep the largest expression that begins there is (absent: a leaf)."""
        self.rules = 0

    def report(self, kind: str, span: Span, *details: Any) -> None:
        """Note a fault and go on."""
        self.faults.append(Fault(kind, span, details))

    def refuse(self, kind: str, span: Span, *details: Any) -> None:
        """Note a fault and stop: the program is too large."""
        self.report(kind, span, *details)
        raise RefusedError(kind)

    def deepen(self, start: int, end: int, *inner: Any) -> None:
        """Note an expression at `start` with these parts; refuse it when it is nested too deeply.

        The tree's readers walk it recursively, so its depth is bounded here, once for all of them.
        """
        depths = self.depths
        depth = 1 + max((depths.get(part.span[0], 0) for part in inner), default=0)
        depths[start] = depth
        if depth > MAX_DEPTH:
            self.refuse("too deep", Span(start, end))


Children = list[Any]
"""The values of a reduction's symbols: texts of tokens, nodes, lists."""

Builder = Callable[[Context, int, int, Children], Any]
"""Make the value of a reduction that spans [start, end)."""
