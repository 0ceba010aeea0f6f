"""Did you mean: the known word nearest to an unknown one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.dsl.diagnostics import Edit, Fix, Note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratc.dsl.source import Span

_ALIKE = 0.6
_SURE = 0.8
"""`dleta` is surely `delta` (0.8); `ETC` may be something else than `ETH` (0.67)."""


def nearest(word: str, known: Iterable[str], alike: float = _ALIKE) -> str | None:
    """The known word most like `word`, or None when none is that much alike (0 to 1)."""
    import difflib  # noqa: PLC0415  # only bad programs pay for it

    names = list(known)
    found = difflib.get_close_matches(word, names, n=1, cutoff=alike)
    if found:
        return found[0]
    by_lower = {name.lower(): name for name in names}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=alike)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, span: Span, known: Iterable[str]) -> tuple[tuple[Note, ...], Fix | None]:
    """A note that names the nearest known word, and a fix where it is surely the one."""
    names = list(known)
    near = nearest(word, names)
    if near is None:
        return (), None
    sure = nearest(word, names, _SURE) == near
    return (Note(f"did you mean `{near}`?"),), Fix(f"write `{near}`", (Edit(span, near),)) if sure else None


def words(known: Iterable[str]) -> str:
    """A list for people: `a, b or c`."""
    *most, last = known
    return f"{', '.join(most)} or {last}" if most else last
