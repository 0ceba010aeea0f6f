"""The price that an order is held against: the oracle's, and for an option the model's at the oracle's price."""

from __future__ import annotations

from stratc.runtime.engine.instruments import YEAR
from stratc.runtime.engine.messages import Order
from stratc.runtime.pricing.scalar import bs_price


def mark_of(order: Order, t: float, price: float | None, volatility: float | None) -> float:
    """Quote per base, or per option; what is not known anew (None) is as it was when the order was decided.

    An option is worth what the engine says: Black-Scholes at the implied volatility (1.0 is 100 %), without a rate.
    """
    contract = order.contract
    if contract is None:
        return order.mark if price is None else price
    if price is None or volatility is None or price <= 0.0:
        return order.mark
    years = max(0.0, (contract.expiry - t) / YEAR)
    return bs_price(contract.right == "call", price, contract.strike, years, volatility)
