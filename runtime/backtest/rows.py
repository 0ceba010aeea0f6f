"""Results as a file that grows while they come: Parquet where polars is there, CSV otherwise."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

BATCH = 1_024
"""Rows held before they are written."""


class ParquetMissing(RuntimeError):
    """Parquet needs an extra that is not installed."""


class Rows(Protocol):
    """An open file of results."""

    def add(self, row: Mapping[str, float | None]) -> None:
        """One more row."""
        ...

    def close(self) -> None:
        """Write what is held, so that the file is whole."""
        ...


class CsvRows:
    """Rows of CSV; the first one names the columns."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when the file cannot be written."""
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer: Any = None

    def add(self, row: Mapping[str, float | None]) -> None:
        """One more row."""
        if self._writer is None:
            self._writer = csv.DictWriter(self._file, list(row), lineterminator="\n")
            self._writer.writeheader()
        self._writer.writerow({name: "" if value is None else repr(value) for name, value in row.items()})
        self._file.flush()

    def close(self) -> None:
        """The file is whole after every row."""
        self._file.close()


class ParquetRows:
    """Rows of Parquet, put on disk in batches and joined, without holding them all, when it is closed."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when the file cannot be written, ParquetMissing without polars."""
        try:
            import polars  # noqa: PLC0415  # an extra, and slow to load
        except ImportError:
            raise ParquetMissing("writing Parquet needs polars") from None
        self._polars = polars
        self._path = path
        with path.open("wb"):
            pass
        self._parts: list[Path] = []
        self._held: list[Mapping[str, float | None]] = []

    def add(self, row: Mapping[str, float | None]) -> None:
        """One more row."""
        self._held.append(dict(row))
        if len(self._held) >= BATCH:
            self._flush()

    def close(self) -> None:
        """Join the batches."""
        if self._held:
            self._flush()
        if not self._parts:
            return
        joined = self._path.with_suffix(".joining")
        self._polars.scan_parquet(self._parts).sink_parquet(joined)
        joined.replace(self._path)
        for part in self._parts:
            part.unlink()

    def _flush(self) -> None:
        part = self._path.with_name(f"{self._path.name}.{len(self._parts):06d}")
        schema = dict.fromkeys(self._held[0], self._polars.Float64)
        self._polars.DataFrame(self._held, schema=schema).write_parquet(part)
        self._parts.append(part)
        self._held = []


class Kept:
    """Closes the rows whatever happens, so that what was finished is kept."""

    def __init__(self, rows: Rows | None) -> None:
        """None: nothing is written."""
        self._rows = rows

    def __enter__(self) -> Rows | None:
        return self._rows

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._rows is not None:
            self._rows.close()


def rows_to(path: Path) -> Rows:
    """By the name: `.csv`, else Parquet.

    Raises:
        OSError: it cannot be written.
        ParquetMissing: Parquet, and no polars.
    """
    return CsvRows(path) if path.suffix == ".csv" else ParquetRows(path)
