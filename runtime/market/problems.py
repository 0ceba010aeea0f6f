"""What is wrong with data, as data: where, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

SHOWN = 20
"""How many problems of one severity are told in full; the rest are counted."""
_KEPT = 10 * SHOWN
"""How many are kept to choose the first from: a file can have a problem on each of a million lines."""

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a source of data."""

    severity: Severity
    source: str
    """File (or market) it is in."""
    line: int | None
    """1-based line of the file (row for Parquet), None when it is about the whole."""
    cause: str
    fix: str = ""

    def __str__(self) -> str:
        where = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{where}: {self.cause}" + (f"; {self.fix}" if self.fix else "")


class DataError(Exception):
    """Data that cannot be used: `problems` (at most `SHOWN`) and how many `more` there are."""

    def __init__(self, problems: Iterable[Problem], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.more = more
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems]
        return "\n".join(lines + ([f"and {self.more:,} more"] if self.more else []))


class UnknownMarket(DataError):
    """A market named by the user is neither a preset nor a file."""


def data_error(source: str, cause: str, fix: str = "", line: int | None = None) -> DataError:
    """A DataError of one problem."""
    return DataError([Problem("error", source, line, cause, fix)])


class Collector:
    """Gathers the problems of one source; errors are raised together, warnings are kept."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._kept: dict[Severity, list[Problem]] = {"error": [], "warning": []}
        self._wrong: set[int] = set()
        self._count: dict[Severity, int] = {"error": 0, "warning": 0}

    def error(self, line: int | None, cause: str, fix: str = "") -> None:
        """Note an error at a line, unless that line has one: one wrong cell often breaks several rules."""
        if line is not None:
            if line in self._wrong:
                return
            self._wrong.add(line)
        self._add("error", line, cause, fix)

    def warning(self, line: int | None, cause: str, fix: str = "") -> None:
        """Note a warning at a line."""
        self._add("warning", line, cause, fix)

    def _add(self, severity: Severity, line: int | None, cause: str, fix: str) -> None:
        self._count[severity] += 1
        if self._count[severity] <= _KEPT:
            self._kept[severity].append(Problem(severity, self.source, line, cause, fix))

    def raise_errors(self) -> None:
        """Raise the errors noted so far: the first `SHOWN` by line, and how many more."""
        if self._count["error"]:
            raise DataError(*self._first("error"))

    def warnings(self) -> tuple[Problem, ...]:
        """The warnings by line: the first `SHOWN`, then one that counts the rest."""
        shown, more = self._first("warning")
        rest = (Problem("warning", self.source, None, f"and {more:,} more warnings"),) if more else ()
        return shown + rest

    def _first(self, severity: Severity) -> tuple[tuple[Problem, ...], int]:
        found = sorted(self._kept[severity], key=lambda problem: problem.line or 0)
        return tuple(found[:SHOWN]), max(0, self._count[severity] - SHOWN)
