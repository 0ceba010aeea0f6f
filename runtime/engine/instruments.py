"""Which option a shape means at a given tick, and what it is called."""

from __future__ import annotations

from math import ceil, floor, log10
from time import gmtime

from stratc.runtime.engine.messages import Contract
from stratc.runtime.pricing.scalar import strike_for_delta

DAY = 86_400.0
YEAR = 365.0 * DAY
EXPIRY_HOUR = 8.0 * 3_600.0
"""Options expire at 08:00 UTC, as on the large venues."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def symbol_of(base: str, contract: Contract) -> str:
    """The usual name: `ETH-25DEC26-3200-C`."""
    when = gmtime(contract.expiry)
    day = f"{when.tm_mday}{_MONTHS[when.tm_mon - 1]}{when.tm_year % 100:02d}"
    return f"{base}-{day}-{contract.strike:g}-{'C' if contract.right == 'call' else 'P'}"


def listed_expiry(t: float, ahead: float) -> float:
    """The first 08:00 UTC at or after t + ahead (epoch seconds)."""
    return ceil((t + ahead - EXPIRY_HOUR) / DAY) * DAY + EXPIRY_HOUR


def listed_strike(spot: float, strike: float) -> float:
    """The nearest strike of a grid of about half a percent of spot (10 at 2,000), at least one step."""
    step = 10.0 ** (floor(log10(spot)) - 2)
    return (
        max(1.0, round(strike / step)) * step
        if step >= 1.0
        else max(1.0, round(strike / step)) / (1.0 / step)
    )


def strike_at_delta(right: str, delta: float, spot: float, years: float, vol: float) -> float:
    """The listed strike whose Black-Scholes |delta| is nearest to `delta` (0 < delta < 1)."""
    call = right == "call"
    exact = strike_for_delta(call, delta if call else -delta, spot, years, vol)
    return listed_strike(spot, exact)
