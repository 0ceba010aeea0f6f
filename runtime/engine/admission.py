"""Holding one order against the limits, on the projected book, before it may leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple, Protocol

from stratc.runtime.engine.amounts import cents_up
from stratc.runtime.engine.flows import Flow, Loss
from stratc.runtime.engine.messages import CENT, LOT, Order
from stratc.runtime.engine.view import View
from stratc.runtime.plan import LimitPlan

Effect = Literal["reject", "defer", "reduce only", "halt"]
Test = Callable[[int], bool]
"""A question about signed units of an order."""
_CLAUSES = ("order slippage", "order gas")
_UNSHRINKABLE = frozenset(("orders", "gas_spent", "loss"))
_TRADES_ONLY = frozenset(("orders", "turnover", "order size", "order notional"))


class Limits(Protocol):
    """What admission asks of the engine, by the limit's position."""

    def bound(self, index: int, view: View) -> float | None:
        """The bound now, None when unavailable."""

    def measure(self, index: int, view: View) -> float | None:
        """A state limit's measure on a view, None when unavailable."""


class Admission(NamedTuple):
    """What became of an order: how it would leave, what stopped it, and the limits that had a say."""

    order: Order
    effect: Effect | None
    limits: tuple[str, ...]
    latches: tuple[tuple[str, str], ...]
    """States to latch (verb, reason), whatever becomes of the set."""


