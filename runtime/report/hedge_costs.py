"""Whether a run's hedges were worth what they cost, and the band that its data would choose."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

from stratc.runtime.engine.messages import CENT, LOT, Fill, Frame, Order
from stratc.runtime.pricing.hedging_band import break_even_band, hedges_a_year, middle_band

_DAY = 86_400.0
_YEAR_DAYS = 365.0


@dataclass(frozen=True, slots=True)
class Hedged:
    """How a run hedged and what that cost. Sizes in base, money in quote, `cost` a share of notional."""

    count: int = 0
    """Orders of hedges with the linear instrument that were filled, in full or in part."""
    size: float = 0.0
    """Mean |size| of one."""
    cost: float = 0.0
    """Fees and what fills were worse than mid, over notional."""
    gas: float = 0.0
    """Of one hedge."""
    gamma: float = 0.0
    """Mean |gamma| over the ticks that have one, base²/quote."""
    moved: float = 0.0
    """The gamma that shifted delta: the root of the sum of (gamma x move)² over that of move²."""
    spot: float = 0.0
    vol: float = 0.0
    """Realised, a root year, over all ticks with a price."""
    days: float = 0.0

    @property
    def break_even(self) -> float | None:
        """The band below which a hedge costs more than gamma makes of it; None where there is nothing to say."""
        if not self.count or not self.gamma:
            return None
        return break_even_band(self.gamma, self.spot, self.cost, self.gas)

    @property
    def optimal(self) -> float | None:
        """The constant band that these moves, costs and gammas would choose at the usual risk aversion."""
        if not self.count or not self.moved:
            return None
        return middle_band(self.moved, self.spot, self.cost, self.gas) or None

    @property
    def often(self) -> float | None:
        """Hedges a day in the optimal band, at the realised volatility."""
        band = self.optimal
        return hedges_a_year(band, self.moved, self.spot, self.vol) / _YEAR_DAYS if band else None

    @property
    def narrow(self) -> bool:
        """Whether the hedges were smaller than what pays for them."""
        return self.break_even is not None and self.size < self.break_even


class Hedging:
    """Gathers `Hedged` tick by tick, in a few numbers."""

    def __init__(self) -> None:
        """Nothing hedged."""
        self._open: dict[str, Order] = {}
        self._filled: set[str] = set()
        self._count = 0
        self._units = self._notional = self._paid = self._gas = 0.0
        self._market = _Market()

    def add(self, frame: Frame) -> None:
        """One tick."""
        after = frame.after
        self._market.add(frame.snapshot.t, after.spot, after.gamma)
        if frame.result.orders:
            self._sent(frame)
        if self._open:
            for event in frame.events:
                if isinstance(event, Fill) and event.order in self._open:
                    self._fill(event, after.spot)

    def _sent(self, frame: Frame) -> None:
        hedging = {o.rule for o in frame.result.outcomes if o.do == "hedge" and o.verdict == "sent"}
        for order in frame.result.orders:
            if order.rule in hedging and order.kind == "trade" and order.contract is None:
                self._open[order.id] = order

    def _fill(self, fill: Fill, spot: float | None) -> None:
        if fill.units and spot is not None:
            size = fill.units / LOT
            self._count += fill.order not in self._filled
            self._filled.add(fill.order)
            self._units += abs(size)
            self._notional += abs(size) * spot
            self._paid += size * (fill.price - spot) + fill.fee / CENT
            self._gas += fill.gas / CENT
        if fill.final:
            del self._open[fill.order]
            self._filled.discard(fill.order)

    def result(self) -> Hedged:
        """Over all ticks so far."""
        market = self._market
        if not self._count or not market.ticks:
            return Hedged(self._count)
        return Hedged(
            self._count,
            self._units / self._count,
            max(0.0, self._paid) / self._notional,
            max(0.0, self._gas) / self._count,
            market.gamma / market.ticks,
            sqrt(market.shifts / market.moves) if market.moves else 0.0,
            market.spot / market.ticks,
            sqrt(market.variance / market.seconds * _YEAR_DAYS * _DAY) if market.seconds else 0.0,
            market.seconds / _DAY,
        )


class _Market:
    """Sums over ticks: |gamma| and spot where both are known, squared moves of price and of delta."""

    def __init__(self) -> None:
        self.ticks = 0
        self.gamma = self.spot = self.moves = self.shifts = self.variance = self.seconds = 0.0
        self._last: tuple[float, float, float | None] | None = None

    def add(self, t: float, spot: float | None, gamma: float | None) -> None:
        if spot is None or spot <= 0.0:
            return
        if self._last is not None:
            self._move(t, spot, *self._last)
        self._last = t, spot, gamma
        if gamma:
            self.ticks += 1
            self.gamma += abs(gamma)
            self.spot += spot

    def _move(self, t: float, spot: float, since: float, was: float, gamma: float | None) -> None:
        self.seconds += t - since
        self.variance += log(spot / was) ** 2
        if gamma:
            square = (spot - was) ** 2
            self.moves += square
            self.shifts += gamma * gamma * square
