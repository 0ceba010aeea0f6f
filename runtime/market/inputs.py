"""The inputs beside the price, in canonical units; what a file does not have is assumed, and said."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from stratc.runtime.market.layout import Columns
from stratc.runtime.market.problems import data_error
from stratc.runtime.market.realised import trailing_vol
from stratc.runtime.market.table import MARKET_INPUTS, Floats, with_tenors

PREMIUM = 1.1
"""Implied over realised volatility where a file has no implied one."""
IV_FLOOR, IV_CAP = 0.30, 3.00
GAS_PRICE = 10e-9
"""ETH per gas where a file has none: 10 gwei."""
FUNDING_PERIOD = 28_800.0
"""Seconds a funding rate in a file is for, unless its column says `1h`: 8 hours, as exchanges quote it."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Columns by signal, and what was understood or assumed, in words."""

    columns: dict[str, Floats]
    notes: list[str] = field(default_factory=list)


def market_inputs(
    source: str, columns: Columns, t: Floats, spot: Floats, signals: tuple[str, ...], iv: float | None
) -> Inputs:
    """Everything but spot for ticks at `t`; `columns` must already be those of the ticks."""
    found = Inputs({})
    found.columns["iv"] = _iv(source, columns, t, spot, iv, found.notes)
    found.columns["funding_rate"] = _funding(columns, len(t), found.notes)
    found.columns["gas_price"] = _gas(columns, len(t), found.notes)
    if "mark" in columns.values:
        found.columns["mark"] = columns.values["mark"]
    own = {
        name: columns.values[name] for name in signals if name in columns.values and name not in MARKET_INPUTS
    }
    missing = [name for name in signals if name not in {*own, *MARKET_INPUTS} and not name.startswith("iv(")]
    if missing:
        found.notes.append(f"no column for {', '.join(missing)}: unavailable")
    return Inputs(with_tenors({**found.columns, **own}, signals), found.notes)


def _iv(
    source: str, columns: Columns, t: Floats, spot: Floats, fixed: float | None, notes: list[str]
) -> Floats:
    given = columns.values.get("iv")
    if fixed is not None:
        notes.append(f"implied volatility {fixed:.0%} throughout")
        return np.full(len(t), fixed)
    usual = float(np.nanmedian(given)) if given is not None and not np.isnan(given).all() else 0.0
    if given is not None and usual <= 5.0:
        return given
    if given is not None and usual <= 500.0:
        notes.append(f"{columns.layout.label('iv')} read as percent")
        return given / 100.0
    if given is not None and columns.layout.label("iv").lower() != "vol":
        cause = f"{columns.layout.label('iv')} is about {usual:,.0f}, which is no volatility"
        raise data_error(source, cause, "write 0.8 or 80 for 80 %")
    bounds = f"{IV_FLOOR:.0%} to {IV_CAP:.0%}"
    notes.append(f"no implied volatility in the file: {PREMIUM:g} x the trailing realised one, {bounds}")
    return np.clip(PREMIUM * trailing_vol(t, spot), IV_FLOOR, IV_CAP)


def _funding(columns: Columns, ticks: int, notes: list[str]) -> Floats:
    if "funding_rate" not in columns.values:
        notes.append("no funding")
        return np.zeros(ticks)
    period = 3_600.0 if "1h" in columns.layout.label("funding_rate").lower() else FUNDING_PERIOD
    notes.append(f"{columns.layout.label('funding_rate')} read as per {period / 3_600:g} h")
    return columns.values["funding_rate"] / period


def _gas(columns: Columns, ticks: int, notes: list[str]) -> Floats:
    given = columns.values.get("gas_price")
    if given is None or np.isnan(given).all():
        notes.append(f"gas at {GAS_PRICE * 1e9:g} gwei")
        return np.full(ticks, GAS_PRICE)
    usual = float(np.nanmedian(given))
    unit, scale = ("ETH", 1.0) if usual < 1e-4 else ("gwei", 1e-9) if usual < 1e6 else ("wei", 1e-18)
    notes.append(f"{columns.layout.label('gas_price')} read as {unit}")
    return given * scale
