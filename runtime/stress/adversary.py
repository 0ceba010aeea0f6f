"""A sandwicher: sees what public orders reveal, and takes all that their slippage lets it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from stratc.runtime.engine.messages import LOT, Fill, Order
from stratc.runtime.venues.base import moves_money

UNBOUNDED = 0.01
"""What it takes of an order that bounds nothing, as a share of the price: what a pool's depth gives up at once."""


@dataclass(slots=True)
class Sandwicher:
    """What it took on one path, in quote, and the most that the orders' own clauses allowed it.

    What is taken counts from the price of the decision, or from the fair fill where that was worse: a slippage
    clause promises nothing about a price that got better since.
    """

    acts: bool
    taken: float = 0.0
    bound: float = 0.0
    unbounded: int = 0
    """Orders without a slippage clause or limit price."""
    beyond: int = 0
    """Fills worse than the order's clause allows: the bound does not hold."""
    _orders: dict[str, Order] = field(default_factory=dict)

    def sees(self, order: Order) -> None:
        """An order leaves; a private route shows it to nobody, but its clause is watched."""
        if not moves_money(order):
            self._orders[order.id] = order

    def fill(self, fill: Fill) -> Fill:
        """What becomes of a fill."""
        order = self._orders.get(fill.order)
        if order is None or not fill.units:
            return fill
        public = order.route in (None, "public")
        worst = _worst(order)
        sign = 1.0 if fill.units > 0 else -1.0
        size = abs(fill.units) / LOT
        if order.split <= 1 and worst is not None and sign * (fill.price - worst) > 1e-9 * abs(worst):
            self.beyond += 1
        if not self.acts or not public:
            return fill
        if worst is None:
            self.unbounded += 1
            worst = fill.price * (1.0 + sign * UNBOUNDED)
        price = worst if sign * (worst - fill.price) > 0.0 else fill.price
        fair = max(fill.price, order.mark) if sign > 0.0 else min(fill.price, order.mark)
        self.taken += max(0.0, sign * (price - fair)) * size
        self.bound += abs(worst - order.mark) * size
        return replace(fill, price=price)


def _worst(order: Order) -> float | None:
    """The worst price that the order's clauses allow."""
    sign = 1.0 if order.units > 0 else -1.0
    bounds = []
    if order.slippage is not None:
        bounds.append(max(0.0, order.mark * (1.0 + sign * order.slippage)))
    if order.limit_price is not None:
        bounds.append(order.limit_price)
    if not bounds:
        return None
    return min(bounds) if sign > 0.0 else max(bounds)
