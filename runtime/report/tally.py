"""Counts of a run: what each rule did, how often and how nearly each limit was met, time in each state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from stratc.runtime.engine.messages import CENT, LOT, Fill, Frame, LimitUse, Order


@dataclass(slots=True)
class RuleCount:
    """What became of one rule's firings. A firing is a tick at which it fired, with one or more actions."""

    rule: int
    firings: int = 0
    sent: int = 0
    """Actions, as are the three below."""
    rejected: int = 0
    deferred: int = 0
    blocked: int = 0
    orders: int = 0
    fills: int = 0
    turnover: float = 0.0
    """Quote, the sum of |size| x price over its fills."""


@dataclass(slots=True)
class LimitCount:
    """How one limit fared. `clamped` counts actions that it shrank and that left all the same."""

    name: str
    op: str = "<="
    policy: str | None = None
    bound: float | None = None
    """The last bound, which may move with the market."""
    clamped: int = 0
    rejected: int = 0
    deferred: int = 0
    blocked: int = 0
    closest: float | None = None
    """The highest use (1.0: at the bound), None if it never had one."""
    closest_value: float | None = None
    closest_t: float | None = None
    last: float | None = None
    """The use at the last tick."""

    @property
    def hits(self) -> int:
        """How many actions it changed or stopped."""
        return self.clamped + self.rejected + self.deferred + self.blocked


def _size(order: Order) -> float | None:
    return abs(order.units) / LOT if order.kind == "trade" else None


def _notional(order: Order) -> float | None:
    return abs(order.units) / LOT * order.mark if order.kind == "trade" else None


ORDER_MEASURES: Mapping[str, Callable[[Order], float | None]] = MappingProxyType(
    {
        "order size": _size,
        "order notional": _notional,
        "order slippage": lambda order: order.slippage,
        "order gas": lambda order: order.gas_cap,
        "topup": lambda order: order.units / CENT if order.kind == "top up" else None,
    }
)
"""What limits on an order look at; the engine states no value for them between orders."""


@dataclass(slots=True)
class Tally:
    """Counts, kept up tick by tick; its size does not grow with the run."""

    rules: dict[int, RuleCount] = field(default_factory=dict)
    limits: dict[str, LimitCount] = field(default_factory=dict)
    states: dict[str, float] = field(default_factory=dict)
    """Seconds of market time in each state: a tick's state lasts until the next tick."""
    modes: dict[str, float] = field(default_factory=dict)
    _open: dict[str, Order] = field(default_factory=dict)
    _since: tuple[float, str, str] | None = None

    def add(self, frame: Frame) -> None:
        """Count one tick."""
        self._time(frame)
        if frame.result.outcomes:
            self._outcomes(frame)
        for order in frame.result.orders:
            self._rule(order.rule).orders += 1
            self._open[order.id] = order
        for event in frame.events:
            if isinstance(event, Fill):
                self._fill(event)
        for use in frame.limits:
            self._limit(use, frame)

    def _time(self, frame: Frame) -> None:
        t, state, mode = frame.snapshot.t, frame.result.state, frame.result.mode
        if self._since is not None:
            start, was_state, was_mode = self._since
            self.states[was_state] = self.states.get(was_state, 0.0) + t - start
            self.modes[was_mode] = self.modes.get(was_mode, 0.0) + t - start
        self.states.setdefault(state, 0.0)
        self.modes.setdefault(mode, 0.0)
        self._since = (t, state, mode)

    def _outcomes(self, frame: Frame) -> None:
        for rule in {outcome.rule for outcome in frame.result.outcomes}:
            self._rule(rule).firings += 1
        for outcome in frame.result.outcomes:
            count = self._rule(outcome.rule)
            setattr(count, outcome.verdict, getattr(count, outcome.verdict) + 1)
            became = "clamped" if outcome.verdict == "sent" else outcome.verdict
            for name in outcome.limits:
                limit = self.limits.setdefault(name, LimitCount(name))
                setattr(limit, became, getattr(limit, became) + 1)

    def _rule(self, rule: int) -> RuleCount:
        return self.rules.setdefault(rule, RuleCount(rule))

    def _fill(self, fill: Fill) -> None:
        order = self._open.get(fill.order)
        if order is None:
            return
        count = self._rule(order.rule)
        if fill.units:
            count.fills += 1
            if order.kind == "trade":
                count.turnover += abs(fill.units) / LOT * fill.price
        if fill.final:
            del self._open[fill.order]

    def _limit(self, use: LimitUse, frame: Frame) -> None:
        limit = self.limits.get(use.name)
        if limit is None:
            limit = self.limits[use.name] = LimitCount(use.name)
        limit.op, limit.policy, limit.bound = use.op, use.policy, use.bound
        share, value = use.use, use.value
        if value is None and use.name in ORDER_MEASURES and frame.result.orders:
            value = self._largest(use.name, frame)
            share = value / use.bound if value is not None and use.bound > 0.0 else None
        limit.last = share
        if share is not None and (limit.closest is None or share > limit.closest):
            limit.closest, limit.closest_value, limit.closest_t = share, value, frame.snapshot.t

    def _largest(self, name: str, frame: Frame) -> float | None:
        measure = ORDER_MEASURES[name]
        return max((value for value in map(measure, frame.result.orders) if value is not None), default=None)
