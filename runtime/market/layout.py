"""Which column of a price file is what, found by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.market.problems import data_error
from stratc.runtime.market.times import ACCEPTED

Shape = Literal["prices", "bars", "trades"]

TIME = (
    "time", "timestamp", "datetime", "date", "ts", "t", "unix", "open_time", "opentime", "block_time",
    "block_timestamp", "close_time",
)  # fmt: skip
PRICE = ("price", "spot", "close", "last", "mid", "mark_price", "index_price")
BAR = (("open", "o"), ("high", "h"), ("low", "l"), ("close", "c"))
SIZE = ("size", "qty", "quantity", "amount")
INPUTS = {
    "iv": ("iv", "implied_vol", "implied_volatility", "atm_iv", "vol"),
    "funding_rate": (
        "funding",
        "funding_rate",
        "funding_8h",
        "funding_rate_8h",
        "funding_1h",
        "funding_rate_1h",
    ),
    "gas_price": ("gas", "gas_price", "gwei", "gas_gwei", "gas_price_gwei"),
    "block": ("block", "block_number"),
    "mark": ("mark",),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of a file by role: `columns` maps a role or a declared signal to a position in the row.

    Roles: `time`; `price`, or `open` `high` `low` `close`; and what INPUTS names.
    """

    shape: Shape
    columns: dict[str, int]
    header: tuple[str, ...]

    def label(self, role: str) -> str:
        """The column's own name, as the file has it."""
        return self.header[self.columns[role]]

    @property
    def prices(self) -> tuple[str, ...]:
        """The roles that hold prices."""
        return ("open", "high", "low", "close") if self.shape == "bars" else ("price",)


@dataclass(frozen=True, slots=True)
class Columns:
    """A file as it was read: arrays of one length by role or signal (NaN: empty, or an error was noted)."""

    layout: Layout
    time_format: str
    line: NDArray[np.int64]
    """1-based line of the file (row, for Parquet)."""
    values: dict[str, NDArray[np.float64]]
    """`time` is in epoch seconds."""


def find_columns(source: str, header: Sequence[str], signals: tuple[str, ...]) -> Layout:
    """Recognise a header, without regard to case and spaces; DataError names what is missing and accepted."""
    names = [_plain(name) for name in header]
    if any(_is_number(name) for name in names):
        fix = "put the column names there, such as time,open,high,low,close,volume"
        raise data_error(source, f"the first line holds values, not column names ({_listed(header)})", fix, 1)
    time = _position(names, TIME)
    if time is None:
        fix = f"name the column of times one of {', '.join(TIME)} ({ACCEPTED})"
        raise data_error(source, f"no column of times among {_listed(header)}", fix, 1)
    columns = {"time": time}
    bar = [_position(names, accepted) for accepted in BAR]
    price = _position(names, PRICE)
    shape: Shape = "prices"
    if None not in bar:
        shape = "bars"
        columns |= {
            role: at for role, at in zip(("open", "high", "low", "close"), bar, strict=True) if at is not None
        }
    elif price is not None:
        shape = "trades" if _position(names, SIZE) is not None else "prices"
        columns["price"] = price
    else:
        fix = f"name it one of {', '.join(PRICE)}, or give open, high, low and close"
        raise data_error(source, f"no column of prices among {_listed(header)}", fix, 1)
    for role, accepted in INPUTS.items():
        at = _position(names, accepted)
        if at is not None:
            columns[role] = at
    exact = [name.strip() for name in header]
    for signal in signals:
        at = exact.index(signal) if signal in exact else _position(names, (_plain(signal),))
        if at is not None and signal not in columns:
            columns[signal] = at
    return Layout(shape, columns, tuple(exact))


def _plain(name: str) -> str:
    return name.strip().strip('"').lower().replace(" ", "_").replace("-", "_")


def _position(names: list[str], accepted: Sequence[str]) -> int | None:
    return next((names.index(name) for name in accepted if name in names), None)


def _listed(header: Sequence[str]) -> str:
    shown = [name.strip()[:40] for name in header[:12]]
    return ", ".join(shown) + (f" and {len(header) - 12} more" if len(header) > 12 else "")


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True
