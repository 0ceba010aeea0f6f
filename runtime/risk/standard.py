"""Standard margin: a share of each position's notional, no offsets; for isolated and for cross accounts.

The form is Deribit's standard margin (Deribit, *Standard margin*): a share of a perpetual's notional, and for a
short option a share of spot less what it is out of the money, with a floor. There the mark of a short option is
part of what is required; here it is owed already, in the equity, and not counted twice. A long option requires
nothing: it cannot lose more than it is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from stratc.runtime.risk.instruments import Instrument, Option, Perpetual
from stratc.runtime.risk.prices import Prices
from stratc.runtime.risk.units import PARTS, share_up, worth


class Margin(NamedTuple):
    """What positions require, CENT."""

    initial: int
    """To open, and to take money out."""
    maintenance: int
    """To be left alone."""


class Terms(NamedTuple):
    """Shares of notional, PARTS; those of initial margin are the language's own."""

    perpetual_initial: int = 100_000
    perpetual_maintenance: int = 50_000
    option_initial: int = 150_000
    """Of spot, for a short option at the money; less what it is out of the money."""
    option_floor: int = 100_000
    """But at least this."""
    option_maintenance: int = 75_000


def requirement(positions: Mapping[Instrument, int], prices: Prices, terms: Terms) -> Margin:
    """What positions (signed LOT) require, each rounded up by itself."""
    parts = [_of_one(instrument, units, prices, terms) for instrument, units in positions.items()]
    return Margin(sum(part.initial for part in parts), sum(part.maintenance for part in parts))


def _of_one(instrument: Instrument, units: int, prices: Prices, terms: Terms) -> Margin:
    notional = -worth(-abs(units), prices.spot)
    if isinstance(instrument, Perpetual):
        return Margin(
            share_up(notional, terms.perpetual_initial), share_up(notional, terms.perpetual_maintenance)
        )
    if units >= 0:
        return Margin(0, 0)
    initial = max(terms.option_floor, terms.option_initial - _away(instrument, prices.spot))
    return Margin(share_up(notional, initial), share_up(notional, terms.option_maintenance))


def _away(option: Option, spot: int) -> int:
    """How far an option is out of the money, PARTS of spot, rounded down."""
    away = option.strike - spot if option.right == "call" else spot - option.strike
    return max(0, away) * PARTS // spot
