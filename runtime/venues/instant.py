"""The venue of replays: everything fills at once, whole, at the tick's price, free of charge."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.runtime.engine.messages import CashFlow, Fill, Order, Snapshot


class InstantVenue:
    """Fills each order at the price its decision saw; without a price at that tick, at the last one known."""

    def __init__(self) -> None:
        """No price known yet."""
        self._last = 0.0

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        """The whole of every leg, now."""
        return [Fill(order.id, snapshot.t, order.units, self._price(order), 0, 0, True) for order in orders]

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> list[Fill | CashFlow]:
        """Nothing is ever due later; only the price is remembered."""
        self._last = snapshot.signals.get("spot") or self._last
        return []

    def _price(self, order: Order) -> float:
        return order.mark if order.contract is not None else order.mark or self._last
