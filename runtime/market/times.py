"""Times in data files: ISO-8601 or epoch numbers, always to epoch seconds in UTC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

_UNITS = ((1e11, "s", 1.0), (1e14, "ms", 1e3), (1e17, "us", 1e6), (float("inf"), "ns", 1e9))
_YEAR_2200 = 7_258_118_400.0
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\Z")
_COMPACT_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])\Z")
ACCEPTED = "ISO-8601 such as 2026-11-01T00:00:00Z, or an epoch in s, ms, us or ns"


def parse_time(text: str) -> float:
    """Epoch seconds of ISO-8601 (UTC where it names no zone) or of an epoch number; ValueError otherwise."""
    text = text.strip()
    return TimeFormat.of(text).read(text)


def iso(t: float) -> str:
    """Epoch seconds as people read them: 2026-11-01T00:00:00Z."""
    return datetime.fromtimestamp(t, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch_unit(value: float) -> tuple[str, float]:
    """Unit of an epoch number, by its size, and how many are a second: ("ms", 1000.0) for 1.6e12."""
    return next((name, scale) for bound, name, scale in _UNITS if abs(value) < bound)


class TimeFormat:
    """How one column writes times, found from its first value."""

    __slots__ = ("name", "scale")

    def __init__(self, name: str, scale: float | None) -> None:
        self.name = name
        """`ISO-8601`, or the epoch's unit: `s`, `ms`, `us`, `ns`."""
        self.scale = scale
        """Units in a second, None for ISO-8601."""

    @classmethod
    def of(cls, first: str) -> TimeFormat:
        """The format a value is written in (ISO-8601 when it is not a number)."""
        if not _NUMBER.match(first) or _COMPACT_DATE.match(first):
            return cls("ISO-8601", None)
        return cls(*epoch_unit(float(first)))

    def read(self, text: str) -> float:
        """Epoch seconds of one cell; ValueError when it is not written this way."""
        return self.read_all((text,))[0]

    def read_all(self, cells: Sequence[str]) -> list[float]:
        """Epoch seconds of many cells; ValueError when one of them is not written this way."""
        scale = self.scale
        if scale is None:
            return [_moment(datetime.fromisoformat(cell)) for cell in cells]
        times = [float(cell) / scale for cell in cells]
        if not all(0.0 <= time < _YEAR_2200 for time in times):
            raise ValueError("not a time between 1970 and 2200")
        return times


def _moment(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
