"""CSV of prices to columns without an extra: one pass, 8 bytes kept a value."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.market.files import open_text
from stratc.runtime.market.layout import Columns, find_columns
from stratc.runtime.market.problems import Collector, data_error
from stratc.runtime.market.times import ACCEPTED, TimeFormat

_BATCH = 20_000
_EMPTY = frozenset(("", "nan", "null", "none", "na", "n/a", "-"))
_NAN = float("nan")
_TIME_WIDTH = 40

Batch = dict[str, NDArray[np.float64]]


def read_csv(path: Path, signals: tuple[str, ...], found: Collector) -> Columns:
    """Every column that has a role or is a declared signal; bad cells are noted in `found` and become NaN.

    Separators: comma, semicolon, tab or bar, whichever the header uses. A cell cannot span lines.
    """
    line = 0
    with open_text(path, lambda: line) as text:
        reader: _Rows | None = None
        batch: list[str] = []
        for raw in text:
            line += 1
            if reader is None:
                reader = _Rows(raw, signals, found)
                continue
            batch.append(raw)
            if len(batch) == _BATCH:
                reader.read(batch)
                batch = []
        if reader is None:
            raise data_error(found.source, "the file is empty", "give a header line and rows of prices")
        reader.read(batch)
    return reader.result()


class _Rows:
    """Reads lines under a header, batch by batch."""

    def __init__(self, header: str, signals: tuple[str, ...], found: Collector) -> None:
        self.found = found
        self.separator = max(",;\t|", key=header.count)
        self.layout = find_columns(found.source, self._split([header])[0], signals)
        self.format: TimeFormat | None = None
        self.next_line = 2
        self.lines: list[NDArray[np.int64]] = []
        self.batches: list[Batch] = []

    def read(self, raw: list[str]) -> None:
        """Take the next lines: as whole arrays, and cell by cell only where that fails."""
        first, self.next_line = self.next_line, self.next_line + len(raw)
        held = [number for number, text in enumerate(raw, first) if not text.isspace()]
        if not held:
            return
        if len(held) < len(raw):
            raw = [text for text in raw if not text.isspace()]
        if self.format is None:
            self.format = TimeFormat.of(_cell(self._split(raw[:1])[0], self.layout.columns["time"]) or "")
        self.lines.append(np.array(held, np.int64))
        self.batches.append(self._arrays(raw, self.format) or self._cells(raw, held, self.format))

    def _arrays(self, raw: list[str], form: TimeFormat) -> Batch | None:
        columns = self.layout.columns
        kind = [(role, "f8" if role != "time" else f"U{_TIME_WIDTH}") for role in columns]
        places = tuple(columns.values())
        try:
            table = np.loadtxt(
                raw, kind, comments=None, delimiter=self.separator, quotechar='"', usecols=places, ndmin=1
            )
            times = np.array(form.read_all(table["time"].tolist()))
        except ValueError:
            return None
        if len(table) != len(raw):
            return None
        return {role: times if role == "time" else np.ascontiguousarray(table[role]) for role in columns}

    def _cells(self, raw: list[str], lines: list[int], form: TimeFormat) -> Batch:
        rows = self._split(raw)
        return {
            role: np.array(
                [self._value(role, row, line, form) for line, row in zip(lines, rows, strict=True)]
            )
            for role in self.layout.columns
        }

    def _split(self, raw: list[str]) -> list[list[str]]:
        return [next(csv.reader([line], delimiter=self.separator), []) for line in raw]

    def _value(self, role: str, row: list[str], line: int, form: TimeFormat) -> float:
        cell = _cell(row, self.layout.columns[role])
        if cell is None:
            count = len(self.layout.header)
            cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
            self.found.error(line, f"{cells} where the header names {count}", "complete or delete the row")
            return _NAN
        try:
            if role == "time":
                return form.read(cell)
            return _NAN if cell.lower() in _EMPTY else float(cell)
        except ValueError:
            label = self.layout.label(role)
            accepted = (
                f"write it as {ACCEPTED}, the same way in each row" if role == "time" else "write a number"
            )
            self.found.error(line, f"{label} is {cell[:40]!r}", accepted)
            return _NAN

    def result(self) -> Columns:
        """The columns; DataError when there was not a single row."""
        if self.format is None:
            raise data_error(
                self.found.source, "a header line and no rows", "give at least one row of prices"
            )
        values = {
            role: np.concatenate([batch[role] for batch in self.batches]) for role in self.layout.columns
        }
        return Columns(self.layout, self.format.name, np.concatenate(self.lines), values)


def _cell(row: list[str], at: int) -> str | None:
    return row[at].strip() if at < len(row) else None
