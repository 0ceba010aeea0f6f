"""A concentrated-liquidity position between two prices: what it holds and is worth."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple


class Range(NamedTuple):
    """A price range, quote per base, low < high."""

    low: float
    high: float


def per_liquidity(band: Range, spot: float) -> tuple[float, float]:
    """Base and quote held by one unit of liquidity at `spot` (Uniswap v3 whitepaper, 2021, eq. 6.29-6.30)."""
    price = min(max(spot, band.low), band.high)
    return 1.0 / sqrt(price) - 1.0 / sqrt(band.high), sqrt(price) - sqrt(band.low)


def worth(band: Range, spot: float) -> float:
    """The value of one unit of liquidity, in the quote asset."""
    base, quote = per_liquidity(band, spot)
    return base * spot + quote


def gamma(band: Range, spot: float) -> float:
    """The change of the base held per unit of liquidity and price: -1/2 S^(-3/2) inside the range, else 0."""
    return -0.5 * spot**-1.5 if band.low < spot < band.high else 0.0
