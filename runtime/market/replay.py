"""A market from a file of prices: CSV, CSV.gz or Parquet; prices, bars or trades."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from stratc.runtime.market.checks import check
from stratc.runtime.market.csv_reader import read_csv
from stratc.runtime.market.files import is_parquet
from stratc.runtime.market.inputs import market_inputs
from stratc.runtime.market.layout import Columns
from stratc.runtime.market.problems import Collector, data_error
from stratc.runtime.market.table import Floats, Ints, TableMarket, market_table

Ohlc = Literal["close", "path"]


def replay(
    path: Path | str,
    *,
    signals: tuple[str, ...] = (),
    iv: float | None = None,
    ohlc: Ohlc = "close",
    start: float | None = None,
    end: float | None = None,
) -> TableMarket:
    """The ticks of a file; DataError names each row that cannot be used, `problems` holds the warnings.

    A bar is stamped with its opening time, as exchanges write it, and its close is known only when it ends:
    with `ohlc="close"` each bar is one tick, the close, at the bar's end. `ohlc="path"` gives four ticks
    (open, the extreme nearer to the open, the other one, close) at 1/4, 2/4, 3/4 and 4/4 of the bar; the
    order of the extremes is a guess. `iv` fixes the implied volatility (1.0 = 100 %). `start` and `end` are
    epoch seconds, start included, end not; volatility is estimated on the whole past, also before `start`.
    """
    if ohlc not in get_args(Ohlc):
        raise ValueError(f"ohlc is {ohlc!r}; choose close or path")
    if iv is not None and not (isfinite(iv) and iv > 0.0):
        raise ValueError(f"an implied volatility of {iv} makes no sense; 0.8 is 80 %")
    path = Path(path)
    found = Collector(str(path))
    columns = _read_parquet(path, signals, found) if is_parquet(path) else read_csv(path, signals, found)
    keep = check(columns, found)
    found.raise_errors()
    columns = _pick(columns, np.flatnonzero(keep))
    ticks, t, spot = _ticks(columns, ohlc)
    inputs = market_inputs(str(path), ticks, t, spot, signals, iv)
    block = _blocks(ticks, found)
    found.raise_errors()
    read = f"{len(columns.line):,} {_told(columns, ohlc)}, times in {columns.time_format}"
    about = "; ".join([read, *inputs.notes])
    table = market_table(t, spot, inputs.columns, block)
    return TableMarket(path.name, about, table, found.warnings()).between(start, end)


def _read_parquet(path: Path, signals: tuple[str, ...], found: Collector) -> Columns:
    try:
        from stratc.runtime.market.parquet_reader import read_parquet  # noqa: PLC0415  # an extra, and slow to load
    except ImportError:
        fix = "install the extra: pip install 'stratc[parquet]', or give CSV"
        raise data_error(found.source, "reading Parquet needs polars", fix) from None
    return read_parquet(path, signals, found)


def _pick(columns: Columns, rows: Ints) -> Columns:
    values = {role: column[rows] for role, column in columns.values.items()}
    return replace(columns, line=columns.line[rows], values=values)


def _told(columns: Columns, ohlc: Ohlc) -> str:
    if columns.layout.shape != "bars":
        return columns.layout.shape
    return "bars, the close at the end of each" if ohlc == "close" else "bars, four ticks each"


def _ticks(columns: Columns, ohlc: Ohlc) -> tuple[Columns, Floats, Floats]:
    """Columns by tick, tick times and prices."""
    time = columns.values["time"]
    if columns.layout.shape != "bars":
        return columns, time, columns.values["price"]
    width = _widths(time)
    start = time - width if "close" in columns.layout.label("time").lower() else time
    if ohlc == "close":
        return columns, start + width, columns.values["close"]
    prices = {role: columns.values[role] for role in columns.layout.prices}
    low_first = prices["open"] - prices["low"] <= prices["high"] - prices["open"]
    first = np.where(low_first, prices["low"], prices["high"])
    second = np.where(low_first, prices["high"], prices["low"])
    spot = np.column_stack([prices["open"], first, second, prices["close"]]).ravel()
    t = (start[:, None] + width[:, None] * np.array([0.25, 0.5, 0.75, 1.0])).ravel()
    return _along_path(columns), t, spot


def _along_path(columns: Columns) -> Columns:
    """A bar's inputs on its fourth tick only, the bar before's on the others: they may know the close."""
    row = np.repeat(np.arange(len(columns.line)), 4)
    known = row - np.tile([1, 1, 1, 0], len(columns.line))
    ticks = _pick(columns, row)
    values = {role: np.where(known < 0, np.nan, values[known]) for role, values in columns.values.items()}
    if "block" in columns.values:
        values["block"] = ticks.values["block"]
    return replace(ticks, values=values)


def _widths(time: Floats) -> Floats:
    """How long each bar is: the usual spacing, or less where the next bar comes earlier (seconds)."""
    if len(time) < 2:
        return np.zeros(len(time))
    step = np.diff(time)
    usual = float(np.median(step))
    widths: Floats = np.minimum(np.append(step, usual), usual)
    return widths


def _blocks(columns: Columns, found: Collector) -> Ints | None:
    if "block" not in columns.values:
        return None
    block = columns.values["block"]
    whole = (block >= 0.0) & (block < 2.0**53) & (block == np.floor(block))
    for row in np.flatnonzero(~whole).tolist():
        found.error(int(columns.line[row]), f"block is {block[row]:g}", "write a whole number of 0 or more")
    for row in np.flatnonzero(np.diff(block) < 0.0).tolist():
        cause = f"block goes back from {block[row]:.0f} to {block[row + 1]:.0f}"
        found.error(int(columns.line[row + 1]), cause, "sort the file by time")
    return None if not whole.all() else block.astype(np.int64)
