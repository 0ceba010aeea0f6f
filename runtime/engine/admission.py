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
_CLAUSES = {"order slippage": "slippage", "order gas": "gas_cap"}
_UNSHRINKABLE = frozenset(("orders", "gas_spent", "loss"))
_TRADES_ONLY = frozenset(("orders", "turnover", "order size", "order notional", *_CLAUSES))


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
    latch: tuple[str, str] | None
    """A state to latch (verb, reason), whatever becomes of the set."""


class Gate:
    """The limits of a program with what their windows have counted."""

    __slots__ = ("_limits", "flows", "losses", "plans")

    def __init__(self, plans: tuple[LimitPlan, ...], limits: Limits) -> None:
        """`limits` evaluates bounds and measures."""
        self.plans = plans
        self._limits = limits
        flows = [(i, p) for i, p in enumerate(plans) if p.scope == "flow"]
        self.flows = {i: Flow(p) for i, p in flows if p.measure != "loss"}
        self.losses = {i: Loss(p) for i, p in flows if p.measure == "loss"}

    def admit(
        self, order: Order, view: View, block: int, *, reducing: bool, earlier: Sequence[Order] = ()
    ) -> Admission:
        """Hold `order` against every limit in source order; clamps shrink it, anything else stops it.

        `earlier` are the legs of the same set before it: flows count them already.
        """
        order = self._inherit(order, view)
        names: list[str] = []
        for index, limit in enumerate(self.plans):
            if not _applies(limit, order):
                continue
            admissible = self._test(index, limit, order, view, block, earlier, reducing=reducing)
            if admissible(order.units):
                continue
            names.append(limit.name)
            if limit.policy == "clamp" and limit.op == "<=" and limit.measure not in _UNSHRINKABLE:
                order = self._clamp(index, limit, order, view, admissible)
                if not order.units:
                    break
                continue
            if limit.policy == "reduce only":
                latch = ("reduce only", f"limit {limit.name}")
                if reducing:
                    return Admission(order, None, tuple(names), latch)
                return Admission(order, "reject", tuple(names), latch)
            if limit.policy == "halt":
                return Admission(order, "reject", tuple(names), ("halt", f"limit {limit.name}"))
            return Admission(order, "defer" if limit.policy == "defer" else "reject", tuple(names), None)
        return Admission(order, None, tuple(names), None)

    def count(self, order: Order, view: View, t: float, block: int) -> None:
        """Count an order that is leaving in every flow it belongs to."""
        for index, flow in self.flows.items():
            if _applies(self.plans[index], order):
                flow.add(_weight(self.plans[index].measure, order, order.units, view), t, block)

    def _inherit(self, order: Order, view: View) -> Order:
        """Give an order without its own slippage or gas clause the tightest limit's bound."""
        if order.kind != "trade":
            return order
        for index, limit in enumerate(self.plans):
            clause = _CLAUSES.get(limit.measure)
            if clause is None or limit.op != "<=":
                continue
            bound = self._limits.bound(index, view)
            own = getattr(order, clause)
            if bound is not None and own is None:
                tightest = [
                    b
                    for i, other in enumerate(self.plans)
                    if other.measure == limit.measure and other.op == "<="
                    if (b := self._limits.bound(i, view)) is not None
                ]
                order = replace(order, **{clause: min(tightest)})
        return order

    def _clamp(
        self, index: int, limit: LimitPlan, order: Order, view: View, admissible: Callable[[int], bool]
    ) -> Order:
        clause = _CLAUSES.get(limit.measure)
        if clause is not None:
            return replace(order, **{clause: self._limits.bound(index, view)})
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
        reducing: bool,
    ) -> Callable[[int], bool]:
        """The limit as a question about the order's size in units."""
        bound = self._limits.bound(index, view)
        if bound is None:
            return lambda _units: reducing
        if limit.scope == "state":
            return self._state_test(index, limit, order, view, bound, reducing=reducing)
        if limit.measure == "loss":
            loss = self.losses[index].value(view.observe("pnl"))
            return lambda _units: reducing or (loss is not None and _within(loss, limit.op, bound))
        if limit.scope == "flow":
            so_far = self.flows[index].at(view.t, block) + sum(
                _weight(limit.measure, leg, leg.units, view) for leg in earlier if _applies(limit, leg)
            )
            scale = 1 if limit.measure == "orders" else CENT
            return lambda units: _within(
                (so_far + _weight(limit.measure, order, units, view)) / scale, limit.op, bound
            )
        clause = _CLAUSES.get(limit.measure)
        if clause is not None:
            carried = getattr(order, clause)
            return lambda _units: carried is None or _within(carried, limit.op, bound)
        if limit.measure == "topup":
            return lambda units: _within(abs(units) / CENT, limit.op, bound)
        price = (view.spot or 0.0) if limit.measure == "order notional" else 1.0
        return lambda units: _within(abs(units) / LOT * price, limit.op, bound)

    def _state_test(
        self, index: int, limit: LimitPlan, order: Order, view: View, bound: float, *, reducing: bool
    ) -> Callable[[int], bool]:
        before = self._limits.measure(index, view)
        sign = 1.0 if limit.op == "<=" else -1.0

        def admissible(units: int) -> bool:
            trial = view.copy()
            trial.project(order, units)
            after = self._limits.measure(index, trial)
            if after is not None and _within(after, limit.op, bound):
                return True
            if before is None or after is None:
                return reducing
            if _within(before, limit.op, bound):
                return False
            return sign * after < sign * before or (reducing and sign * after <= sign * before)

        return admissible


def _within(value: float, op: str, bound: float) -> bool:
    return value <= bound if op == "<=" else value >= bound


def _applies(limit: LimitPlan, order: Order) -> bool:
    if limit.measure == "topup":
        return order.kind == "top up"
    if limit.measure in _TRADES_ONLY or limit.measure == "loss":
        return order.kind == "trade"
    return True


def _weight(measure: str, order: Order, units: int, view: View) -> int:
    """What an order of `units` adds to a flow."""
    if measure == "orders":
        return 1
    if measure == "turnover":
        return cents_up(abs(units) / LOT * order.mark)
    return cents_up(view.signals.get("gas_cost") or 0.0)


