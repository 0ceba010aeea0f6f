"""What every compiled plan inherits: the state of a run, and everything that happens when a rule fires.

The generated subclass has the hot path (`decide`: signals, windows, triggers) and the program's
expressions; nothing here looks at the clock or does any I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any, ClassVar

from stratc.runtime.engine.admission import Gate
from stratc.runtime.engine.firing import Firing, fire
from stratc.runtime.engine.instruments import symbol_of
from stratc.runtime.engine.jumps import planned_jumps
from stratc.runtime.engine.latches import Latches
from stratc.runtime.engine.messages import (
    LOT,
    CashFlow,
    Event,
    LimitUse,
    Order,
    Outcome,
    Settlement,
    Snapshot,
    State,
    TickResult,
    Transfer,
    Valuation,
)
from stratc.runtime.engine.opening import opening_book
from stratc.runtime.engine.view import BOOK_SIGNALS, View
from stratc.runtime.engine.watch import Opening, limit_uses, valuation
from stratc.runtime.plan import Plan, Values

Known = tuple[Any, ...]
"""The generated code's inputs and windows of one tick, led by the mask of what is missing."""

QUIET: tuple[Outcome, ...] = ()


class ParameterError(ValueError):
    """A parameter that the program does not have, or a value out of its range."""


class Machine:
    """One run of one plan."""

    plan: ClassVar[Plan]

    def __init__(
        self, params: Mapping[str, float] | None = None, fired_once: frozenset[int] = frozenset()
    ) -> None:
        """Start with the plan's book; `fired_once` are rules that an earlier part of the run has used up.

        Only `once` rules and those `on start` can be used up.

        Raises:
            ParameterError: an unknown parameter, or a value outside the declared range.
        """
        plan = self.plan
        self.book = opening_book(plan)
        self.gate = Gate(plan.limits, self)
        self.latches = Latches()
        self.mode = plan.modes[0] if plan.modes else ""
        self.next_mode: str | None = None
        self.fired_once = set(fired_once)
        self.last_fired: dict[int, float] = {}
        self.held: set[int] = set()
        self.in_flight: dict[str, tuple[Order, int]] = {}
        self.busy: dict[int, int] = {}
        """How many orders of a rule are in flight."""
        self.ticks = -1
        self.t = self.t0 = 0.0
        self.block = self.block0 = 0
        self.signals: Mapping[str, float | None] = {}
        self.known: Known = ()
        self.forced: State = "active"
        self.filled = self.new_fill = self.expired = False
        self.peak: float | None = None
        self.start: float | None = None
        self.opening = Opening()
        self.jumps = planned_jumps(plan)
        self.was_missing = 0
        self.outcomes: list[Outcome] = []
        self.orders: list[Order] = []
        self.alerts: list[str] = []
        self.settlements: list[Settlement] = []
        self.plain = False
        """Nothing in flight, no options, no ranges, no overrides: delta and position are `linear`."""
        self.linear = 0.0
        self._view: View | None = None
        self._settled = False
        self._next_expiry: float | None = None
        self._state: State = "active"
        self._wake = -inf
        self._changed()
        for name, value in self._checked(params or {}).items():
            setattr(self, f"p_{name}", value)
        self.arm()

    # --- what the generated subclass provides -----------------------------------------------------

    def arm(self) -> None:
        """Set up triggers and windows."""
        raise NotImplementedError

    def decide(self, t: float, block: int, signals: Mapping[str, float | None]) -> None:
        """Visit the rules of one tick."""
        raise NotImplementedError

    # --- generated for each action and limit: values_R_L, measure_N, bound_N ------------------------

    def values(self, rule: int, leg: int, known: Known) -> Values | None:
        """The numbers of one action on the present view, None when one of them is unavailable."""
        numbers: Values | None = getattr(self, f"values_{rule}_{leg}")(known)
        return numbers

    def measured(self, index: int, known: Known) -> float | None:
        """A state limit's measure on the present view."""
        value: float | None = getattr(self, f"measure_{index}")(known)
        return value

    def bounded(self, index: int, known: Known) -> float | None:
        """A limit's bound on the present view."""
        value: float | None = getattr(self, f"bound_{index}")(known)
        return value

    # --- a tick -------------------------------------------------------------------------------------

    def step(self, snapshot: Snapshot) -> TickResult:
        """Decide on one snapshot; time never goes back."""
        t = self.t = snapshot.t
        block = self.block = snapshot.block
        signals = self.signals = snapshot.signals
        self.ticks += 1
        self._view = None
        if t >= self._wake:
            self._begin()
        self.plain = self._settled and BOOK_SIGNALS.isdisjoint(signals)
        self.decide(t, block, signals)
        if self.outcomes or self.alerts or self.settlements:
            return self._result()
        return TickResult(self.ticks, QUIET, (), (), (), self._state, self.mode)

    def _begin(self) -> None:
        """What is not the matter of every tick: ends of latches, expiries, fills, modes, equity."""
        if self.ticks == 0:
            self.t0, self.block0 = self.t, self.block
        if self.latches.ends is not None and self.t >= self.latches.ends:
            self.latches.expire(self.t)
            self._restate()
        if self.next_mode is not None:
            self.mode, self.next_mode = self.next_mode, None
        self.filled, self.new_fill = self.new_fill, False
        self.expired = False
        spot = self.signals.get("spot")
        if self.book.unpriced and spot is not None:
            self.book.enter(spot)
        if self._next_expiry is not None and self.t >= self._next_expiry:
            self._settle()
        if self.plan.tracks_equity:
            self._track()
        self._reschedule()

    def _reschedule(self) -> None:
        """When `_begin` is needed next: at once after anything that lasts one tick, else at the next end."""
        if (
            self.ticks < 0  # the first tick always begins, whatever was applied before it
            or self.plan.tracks_equity
            or self.book.unpriced
            or self.filled
            or self.new_fill
            or self.expired
            or self.next_mode is not None
        ):
            self._wake = -inf
        else:
            self._wake = min(
                inf if self.latches.ends is None else self.latches.ends,
                inf if self._next_expiry is None else self._next_expiry,
            )

    def _restate(self) -> None:
        latched = self.latches.state()
        self._state = latched if latched != "active" else self.forced

    def _result(self) -> TickResult:
        result = TickResult(
            self.ticks,
            tuple(self.outcomes),
            tuple(self.orders),
            tuple(self.alerts),
            tuple(self.settlements),
            self._state,
            self.mode,
        )
        self.outcomes, self.orders, self.alerts, self.settlements = [], [], [], []
        return result

    def apply(self, event: Event) -> None:
        """Take in a fill, a cash flow or a transfer, between steps.

        Raises:
            KeyError: a fill of an order that is not in flight.
        """
        if isinstance(event, CashFlow):
            self.book.apply_flow(event)
        elif isinstance(event, Transfer):
            self.book.apply_transfer(event)
        else:
            order, remaining = self.in_flight[event.order]
            self.book.apply_fill(order, event)
            if event.units and order.kind == "trade":
                self.new_fill = True
            remaining -= event.units
            if event.final:
                del self.in_flight[event.order]
                self.busy[order.rule] -= 1
            else:
                self.in_flight[event.order] = (order, remaining)
        self._changed()

    def _changed(self) -> None:
        """The book or what is in flight is no longer what it was."""
        book = self.book
        self._view = None
        self._settled = not (book.options or book.ranges or self.in_flight)
        self.linear = (book.spot + book.perp) / LOT
        self._next_expiry = min((c.expiry for c in book.options), default=None)
        self._reschedule()

    def _settle(self) -> None:
        spot = self.signals.get("spot")
        if spot is None:
            return
        symbols = {c: symbol_of(self.plan.base, c) for c in self.book.options}
        self.settlements = self.book.settle(self.t, spot, symbols)
        self.expired = bool(self.settlements)
        self._changed()

    def _track(self) -> None:
        view = self.view()
        equity = view.observe("equity")
        if equity is None:
            return
        if self.start is None:
            self.start = equity
        self.peak = equity if self.peak is None else max(self.peak, equity)
        view.start, view.peak = self.start, self.peak
        pnl = view.observe("pnl")
        if pnl is not None:
            for loss in self.gate.losses.values():
                loss.sample(pnl, self.t, self.block)

    # --- what the generated code asks -----------------------------------------------------------------

    def view(self) -> View:
        """The projected book at this tick."""
        view = self._view
        if view is None:
            view = View(self.book, self.t, self.signals, self.peak, self.start, self.jumps)
            for order, remaining in self.in_flight.values():
                view.project(order, remaining)
            self._view = view
        return view

    def observe(self, name: str) -> float | None:
        """A book signal on the projected book."""
        return self.view().observe(name)

    def state(self) -> State:
        """The graver of the latches and what missing inputs force."""
        return self._state

    def missing_changed(self, missing: int) -> int:
        """Follow inputs that go missing or come back; gives the mask of those that went just now."""
        gone = missing & ~self.was_missing
        self.was_missing = missing
        lost = [
            spec.name for bit, spec in enumerate(self.plan.inputs) if missing >> bit & 1 and not spec.responds
        ]
        self.forced = "reducing" if lost else "active"
        self._restate()
        for bit, spec in enumerate(self.plan.inputs):
            if gone >> bit & 1 and not spec.responds:
                self.alerts.append(f"reduce only: no {spec.name}")
        return gone

    def assumption(self, index: int) -> None:
        """An assumption does not hold at this tick."""
        self.latch("reduce only", f"assumption failed: {self.plan.assumptions[index].text}", None)

    def latch(self, verb: str, reason: str, seconds: float | None) -> None:
        """Latch a state, and say so once."""
        if self.latches.set(verb, reason, self.t, seconds):
            self.alerts.append(f"{verb}: {reason}" if reason else verb)
        self._restate()
        self._reschedule()

    def ready(self, index: int) -> bool:
        """Whether a rule whose trigger holds may fire: mode, once, cooldown, and for levels nothing in flight."""
        rule = self.plan.rules[index - 1]
        if rule.mode is not None and rule.mode != self.mode:
            return False
        if index in self.fired_once:
            return False
        if index in self.held or (rule.level and self.busy.get(index)):
            return False
        last = self.last_fired.get(index)
        if last is None or rule.cooldown is None:
            return True
        length, clock = rule.cooldown
        return last + length <= (self.t if clock == "s" else self.block)

    def fire(self, index: int, known: Known) -> bool:
        """Fire a rule that is ready; false when something it needs is unavailable."""
        self.known = known
        firing = fire(self, index, known, again=False)
        if firing is None:
            return False
        rule = self.plan.rules[index - 1]
        if rule.cooldown is not None:
            self.last_fired[index] = self.t if rule.cooldown[1] == "s" else self.block
        if rule.once:
            self.fired_once.add(index)
        self.settle_firing(index, firing)
        return True

    def retry(self, index: int, known: Known) -> bool:
        """Try the set a rule holds again; true when it was sent and the rule is done for this tick."""
        self.known = known
        firing = fire(self, index, known, again=True)
        if firing is None or firing.verdict == "deferred":
            return False
        self.held.discard(index)
        self.settle_firing(index, firing)
        return firing.verdict == "sent" and bool(firing.outcomes)

    def settle_firing(self, index: int, firing: Firing) -> None:
        """Make a firing's consequences true."""
        self.outcomes.extend(firing.outcomes)
        for verb, reason in firing.latches:
            self.latch(verb, reason, None)
        if firing.verdict == "deferred":
            self.held.add(index)
        if firing.verdict != "sent":
            return
        for order, units_view in firing.orders:
            self.gate.count(order, units_view, self.t, self.block)
            self.in_flight[order.id] = (order, order.units)
            self.busy[index] = self.busy.get(index, 0) + 1
            self.orders.append(order)
        if firing.orders:
            self.plain = self._settled = False
            self._view = firing.view
        for action in firing.effects:
            self._effect(action.do, action.text, action.seconds)

    def _effect(self, do: str, text: str, seconds: float | None) -> None:
        if do == "alert":
            self.alerts.append(text)
        elif do == "enter":
            self.next_mode = text
            self._reschedule()
        else:
            self.latch(do, text, seconds)

    # --- limits (admission.Limits) ----------------------------------------------------------------------

    def bound(self, index: int, view: View) -> float | None:
        """A limit's bound on a view."""
        return self._on(view, self.bounded, index)

    def measure(self, index: int, view: View) -> float | None:
        """A state limit's measure on a view."""
        return self._on(view, self.measured, index)

    def _on(self, view: View, function: Any, index: int) -> float | None:
        before, plain = self._view, self.plain
        self._view, self.plain = view, False
        try:
            value: float | None = function(index, self.known)
            return value
        finally:
            self._view, self.plain = before, plain

    # --- for people ---------------------------------------------------------------------------------------

    def valuation(self) -> Valuation:
        """The book, without what is in flight, at the last snapshot."""
        return valuation(self)

    def limit_uses(self) -> tuple[LimitUse, ...]:
        """How near every limit is at the last snapshot."""
        return limit_uses(self)

    def set_param(self, name: str, value: float) -> None:
        """Move a parameter inside its range.

        Raises:
            ParameterError: an unknown parameter, or a value outside the declared range.
        """
        setattr(self, f"p_{name}", self._checked({name: value})[name])

    def _checked(self, given: Mapping[str, float]) -> dict[str, float]:
        params = {p.name: p for p in self.plan.params}
        for name, value in given.items():
            if name not in params:
                known = ", ".join(params) or "none"
                raise ParameterError(f"the program has no parameter {name} (it has: {known})")
            param = params[name]
            if param.low is None and value != param.value:
                raise ParameterError(
                    f"{name} has no range, and proofs take it for {param.value:g} {param.unit}: "
                    f"give it one, `param {name} = … in LOW .. HIGH`"
                )
            if param.low is not None and param.high is not None and not param.low <= value <= param.high:
                raise ParameterError(
                    f"{name} = {value:g} is outside its range {param.low:g} .. {param.high:g} {param.unit}"
                )
        return {name: given.get(name, param.value) for name, param in params.items()}
