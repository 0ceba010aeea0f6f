"""Perp Curie v2: positions of exact size whose other side is bounded by the oracle, and collateral in the vault."""

from __future__ import annotations

from math import floor

from stratc.runtime.venues.onchain.amounts import base_amount, least_received, money_amount, most_paid
from stratc.runtime.venues.onchain.asked import SECONDS_TO_LIVE, Asked, Filled

DECIMALS = 18
"""Of every position there, whatever the tokens have."""


def fill(asked: Asked) -> Filled:
    """For a trade `amount`, the bound of the other side and a deadline in epoch seconds; else `amount` of collateral.

    Raises:
        FillError: an amount that is nothing or too large, no price, or no clause that bounds it.
    """
    if asked.order.kind != "trade":
        return {"amount": money_amount(asked)}
    amount = base_amount(asked, DECIMALS)
    filled: Filled = {"amount": amount, "deadline_time": floor(asked.t) + SECONDS_TO_LIVE}
    if asked.order.units < 0:
        filled["minimum_out"] = least_received(asked, amount, DECIMALS, DECIMALS)
    else:
        filled["maximum_in"] = most_paid(asked, amount, DECIMALS, DECIMALS)
    return filled
