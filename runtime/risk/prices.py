"""A market that margin is worked out in; the one place where floats of the pricing library become integers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import ceil, floor
from typing import NamedTuple

from stratc.runtime.pricing.scalar import bs_price
from stratc.runtime.risk.instruments import Instrument, Option, Perpetual
from stratc.runtime.risk.units import PARTS, PRICE, worth

LEAST_VOLATILITY = PARTS // 100
"""No scenario brings volatility below 1 %."""
_YEAR = 365 * 86_400


class Prices(NamedTuple):
    """One moment: all prices in PRICE, the volatility in PARTS (800,000 is 80 % a year)."""

    t: int
    """Epoch seconds."""
    spot: int
    vol: int
    assets: Mapping[str, int] = {}
    """Prices of what else serves as collateral, for one whole unit."""

    def moved(self, spot: int, vol: int) -> Prices:
        """The market after relative moves (PARTS) of spot and of volatility; what else there is stays."""
        moved = max(1, self.spot * (PARTS + spot) // PARTS)
        return self._replace(spot=moved, vol=max(LEAST_VOLATILITY, self.vol * (PARTS + vol) // PARTS))

    def mark(self, instrument: Instrument, units: int) -> int:
        """The price at which signed `units` are valued, PRICE.

        An option's comes from Black and Scholes in float64, rounded here and once: down for who is long, up for
        who is short.
        """
        if isinstance(instrument, Perpetual):
            return self.spot
        price = _black_scholes(instrument, self.spot, self.vol, self.t)
        return floor(price) if units >= 0 else ceil(price)

    def value(self, instrument: Instrument, units: int) -> int:
        """What signed LOT are worth to their holder, CENT, rounded down."""
        return worth(units, self.mark(instrument, units))


@lru_cache(maxsize=1 << 16)
def _black_scholes(option: Option, spot: int, vol: int, t: int) -> float:
    years = max(0, option.expiry - t) / _YEAR
    price = bs_price(option.right == "call", spot / PRICE, option.strike / PRICE, years, vol / PARTS)
    return max(0.0, price) * PRICE
