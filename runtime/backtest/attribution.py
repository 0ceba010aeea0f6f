"""Profit and loss by what caused it: the Greeks of the book, the price of execution, and costs."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from stratc.runtime.engine.messages import LOT, Fill, Frame, Order

_DAY = 86_400.0


@dataclass(slots=True)
class Causes:
    """Quote by cause; gains are positive, so fees, gas and execution are mostly negative.

    Between two ticks the book earns delta dS + gamma dS²/2 + vega dσ + theta dt, with the Greeks it had after
    the first of them. `execution` is what fills were worse than mid; `other` is what all this leaves: higher
    orders, options filled later than decided, interest, rounding.
    """

    delta: float = 0.0
    gamma: float = 0.0
    theta: float = 0.0
    vega: float = 0.0
    execution: float = 0.0
    fees: float = 0.0
    funding: float = 0.0
    gas: float = 0.0
    other: float = 0.0

    @property
    def total(self) -> float:
        """The profit and loss."""
        return float(sum(asdict(self).values()))


class Attribution:
    """Gathers `Causes` tick by tick."""

    def __init__(self) -> None:
        """Nothing earned."""
        self._greeks = Causes()
        self._last: Frame | None = None
        self._orders: dict[str, Order] = {}

    def add(self, frame: Frame) -> None:
        """One tick."""
        if self._last is not None:
            self._move(self._last, frame)
        for order in frame.result.orders:
            if order.kind == "trade":
                self._orders[order.id] = order
        for event in frame.events:
            if isinstance(event, Fill):
                self._fill(event, frame)
        self._last = frame

    def _move(self, last: Frame, frame: Frame) -> None:
        was, now, sums = last.after, frame.after, self._greeks
        if was.spot is None or now.spot is None:
            return
        move = now.spot - was.spot
        sums.delta += (was.delta or 0.0) * move
        sums.gamma += 0.5 * (was.gamma or 0.0) * move * move
        sums.theta += (was.theta or 0.0) * (frame.snapshot.t - last.snapshot.t) / _DAY
        if was.iv is not None and now.iv is not None:
            sums.vega += (was.vega or 0.0) * (now.iv - was.iv)

    def _fill(self, fill: Fill, frame: Frame) -> None:
        order = self._orders.get(fill.order)
        if order is None:
            return
        mid = frame.after.spot if order.contract is None else order.mark if fill.t == order.t else None
        if mid is not None:
            self._greeks.execution += fill.units / LOT * (mid - fill.price)
        if fill.final:
            del self._orders[fill.order]

    def causes(self) -> Causes:
        """By cause, up to the last tick."""
        if self._last is None:
            return Causes()
        after, greeks = self._last.after, self._greeks
        sums = Causes(greeks.delta, greeks.gamma, greeks.theta, greeks.vega, greeks.execution)
        sums.fees, sums.funding, sums.gas = -after.fees, after.funding, -after.gas
        if after.pnl is not None:
            sums.other = after.pnl - sums.total
        return sums
