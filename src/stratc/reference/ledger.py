"""What flow limits measure: everything ever sent and every profit ever seen, filtered anew each time."""

from __future__ import annotations

from typing import NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.reference.moments import Moment, at_or_before_start, inside
from stratc.runtime.engine.amounts import cents_up
from stratc.runtime.engine.messages import CENT, LOT, Order


class Sent(NamedTuple):
    """One order as the flows count it; `turnover` and `gas` in CENT."""

    when: Moment
    trades: int
    turnover: int
    gas: int


def counted(order: Order, when: Moment, gas_cost: float | None) -> Sent:
    """What an order adds to the flows: gas for every order, a count and a turnover for trades."""
    gas = cents_up(gas_cost or 0.0)
    if order.kind != "trade":
        return Sent(when, 0, 0, gas)
    return Sent(when, 1, cents_up(abs(order.units) / LOT * order.mark), gas)


class Ledger:
    """The history of a run. "Flows count what is in flight": an order counts from the tick it is sent at."""

    def __init__(self, sent: tuple[Sent, ...] = (), profits: tuple[tuple[Moment, float], ...] = ()) -> None:
        """`profits` are the values of pnl (quote) at the ticks that knew one."""
        self.sent = sent
        self.profits = profits

    def plus(self, *sent: Sent) -> Ledger:
        """The ledger with further orders."""
        return Ledger((*self.sent, *sent), self.profits)

    def flow(self, limit: ir.Limit, now: Moment) -> float | None:
        """A measure over the limit's window: a count, or an amount of the quote asset. None: not known."""
        if limit.window is None:
            return None
        if limit.measure == "loss":
            return self._loss(limit.window, now)
        inner = [one for one in self.sent if inside(limit.window, one.when, now)]
        if limit.measure == "orders":
            return sum(one.trades for one in inner)
        if limit.measure == "turnover":
            return sum(one.turnover for one in inner) / CENT
        return sum(one.gas for one in inner) / CENT

    def _loss(self, window: ir.LimitWindow, now: Moment) -> float | None:
        """How far pnl has come down since the window began (or since the first tick that knew it)."""
        if not self.profits or self.profits[-1][0] != now:
            return None
        earlier = [pnl for when, pnl in self.profits if at_or_before_start(window, when, now)]
        return max(0.0, (earlier[-1] if earlier else self.profits[0][1]) - self.profits[-1][1])
