"""Aave v3: collateral in and out; the health factor is `runtime/risk/health.py`'s, which rounds as the contracts do."""

from __future__ import annotations

from stratc.runtime.risk.health import (
    PERCENT,
    UNLIMITED,
    WAD,
    Position,
    after,
    collateral_for,
    health_factor,
)
from stratc.runtime.venues.onchain.amounts import money_amount
from stratc.runtime.venues.onchain.asked import Asked, Filled

__all__ = [
    "PERCENT",
    "UNLIMITED",
    "WAD",
    "Position",
    "after",
    "collateral_for",
    "fill",
    "health_factor",
]


def fill(asked: Asked) -> Filled:
    """`amount` of the quote token to supply or to take back.

    Raises:
        FillError: an amount that is nothing or too large.
    """
    return {"amount": money_amount(asked)}
