"""An observer that measures a run: returns by period, causes of profit and loss, time in breach."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stratc.runtime.backtest.attribution import Attribution
from stratc.runtime.backtest.measured import HOUR, Measured
from stratc.runtime.engine.messages import LOT, Fill, Frame, LimitUse, Order
from stratc.runtime.report.hedge_costs import Hedging


class Gauge:
    """Gathers `Measured`; its memory grows by one number an hour of market time."""

    def __init__(self, params: Mapping[str, float]) -> None:
        """`params` are those the run is started with."""
        self._params = dict(params)
        self._causes = Attribution()
        self._hedging = Hedging()
        self._orders: dict[str, Order] = {}
        self._ends = [0.0]
        """P&L at the start and at the end of each hour that has ticks."""
        self._hour: float | None = None
        self._pnl = self._peak = self._deepest = 0.0
        self._first: float | None = None
        self._turnover = self._breach = 0.0
        self._broken: list[str] = []
        self._breaches: dict[str, float] = {}
        self._start = self._t = 0.0
        self._ticks = self._fills = self._unfilled = self._sent = 0

    def on_frame(self, frame: Frame) -> None:
        """Take in one tick."""
        t = frame.snapshot.t
        if self._ticks:
            self._elapse(t - self._t)
        else:
            self._start = t
        self._ticks += 1
        self._t = t
        self._causes.add(frame)
        self._hedging.add(frame)
        self._trades(frame)
        self._money(frame)
        self._broken = [use.name for use in frame.limits if _broken(use)]

    def finish(self, interrupted: bool) -> None:
        """Close the last hour."""
        if self._hour is not None:
            self._ends.append(self._pnl)
            self._hour = None

    def measured(self) -> Measured:
        """What the run came to."""
        return Measured(
            params=self._params,
            ticks=self._ticks,
            seconds=self._t - self._start,
            capital=self._first or 0.0,
            pnl=self._pnl,
            causes=self._causes.causes(),
            hourly=np.diff(np.asarray(self._ends, np.float64)),
            drawdown=self._deepest,
            turnover=self._turnover,
            orders=self._sent,
            fills=self._fills,
            unfilled=self._unfilled,
            breach=self._breach,
            breaches=dict(self._breaches),
            hedging=self._hedging.result(),
        )

    def _elapse(self, seconds: float) -> None:
        """What was broken after the last tick has been so until now."""
        self._breach += seconds if self._broken else 0.0
        for name in self._broken:
            self._breaches[name] = self._breaches.get(name, 0.0) + seconds

    def _money(self, frame: Frame) -> None:
        if self._first is None:
            self._first = frame.before.equity
        hour = frame.snapshot.t // HOUR
        if self._hour is not None and hour != self._hour:
            self._ends.append(self._pnl)
        self._hour = hour
        if frame.after.pnl is not None:
            self._pnl = frame.after.pnl
            self._peak = max(self._peak, self._pnl)
            self._deepest = max(self._deepest, self._peak - self._pnl)

    def _trades(self, frame: Frame) -> None:
        for order in frame.result.orders:
            self._sent += 1
            self._orders[order.id] = order
        for event in frame.events:
            if not isinstance(event, Fill) or event.order not in self._orders:
                continue
            self._fills += bool(event.units)
            if self._orders[event.order].kind == "trade":
                self._turnover += abs(event.units) / LOT * event.price
            if event.final:
                self._unfilled += bool(event.reason)
                del self._orders[event.order]


def _broken(use: LimitUse) -> bool:
    if use.value is None:
        return False
    return use.value > use.bound if use.op == "<=" else use.value < use.bound
