"""Back-tests through a program's kernel: native where nothing happens, the plan's machine where something does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stratc.runtime.backtest.attribution import Causes
from stratc.runtime.backtest.courses import Courses, Floats, courses
from stratc.runtime.backtest.engine import PlanEngine, Span, machine_of
from stratc.runtime.backtest.measured import HOUR, Measured
from stratc.runtime.engine.messages import CENT, LOT, Event, Fill, Order, TickResult
from stratc.runtime.kernel import load
from stratc.runtime.market.table import Table, TableMarket
from stratc.runtime.report.hedge_costs import Hedged


@dataclass(frozen=True, slots=True)
class KernelEngine:
    """The decisions are the plan's, bit for bit; sums of P&L agree to rounding. It does not look at limits' use."""

    slow: PlanEngine
    kernel: str
    """The text of the kernel."""

    def measure(self, params: Mapping[str, float], span: Span | None = None) -> Measured:
        """One run with a fresh book (None: over the whole market).

        Raises:
            TypeError: a market that is no table.
            NotValued: the program provides liquidity, or its account was liquidated.
        """
        market = self.slow.cut(span)
        if not isinstance(market, TableMarket):
            raise TypeError(f"{market.name} is no table of prices")
        machine = machine_of(self.slow.plan)(params)
        table = market.table
        run = load(self.kernel, machine, self.slow.venue(machine))
        found = run.run({"t": table.t, "block": table.block, **table.columns})
        decided, events = found.decided(), found.events()
        return _measured(params, table, decided, events, courses(machine.plan, table, decided, events))


def _measured(
    params: Mapping[str, float],
    table: Table,
    decided: Sequence[TickResult],
    events: Sequence[tuple[int, Event]],
    found: Courses,
) -> Measured:
    orders = {order.id: order for result in decided for order in result.orders}
    fills = [(tick, event) for tick, event in events if isinstance(event, Fill)]
    pnl = _forward(found.equity - found.start - found.deposits)
    causes = _causes(table, found, fills, orders)
    if not np.isnan(found.equity[-1]):
        causes.other = float(pnl[-1]) - causes.total
    traded = [f for _, f in fills if orders[f.order].kind == "trade"]
    return Measured(
        params=dict(params),
        ticks=len(table.t),
        seconds=float(table.t[-1] - table.t[0]),
        capital=found.start,
        pnl=float(pnl[-1]),
        causes=causes,
        hourly=_hourly(table.t, pnl),
        drawdown=float((np.maximum(np.maximum.accumulate(pnl), 0.0) - pnl).max()),
        turnover=sum(abs(fill.units) / LOT * fill.price for fill in traded),
        orders=len(orders),
        fills=sum(bool(fill.units) for _, fill in fills),
        unfilled=sum(bool(fill.final and fill.reason) for _, fill in fills),
        breach=None,
        breaches={},
        hedging=Hedged(),
    )


def _forward(values: Floats) -> Floats:
    """Each value, or the last known one before it, or 0."""
    at = np.maximum.accumulate(np.where(np.isnan(values), -1, np.arange(len(values))))
    return np.where(at < 0, 0.0, values[np.maximum(at, 0)])


def _hourly(t: Floats, pnl: Floats) -> Floats:
    hours = np.floor(t / HOUR)
    ends = np.flatnonzero(np.append(hours[1:] != hours[:-1], True))
    return np.diff(np.concatenate([[0.0], pnl[ends]]))


def _causes(
    table: Table, found: Courses, fills: Sequence[tuple[int, Fill]], orders: Mapping[str, Order]
) -> Causes:
    """As `Attribution` finds them, tick by tick."""
    spot = table.columns["spot"]
    moves, implied = np.diff(spot), np.diff(table.columns["iv"])
    there = ~np.isnan(moves)
    book = found.book

    def total(greek: Floats, by: Floats) -> float:
        return float(np.nansum(np.where(there, greek[:-1] * by, 0.0)))

    return Causes(
        delta=total(found.delta, moves),
        gamma=total(found.gamma, 0.5 * moves * moves),
        theta=total(found.theta, np.diff(table.t)),
        vega=total(found.vega, implied),
        execution=sum(_worse(fill, orders[fill.order], float(spot[tick])) for tick, fill in fills),
        fees=-book.fees / CENT,
        funding=book.funding / CENT,
        gas=-book.gas / CENT,
    )


def _worse(fill: Fill, order: Order, spot: float) -> float:
    """What a fill of a trade gained on mid, mostly lost."""
    mid = spot if order.contract is None else order.mark if fill.t == order.t else np.nan
    if order.kind != "trade" or np.isnan(mid):
        return 0.0
    return fill.units / LOT * (mid - fill.price)
