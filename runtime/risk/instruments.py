"""What can be held on margin: perpetuals and European options on one base asset."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from stratc.runtime.risk.units import worth


class Perpetual(NamedTuple):
    """A perpetual on the base asset, marked at spot."""

    symbol: str


class Option(NamedTuple):
    """A European option, settled in the quote asset."""

    right: Literal["call", "put"]
    strike: int
    """PRICE."""
    expiry: int
    """Epoch seconds."""


Instrument: TypeAlias = Perpetual | Option


def place(instrument: Instrument) -> tuple[str, int, int]:
    """The order in which instruments are gone through: perpetuals first, then calls and puts by strike and date."""
    if isinstance(instrument, Perpetual):
        return (f" {instrument.symbol}", 0, 0)
    return (instrument.right, instrument.strike, instrument.expiry)


def payoff(option: Option, units: int, spot: int) -> int:
    """What signed LOT of an option pay at expiry (CENT, rounded down): intrinsic value at `spot` (PRICE)."""
    gain = spot - option.strike if option.right == "call" else option.strike - spot
    return worth(units, max(0, gain))
