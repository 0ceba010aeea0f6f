"""Builders for lists and for parts that may be left out."""

from __future__ import annotations

from typing import Any

from stratc.dsl.builders.context import Builder, Children, Context


def empty(context: Context, start: int, end: int, c: Children) -> list[Any]:
    """Begin a list with nothing in it."""
    return []


def one(context: Context, start: int, end: int, c: Children) -> list[Any]:
    """Begin a list."""
    return [] if c[0] is None else [c[0]]


def append(context: Context, start: int, end: int, c: Children) -> list[Any]:
    """Go on with a list; a line that had an error has left None."""
    if c[1] is not None:
        c[0].append(c[1])
    return c[0]  # type: ignore[no-any-return]


def extend(context: Context, start: int, end: int, c: Children) -> list[Any]:
    """Join two lists."""
    c[0].extend(c[1])
    return c[0]  # type: ignore[no-any-return]


def append_after_comma(context: Context, start: int, end: int, c: Children) -> list[Any]:
    """Go on with a list after a comma."""
    c[0].append(c[2])
    return c[0]  # type: ignore[no-any-return]


def nothing(context: Context, start: int, end: int, c: Children) -> None:
    """Leave a part out."""


def first(context: Context, start: int, end: int, c: Children) -> Any:
    """Take the first part."""
    return c[0]


def second(context: Context, start: int, end: int, c: Children) -> Any:
    """Take the second part."""
    return c[1]


def words(context: Context, start: int, end: int, c: Children) -> str:
    """Join words by one space."""
    return " ".join(c)


BUILDERS: dict[str, Builder] = {
    f.__name__: f for f in (empty, one, append, extend, append_after_comma, nothing, first, second, words)
}
