"""Fills nothing: orders stay in flight."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.runtime.engine.messages import CashFlow, Fill, Order, Snapshot


class NoVenue:
    """A venue that never answers."""

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        """Take the orders and leave them in flight."""
        return []

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> list[Fill | CashFlow]:
        """Nothing becomes due."""
        return []