class Gate:
    """The limits of a program with what their windows have counted."""

    __slots__ = ("_in_turn", "_limits", "flows", "losses", "plans")

    def __init__(self, plans: tuple[LimitPlan, ...], limits: Limits) -> None:
        """`limits` evaluates bounds and measures."""
        self.plans = plans
        self._limits = limits
        self._in_turn = sorted(range(len(plans)), key=lambda index: plans[index].policy is None)
        """Guards as they are written, then theorems: those are about what the guards let through."""
        flows = [(i, p) for i, p in enumerate(plans) if p.scope == "flow"]
        self.flows = {i: Flow(p) for i, p in flows if p.measure != "loss"}
        self.losses = {i: Loss(p) for i, p in flows if p.measure == "loss"}

    def admit(
        self, order: Order, view: View, block: int, *, reducing: Test, earlier: Sequence[Order] = ()
    ) -> Admission:
        """Hold `order` against every guard in source order, then against every theorem.

        Clamps shrink it, anything else stops it. `reducing` tells whether so many units of it reduce risk;
        `earlier` are the legs of the same set before it: flows count them already.
        """
        order = self._inherit(order, view)
        names: list[str] = []
        latches: list[tuple[str, str]] = []
        effect: Effect | None = None
        for index in self._in_turn:
            limit = self.plans[index]
            if not _applies(limit, order):
                continue
            admissible = self._test(index, limit, order, view, block, earlier, reducing=reducing)
            if admissible(order.units):
                continue
            names.append(limit.name)
            if limit.policy == "clamp" and limit.op == "<=" and limit.measure not in _UNSHRINKABLE:
                order = self._clamp(index, limit, order, view, admissible)
            elif limit.policy == "reduce only":
                latches.append(("reduce only", f"limit {limit.name}"))
                effect = None if reducing(order.units) else "reject"
            elif limit.policy == "halt":
                latches.append(("halt", f"limit {limit.name}"))
                effect = "reject"
            else:
                effect = "defer" if limit.policy == "defer" else "reject"
            if effect is not None or not order.units:
                break
        return Admission(order, effect, tuple(names), tuple(latches))

    def count(self, order: Order, view: View, t: float, block: int) -> None:
        """Count an order that is leaving in every flow it belongs to."""
        for index, flow in self.flows.items():
            if _applies(self.plans[index], order):
                flow.add(_weight(self.plans[index].measure, order, order.units, view), t, block)

    def _inherit(self, order: Order, view: View) -> Order:
        """Give an order without its own slippage or gas clause the tightest limit's bound."""
        for measure in _CLAUSES:
            bounds = [
                bound
                for index, limit in enumerate(self.plans)
                if limit.measure == measure and limit.op == "<="
                if (bound := self._limits.bound(index, view)) is not None
            ]
            if bounds and _carried(order, measure) is None:
                order = _with_clause(order, measure, min(bounds))
        return order

    def _clamp(
        self, index: int, limit: LimitPlan, order: Order, view: View, admissible: Callable[[int], bool]
    ) -> Order:
        if limit.measure in _CLAUSES:
            return _with_clause(order, limit.measure, self._limits.bound(index, view))
        sign = -1 if order.units < 0 else 1
        low, high = 0, abs(order.units)
        while high - low > 1:
            middle = (low + high) // 2
            if admissible(sign * middle):
                low = middle
            else:
                high = middle
        return replace(order, units=sign * low)

    def _test(
        self,
        index: int,
        limit: LimitPlan,
        order: Order,
        view: View,
        block: int,
        earlier: Sequence[Order],
        *,
        reducing: Test,
    ) -> Test:
        """The limit as a question about the order's size in units."""
        bound = self._limits.bound(index, view)
        if bound is None:
            return reducing
        if limit.scope == "state":
            return self._state_test(index, limit, order, view, bound, reducing=reducing)
        if limit.measure == "loss":
            loss = self.losses[index].value(view.observe("pnl"))
            return lambda units: reducing(units) or (loss is not None and _within(loss, limit.op, bound))
        if limit.scope == "flow":
            so_far = self.flows[index].at(view.t, block) + sum(
                _weight(limit.measure, leg, leg.units, view) for leg in earlier if _applies(limit, leg)
            )
            scale = 1 if limit.measure == "orders" else CENT
            return lambda units: _within(
                (so_far + _weight(limit.measure, order, units, view)) / scale, limit.op, bound
            )
        if limit.measure in _CLAUSES:
            carried = _carried(order, limit.measure)
            return lambda _units: carried is None or _within(carried, limit.op, bound)
        if limit.measure == "topup":
            return lambda units: _within(abs(units) / CENT, limit.op, bound)
        price = view.spot if limit.measure == "order notional" else 1.0
        if price is None:
            return reducing
        return lambda units: _within(abs(units) / LOT * price, limit.op, bound)

    def _state_test(
        self, index: int, limit: LimitPlan, order: Order, view: View, bound: float, *, reducing: Test
    ) -> Test:
        before = self._limits.measure(index, view)
        sign = 1.0 if limit.op == "<=" else -1.0

        def admissible(units: int) -> bool:
            trial = view.copy()
            trial.project(order, units)
            after = self._limits.measure(index, trial)
            if after is not None and _within(after, limit.op, bound):
                return True
            if before is None or after is None:
                return reducing(units)
            if _within(before, limit.op, bound):
                return False
            return sign * after < sign * before or (sign * after <= sign * before and reducing(units))

        return admissible


def _within(value: float, op: str, bound: float) -> bool:
    return value <= bound if op == "<=" else value >= bound


def _carried(order: Order, measure: str) -> float | None:
    """The clause of an order that `order slippage` or `order gas` bounds."""
    return order.slippage if measure == "order slippage" else order.gas_cap


def _with_clause(order: Order, measure: str, bound: float | None) -> Order:
    return replace(order, slippage=bound) if measure == "order slippage" else replace(order, gas_cap=bound)


def _applies(limit: LimitPlan, order: Order) -> bool:
    if limit.measure == "topup":
        return order.kind == "top up"
    if limit.measure in _TRADES_ONLY:
        return order.kind == "trade"
    return True


def _weight(measure: str, order: Order, units: int, view: View) -> int:
    """What an order of `units` adds to a flow."""
    if measure == "orders":
        return 1
    if measure == "turnover":
        return cents_up(abs(units) / LOT * order.mark)
    return cents_up(view.signals.get("gas_cost") or 0.0)
