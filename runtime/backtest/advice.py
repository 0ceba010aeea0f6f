"""Whether a hedge is worth what it costs: the band at which gamma just pays for fees, and the optimal one."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from stratc.runtime.engine.messages import CENT, LOT, Fill, Frame, Order

AVERSION = 1e-4
"""Risk aversion where none is given, per unit of quote: a deviation of 10,000 weighs like a loss of 5,000."""


def break_even_band(gamma: float, spot: float, cost: float, fixed: float) -> float:
    """The drift of delta (base) at which the gamma earned on the way equals the cost of hedging it.

    A drift b comes of a move b / |gamma|, which is worth b² / (2 |gamma|) of quote; hedging it costs
    `cost` (share of notional) x spot x b + `fixed` (quote). This is the positive root of the two being equal.
    """
    size = abs(gamma)
    if size == 0.0:
        return 0.0
    rate = cost * spot
    return size * (rate + sqrt(rate * rate + 2.0 * fixed / size))


def optimal_band(gamma: float, spot: float, cost: float, aversion: float = AVERSION) -> float:
    """Half the width of the band in delta (base) that is optimal for small proportional costs.

    Whalley and Wilmott (1997), without interest: (3/2 x cost x spot x gamma² / aversion)^(1/3).
    """
    return float((1.5 * cost * spot * gamma * gamma / aversion) ** (1.0 / 3.0))


@dataclass(frozen=True, slots=True)
class Hedged:
    """How a run hedged and what that cost. Sizes in base, money in quote, `cost` a share of notional."""

    count: int = 0
    size: float = 0.0
    """Mean |size| of a hedge that was filled."""
    cost: float = 0.0
    """Fees and what fills were worse than mid, over notional."""
    gas: float = 0.0
    """Of one hedge."""
    gamma: float = 0.0
    """Mean |gamma| over the ticks that have one, base²/quote."""
    spot: float = 0.0

    @property
    def break_even(self) -> float | None:
        """The band below which hedging costs more than it is worth; None where there is nothing to say."""
        if not self.count or not self.gamma:
            return None
        return break_even_band(self.gamma, self.spot, self.cost, self.gas)

    @property
    def optimal(self) -> float | None:
        """Whalley and Wilmott's band at AVERSION, on the run's own gamma and costs."""
        if not self.count or not self.gamma:
            return None
        return optimal_band(self.gamma, self.spot, self.cost)

    @property
    def narrow(self) -> bool:
        """Whether the hedges were smaller than what pays for them."""
        return self.break_even is not None and self.size < self.break_even


class Hedging:
    """Gathers `Hedged` tick by tick."""

    def __init__(self) -> None:
        """Nothing hedged."""
        self._open: dict[str, Order] = {}
        self._ticks = self._count = 0
        self._gamma = self._spot = self._units = self._notional = self._paid = self._gas = 0.0

    def add(self, frame: Frame) -> None:
        """One tick."""
        after = frame.after
        if after.gamma and after.spot is not None:
            self._ticks += 1
            self._gamma += abs(after.gamma)
            self._spot += after.spot
        hedging = {o.rule for o in frame.result.outcomes if o.do == "hedge" and o.verdict == "sent"}
        for order in frame.result.orders:
            if order.rule in hedging and order.kind == "trade" and order.contract is None:
                self._open[order.id] = order
        for event in frame.events:
            if isinstance(event, Fill) and event.order in self._open:
                self._fill(event, after.spot)

    def _fill(self, fill: Fill, spot: float | None) -> None:
        if fill.units and spot is not None:
            size = fill.units / LOT
            self._count += 1
            self._units += abs(size)
            self._notional += abs(size) * spot
            self._paid += size * (fill.price - spot) + fill.fee / CENT
            self._gas += fill.gas / CENT
        if fill.final:
            del self._open[fill.order]

    def result(self) -> Hedged:
        """Over all ticks so far."""
        if not self._count or not self._ticks:
            return Hedged(self._count)
        return Hedged(
            self._count,
            self._units / self._count,
            max(0.0, self._paid) / self._notional,
            self._gas / self._count,
            self._gamma / self._ticks,
            self._spot / self._ticks,
        )
