"""What size costs at a venue, and the best way to spread an order over several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stratc.runtime.engine.messages import LOT

IMPACT = 0.01
"""What the venue's depth moves the price by."""
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Curve:
    """Cost of a trade by its size q (base units): marginally, `flat` + 1 % x (q / depth)^power of mid."""

    flat: float
    """Share of mid that every unit pays: half spread and the like, and the fee."""
    depth: float
    """Base units; also the most that trades at once."""
    power: float
    fixed: float = 0.0
    """Paid once if anything trades here, in base units worth of mid (gas)."""

    def average(self, quantity: float) -> float:
        """Impact an average unit pays, as a share of mid, without `flat`."""
        return float(IMPACT * (quantity / self.depth) ** self.power / (1.0 + self.power))

    def cost(self, quantity: float) -> float:
        """Total cost in base units worth of mid."""
        return quantity * (self.flat + self.average(quantity)) + self.fixed if quantity > 0.0 else 0.0

    def up_to(self, marginal: float) -> float:
        """The size whose last unit costs `marginal`."""
        if marginal <= self.flat:
            return 0.0
        return float(min(self.depth, self.depth * ((marginal - self.flat) / IMPACT) ** (1.0 / self.power)))


def spread_over(units: int, curves: Sequence[Curve]) -> list[int]:
    """How many LOT go to each venue: at the cheapest total cost, fixed costs included, at most their depths.

    Water-filling: all venues in use have the same marginal cost. It is compared with sending all to one.
    """
    capacity = [int(curve.depth * LOT) for curve in curves]
    if units >= sum(capacity):
        return capacity
    plans = [_filled(units, curves, capacity)]
    plans += [
        [units if at == only else 0 for at in range(len(curves))]
        for only in range(len(curves))
        if capacity[only] >= units
    ]
    return min(plans, key=lambda plan: sum(c.cost(n / LOT) for c, n in zip(curves, plan, strict=True)))


def _filled(units: int, curves: Sequence[Curve], capacity: list[int]) -> list[int]:
    low, high = min(curve.flat for curve in curves), max(curve.flat for curve in curves) + IMPACT
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if sum(curve.up_to(middle) for curve in curves) * LOT < units:
            low = middle
        else:
            high = middle
    plan = [min(int(curve.up_to(low) * LOT), most) for curve, most in zip(curves, capacity, strict=True)]
    rest = units - sum(plan)
    for at in sorted(range(len(curves)), key=lambda i: curves[i].flat):
        more = min(rest, capacity[at] - plan[at])
        plan[at] += more
        rest -= more
    return plan
