"""The last prices a venue has seen: what it trades at when a tick lacks one."""

from __future__ import annotations

from stratc.runtime.engine.messages import Order, Snapshot


class LastPrices:
    """Remembers the last available value of each signal a venue needs."""

    __slots__ = ("_last",)

    NEEDED = ("spot", "iv", "funding_rate", "gas_cost")

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def see(self, snapshot: Snapshot) -> None:
        """Take in a tick."""
        for name in self.NEEDED:
            value = snapshot.signals.get(name)
            if value is not None:
                self._last[name] = value

    def get(self, name: str) -> float | None:
        """The last value of a signal, None before the first."""
        return self._last.get(name)

    def mid(self, order: Order) -> float:
        """The price an order is decided at: spot for what is linear, the order's mark for an option."""
        if order.contract is not None:
            return order.mark
        return self._last.get("spot", order.mark)
