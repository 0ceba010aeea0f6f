"""What a venue is to the rest of the runtime."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from stratc.runtime.engine.messages import Event, Fill, Order, Snapshot


class Venue(Protocol):
    """Takes orders and says, at once or at later ticks, what became of them.

    For every order the units of its fills, together with what its final fill leaves, are the units ordered;
    after the final fill there is none.
    """

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        """Take the legs of one atomic set, all or none; gives the fills that come at once."""
        ...

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> Iterable[Event]:
        """What becomes due at a tick, before its decisions; the book holds so many LOT of perpetuals.

        Each event is applied to the book before the next one is asked for.
        """
        ...


def moves_money(order: Order) -> bool:
    """Whether the order moves margin or liquidity, in CENT, instead of trading."""
    return order.kind != "trade"


def cancelled(order: Order, t: float, reason: str) -> Fill:
    """The end of an order of which nothing more is filled."""
    return Fill(order.id, t, 0, order.mark, 0, 0, final=True, reason=reason)
