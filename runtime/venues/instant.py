"""Fills everything at once at the tick's price, without a cost: the venue of specifications and tests."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.runtime.engine.messages import CashFlow, Fill, Order, Snapshot
from stratc.runtime.venues.prices import LastPrices


class InstantVenue:
    """Linear orders at spot (the last known one where it is missing), options at their mark, free of cost."""

    def __init__(self) -> None:
        self._prices = LastPrices()

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        """One final fill an order."""
        self._prices.see(snapshot)
        return [
            Fill(
                order.id, snapshot.t, order.units, self._prices.mid(order), 0, 0, final=True, venue="instant"
            )
            for order in orders
        ]

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> list[Fill | CashFlow]:
        """Nothing ever becomes due later."""
        self._prices.see(snapshot)
        return []
