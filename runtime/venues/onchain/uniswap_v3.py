"""Uniswap v3: the base amount is exact; what is paid or received for it is bounded by the oracle."""

from __future__ import annotations

from stratc.runtime.venues.onchain.amounts import base_amount, least_received, most_paid
from stratc.runtime.venues.onchain.asked import Asked, Filled


def fill(asked: Asked) -> Filled:
    """`amount` of the base token, and `minimum_out` or `maximum_in` of the quote token.

    The bound counts the pool's fee: it is on what arrives, or leaves, for all of the order.

    Raises:
        FillError: an amount that is nothing or too large, no price, or no clause that bounds it.
    """
    amount = base_amount(asked)
    if asked.order.units < 0:
        least = least_received(asked, amount, asked.base_decimals, asked.quote_decimals)
        return {"amount": amount, "minimum_out": least}
    most = most_paid(asked, amount, asked.base_decimals, asked.quote_decimals)
    return {"amount": amount, "maximum_in": most}
