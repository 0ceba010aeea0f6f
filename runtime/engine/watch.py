"""The state of a run in numbers for people: valuation and how near the limits are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.runtime.engine.messages import CENT, LOT, LimitUse, Valuation
from stratc.runtime.engine.view import View

if TYPE_CHECKING:
    from stratc.runtime.engine.machine import Machine

_DAY = 86_400.0


class Opening:
    """The values profit and loss is measured from: those at the first tick that had them."""

    __slots__ = ("equity", "linear", "options", "peak")

    def __init__(self) -> None:
        """Nothing known yet."""
        self.linear: float | None = None
        self.options: float | None = None
        self.equity: float | None = None
        self.peak: float | None = None

    def note(self, linear: float | None, options: float | None, equity: float | None) -> None:
        """Take the first known values, and the highest equity."""
        self.linear = linear if self.linear is None else self.linear
        self.options = options if self.options is None else self.options
        if equity is not None:
            self.equity = equity if self.equity is None else self.equity
            self.peak = equity if self.peak is None else max(self.peak, equity)


def valuation(machine: Machine) -> Valuation:
    """The book, without what is in flight, at the machine's last snapshot."""
    book, opening = machine.book, machine.opening
    view = View(book, machine.t, machine.signals, opening.peak, opening.equity)
    linear, options, equity = view.linear_value(), view.option_value(), view.observe("equity")
    opening.note(linear, options, equity)
    view.start, view.peak = opening.equity, opening.peak
    theta = view.observe("theta")
    return Valuation(
        spot=view.spot,
        iv=machine.signals.get("iv"),
        position=view.linear / LOT,
        delta=view.observe("delta"),
        gamma=view.observe("gamma"),
        vega=view.observe("vega"),
        theta=None if theta is None else theta * _DAY,
        equity=equity,
        margin_ratio=view.observe("margin_ratio"),
        leverage=view.observe("leverage"),
        drawdown=view.observe("drawdown"),
        pnl=view.observe("pnl"),
        pnl_options=_since(options, opening.options, book.option_money),
        pnl_hedge=_since(linear, opening.linear, book.linear_money),
        fees=book.fees / CENT,
        gas=book.gas / CENT,
        funding=book.funding / CENT,
    )


def _since(now: float | None, start: float | None, money: int) -> float | None:
    return None if now is None or start is None else now - start + money / CENT


def limit_uses(machine: Machine) -> tuple[LimitUse, ...]:
    """State and flow limits as they stand; order limits have no value between orders."""
    view = machine.view()
    uses = []
    for index, limit in enumerate(machine.plan.limits):
        bound = machine.bound(index, view)
        if bound is None:
            continue
        value: float | None = None
        if limit.scope == "state":
            value = machine.measure(index, view)
        elif limit.measure == "loss":
            value = machine.gate.losses[index].value(view.observe("pnl"))
        elif limit.scope == "flow":
            total = machine.gate.flows[index].at(machine.t, machine.block)
            value = float(total) if limit.measure == "orders" else total / CENT
        uses.append(
            LimitUse(limit.name, value, bound, _share(value, bound, limit.op), limit.op, limit.policy)
        )
    return tuple(uses)


def _share(value: float | None, bound: float, op: str) -> float | None:
    """How much of the room is used: value / bound for an upper bound, bound / value for a lower one."""
    if value is None:
        return None
    if op == "<=":
        return max(0.0, value / bound) if bound > 0.0 else None
    return max(0.0, bound / value) if value > 0.0 else None
