"""What makes prices unusable, and what is only worth telling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.market.layout import Columns
from stratc.runtime.market.problems import Collector
from stratc.runtime.market.times import iso

GAP = 3.0
"""A step in time this many times the median one is told as a gap."""
NONSENSE = 10.0
"""A price this many times above or below the rows next to it is not believed."""

_DROP = "correct the value or delete the row"


def check(columns: Columns, found: Collector) -> NDArray[np.bool_]:
    """Note every problem of the rows in `found`; gives the rows to keep (identical duplicates are dropped).

    Errors: prices that are missing, infinite, not above zero, or more than NONSENSE times off both
    neighbours; a high below its low; rows out of order; one time with two different rows (trades may share
    a time: the last one counts). Warnings: gaps, identical duplicates, a lasting jump of the price level.
    """
    for role in columns.layout.prices:
        _believable(columns, role, found)
    _inputs(columns, found)
    if columns.layout.shape == "bars":
        _bars(columns, found)
    keep = _order(columns, found)
    if columns.layout.shape != "trades":
        _gaps(columns, keep, found)
    return keep


def _believable(columns: Columns, role: str, found: Collector) -> None:
    price, line, label = columns.values[role], columns.line.tolist(), columns.layout.label(role)
    usable = np.isfinite(price) & (price > 0.0)
    for row in np.flatnonzero(~usable).tolist():
        value = float(price[row])
        cause = f"{label} is missing" if value != value else f"{label} is {value:g}"
        found.error(line[row], cause, f"{_DROP}: a price is a finite number above 0")
    rows = np.flatnonzero(usable)
    step = np.abs(np.diff(np.log(price[rows]))) > np.log(NONSENSE)
    if not step.any():
        return
    outlier = _spikes(step)
    for at in np.flatnonzero(outlier).tolist():
        near = price[rows[at - 1 if at else 1]]
        cause = f"{label} is {price[rows[at]]:g}, next to {near:g}: more than {NONSENSE:g} times apart"
        found.error(line[rows[at]], cause, _DROP)
    for at in np.flatnonzero(step & ~outlier[1:] & ~outlier[:-1]).tolist():
        cause = f"{label} goes from {price[rows[at]]:g} to {price[rows[at + 1]]:g} and stays there"
        found.warning(line[rows[at + 1]], cause, "see whether both are the same asset and unit")


def _spikes(step: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows that are a step away from both neighbours; at the ends, from one that is not a spike itself."""
    if len(step) == 1:
        return np.array([False, True])
    spike = np.zeros(len(step) + 1, dtype=bool)
    spike[1:-1] = step[1:] & step[:-1]
    spike[0] = step[0] & ~step[1]
    spike[-1] = step[-1] & ~step[-2]
    return spike


def _inputs(columns: Columns, found: Collector) -> None:
    for role in ("iv", "gas_price", "mark"):
        if role in columns.values:
            for row in np.flatnonzero(columns.values[role] < 0.0).tolist():
                cause = f"{columns.layout.label(role)} is {columns.values[role][row]:g}"
                found.error(
                    int(columns.line[row]), cause, "it cannot be negative; leave the cell empty for unknown"
                )
    for role, values in columns.values.items():
        if role != "time" and role not in columns.layout.prices:
            for row in np.flatnonzero(np.isinf(values)).tolist():
                cause = f"{columns.layout.label(role)} is infinite"
                found.error(int(columns.line[row]), cause, "leave the cell empty for unknown")


def _bars(columns: Columns, found: Collector) -> None:
    high, low = columns.values["high"], columns.values["low"]
    for row in np.flatnonzero(high < low).tolist():
        cause = f"high {high[row]:g} is below low {low[row]:g}"
        found.error(int(columns.line[row]), cause, "exchange or correct them")


def _order(columns: Columns, found: Collector) -> NDArray[np.bool_]:
    time, line = columns.values["time"], columns.line
    step = np.diff(time)
    keep = np.ones(len(time), dtype=bool)
    if len(step) and (step <= 0.0).all() and (step < 0.0).any():
        found.error(
            int(line[1]), "rows run from the newest to the oldest", "sort the file by time, oldest first"
        )
        return keep
    for row in np.flatnonzero(step < 0.0).tolist():
        cause = f"time goes back from {iso(time[row])} to {iso(time[row + 1])}"
        found.error(int(line[row + 1]), cause, "sort the file by time, oldest first")
    repeated = np.flatnonzero(step == 0.0)
    if columns.layout.shape == "trades":
        keep[repeated] = False
        return keep
    for row in repeated.tolist():
        if _same(columns, row):
            keep[row + 1] = False
            cause = f"the same row as line {line[row]} ({iso(time[row])}); dropped"
            found.warning(int(line[row + 1]), cause)
        else:
            cause = f"another row for {iso(time[row])}, which line {line[row]} gives differently"
            found.error(int(line[row + 1]), cause, "keep the right one")
    return keep


def _same(columns: Columns, row: int) -> bool:
    return all(np.array_equal(v[row], v[row + 1], equal_nan=True) for v in columns.values.values())


def _gaps(columns: Columns, keep: NDArray[np.bool_], found: Collector) -> None:
    time, line = columns.values["time"][keep], columns.line[keep]
    step = np.diff(time)
    if len(step) < 2:
        return
    usual = float(np.median(step))
    for row in np.flatnonzero(step > GAP * usual).tolist():
        cause = f"{step[row]:,.0f} s without a row before {iso(time[row + 1])} (usually {usual:,g} s)"
        found.warning(int(line[row + 1]), cause)
