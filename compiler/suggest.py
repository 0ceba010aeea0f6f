"""Did you mean: the known word nearest to an unknown one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.dsl.diagnostics import Edit, Fix, Note
from stratc.dsl.spelling import closest as nearest
from stratc.dsl.spelling import distance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratc.dsl.source import Span

_LETTERS_A_SLIP = 4
"""One slip in four letters is surely one: `dleta` is `delta`, but `ETC` may be something else than `ETH`."""


def did_you_mean(word: str, span: Span, known: Iterable[str]) -> tuple[tuple[Note, ...], Fix | None]:
    """A note that names the nearest known word, and a fix where it is surely the one."""
    near = nearest(word, known)
    if near is None:
        return (), None
    sure = distance(word.lower(), near.lower()) * _LETTERS_A_SLIP <= len(word)
    return (Note(f"did you mean `{near}`?"),), Fix(f"write `{near}`", (Edit(span, near),)) if sure else None


def words(known: Iterable[str], joined_by: str = "or") -> str:
    """A list for people: `a, b or c`."""
    *most, last = known
    return f"{', '.join(most)} {joined_by} {last}" if most else last


__all__ = ["did_you_mean", "nearest", "words"]
