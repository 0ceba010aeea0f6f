"""Parquet of prices to columns. Importing this module needs polars (the extra `parquet`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stratc.runtime.market.layout import Columns, find_columns
from stratc.runtime.market.problems import Collector, data_error
from stratc.runtime.market.times import ACCEPTED, TimeFormat


def read_parquet(path: Path, signals: tuple[str, ...], found: Collector) -> Columns:
    """Every column that has a role or is a declared signal, numbered by row from 1."""
    try:
        layout = find_columns(found.source, pl.scan_parquet(path).collect_schema().names(), signals)
        names = list(dict.fromkeys(layout.label(role) for role in layout.columns))
        frame = pl.read_parquet(path, columns=names)
    except (pl.exceptions.PolarsError, OSError) as error:
        cause = f"not readable as Parquet ({str(error).splitlines()[0]})"
        raise data_error(found.source, cause, "copy or write the file again") from error
    if not len(frame):
        raise data_error(found.source, "no rows", "give at least one row of prices")
    time_format, time = _times(frame[layout.label("time")], found)
    values = {role: _numbers(frame[layout.label(role)], found) for role in layout.columns if role != "time"}
    line = np.arange(1, len(frame) + 1, dtype=np.int64)
    return Columns(layout, time_format, line, {"time": time, **values})


def _times(column: pl.Series, found: Collector) -> tuple[str, NDArray[np.float64]]:
    if column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
        micros = column.cast(pl.Datetime("us")).dt.epoch("us").cast(pl.Float64)
        return "timestamps", micros.fill_null(float("nan")).to_numpy() / 1e6
    cells = column.cast(pl.String).to_list()
    form = TimeFormat.of(next((cell for cell in cells if cell), ""))
    times = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        try:
            times[row] = form.read(cell or "")
        except ValueError:
            found.error(
                row + 1, f"{column.name} is {cell!r}", f"write it as {ACCEPTED}, the same way in each row"
            )
    return form.name, times


def _numbers(column: pl.Series, found: Collector) -> NDArray[np.float64]:
    numbers = column.cast(pl.Float64, strict=False)
    for row in (numbers.is_null() & column.is_not_null()).arg_true().to_list():
        found.error(row + 1, f"{column.name} is {column[row]!r}", "write a number")
    return numbers.fill_null(float("nan")).to_numpy()
