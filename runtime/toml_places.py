"""On which line of a TOML text each key is written."""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = tuple[str, ...]

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEY = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_KEY})\s*\]\]?")
_ENTRY = re.compile(rf"\s*({_KEY})\s*=")
_QUOTES = re.compile(r'"""|\'\'\'')


def places(text: str) -> dict[Path, int]:
    """The 1-based line of every table and key, the first where there are several.

    Keys of inline tables stand on the line of the table's own key. The text is valid TOML.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if not inside:
            if header := _HEADER.match(line):
                table = _parts(header[1])
                found.setdefault(table, number)
            elif entry := _ENTRY.match(line):
                found.setdefault(table + _parts(entry[1]), number)
        if len(_QUOTES.findall(line)) % 2:
            inside = not inside
    return found


def line_of(path: Sequence[str], found: dict[Path, int]) -> int | None:
    """The line of a key, or of the nearest table around it that is written out."""
    for length in range(len(path), 0, -1):
        prefix = tuple(path[:length])
        inner = [line for known, line in found.items() if known[:length] == prefix]
        if inner:
            return found.get(prefix, min(inner))
    return None


def _parts(key: str) -> Path:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in re.findall(_PART, key))
