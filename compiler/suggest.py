"""Did you mean: the known word nearest to an unknown one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when none is near."""
    import difflib  # noqa: PLC0415  # only bad programs pay for it

    names = list(known)
    found = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if found:
        return found[0]
    by_lower = {name.lower(): name for name in names}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def words(known: Iterable[str]) -> str:
    """A list for people: `a, b or c`."""
    *most, last = known
    return f"{', '.join(most)} or {last}" if most else last
