"""The language's meaning, as a program that reads like it: tick after tick, everything computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stratc.compiler.backends.python_plan.lower import lower
from stratc.compiler.ir import nodes as ir
from stratc.reference.bodies import AtomicSet, Said, compute
from stratc.reference.evaluate import Scene, evaluate, read
from stratc.reference.latches import Latches, worst
from stratc.reference.ledger import Ledger
from stratc.reference.moments import Moment
from stratc.reference.triggers import Happenings, trigger_of
from stratc.runtime.engine.instruments import symbol_of
from stratc.runtime.engine.jumps import planned_jumps
from stratc.runtime.engine.messages import (
    CashFlow,
    Event,
    Order,
    Outcome,
    Settlement,
    Snapshot,
    State,
    TickResult,
    Transfer,
)
from stratc.runtime.engine.opening import opening_book
from stratc.runtime.engine.sizing import Unavailable
from stratc.runtime.engine.view import View
from stratc.runtime.engine.windows import WINDOWS


@dataclass
class Flight:
    """An order on its way; `remaining` (signed) of it is not filled yet."""

    order: Order
    remaining: int


class RuleState:
    """What a rule remembers from tick to tick."""

    def __init__(self, rule: ir.Rule) -> None:
        """Before the first tick."""
        self.rule = rule
        self.trigger = trigger_of(rule)
        self.last_firing: Moment | None = None
        self.holds_deferred = False


class Reference:
    """A program running: "synchronous and deterministic. One tick = one market snapshot." """

    def __init__(
        self,
        program: ir.Program,
        params: Mapping[str, float] | None = None,
        fired_once: frozenset[int] = frozenset(),
    ) -> None:
        """`params` overrides parameters (canonical units); `fired_once` are `once` and `on start` rules done before."""
        self.program = program
        self.plan = lower(program, "reference")
        self.params = {param.name: param.value for param in program.params} | dict(params or {})
        self.fired_once = set(fired_once)
        self.lets = {let.name: let.value for let in program.lets}
        self.book = opening_book(self.plan)
        self.jumps = planned_jumps(self.plan)
        self.windows = [WINDOWS[window.function](window.duration.amount) for window in program.windows]
        self.rules = [RuleState(rule) for rule in program.rules]
        self.latches = Latches()
        self.ledger = Ledger()
        self.flights: dict[str, Flight] = {}
        self.mode = program.modes[0] if program.modes else ""
        self.next_mode: str | None = None
        self.missing: frozenset[str] = frozenset()
        self.trade_filled = False
        self.start_equity: float | None = None
        self.peak_equity: float | None = None
        self.now = Moment(-1, 0.0, 0)

    def apply(self, event: Event) -> None:
        """Book what the world did.

        Raises:
            KeyError: a fill of an order that is not in flight.
        """
        if isinstance(event, CashFlow):
            self.book.apply_flow(event)
            return
        if isinstance(event, Transfer):
            self.book.apply_transfer(event)
            return
        flight = self.flights[event.order]
        self.book.apply_fill(flight.order, event)
        flight.remaining -= event.units
        if flight.order.kind == "trade" and event.units:
            self.trade_filled = True
        if event.final:
            del self.flights[event.order]

    def step(self, snapshot: Snapshot) -> TickResult:
        """What one tick decides: "an ordered list of atomic action sets, plus mode changes and alerts"."""
        self.now = Moment(self.now.tick + 1, snapshot.t, snapshot.block)
        self.outcomes: list[Outcome] = []
        self.orders: list[Order] = []
        self.alerts: list[str] = []
        self.latches.expire(snapshot.t)
        self.mode, self.next_mode = self.next_mode or self.mode, None
        spot = snapshot.signals.get("spot")
        if self.book.unpriced and spot is not None:
            self.book.enter(spot)
        settlements = self._settle(snapshot)
        self.scene = self._observe(snapshot)
        news = Happenings(self._miss(), self.trade_filled, bool(settlements))
        self.trade_filled = False
        self._monitor_assumptions()
        for rule in self.rules:
            self._visit(rule, news)
        return TickResult(
            self.now.tick,
            tuple(self.outcomes),
            tuple(self.orders),
            tuple(self.alerts),
            tuple(settlements),
            self.state,
            self.mode,
        )

    @property
    def state(self) -> State:
        """Without `on stale`, "the engine is in `reduce only` for as long as the signal is missing"."""
        unanswered = any(spec.name in self.missing and not spec.responds for spec in self.program.inputs)
        return worst(self.latches.state(), "reducing" if unanswered else "active")

    # --- before the rules -----------------------------------------------------------------------

    def _settle(self, snapshot: Snapshot) -> list[Settlement]:
        """Pay out the options that have expired, if there is a price to do it at."""
        spot = snapshot.signals.get("spot")
        if spot is None:
            return []
        symbols = {contract: symbol_of(self.book.base, contract) for contract in self.book.options}
        return self.book.settle(snapshot.t, spot, symbols)

    def _observe(self, snapshot: Snapshot) -> Scene:
        """ "All signals are evaluated on the snapshot", and the book "after every action still in flight"."""
        view = View(self.book, snapshot.t, snapshot.signals, self.peak_equity, self.start_equity, self.jumps)
        for flight in self.flights.values():
            view.project(flight.order, flight.remaining)
        equity = view.observe("equity") if self.plan.tracks_equity else None
        if equity is not None:
            view.start = self.start_equity = equity if self.start_equity is None else self.start_equity
            view.peak = self.peak_equity = max(
                equity, equity if self.peak_equity is None else self.peak_equity
            )
            pnl = view.observe("pnl")
            if pnl is not None:
                self.ledger = Ledger(self.ledger.sent, (*self.ledger.profits, (self.now, pnl)))
        values: list[float | None] = []
        for window, spec in zip(self.windows, self.program.windows, strict=True):
            x = evaluate(spec.argument, Scene(view, self.params, self.lets, values))
            at = self.now.on(spec.duration.clock)
            values.append(None if x is None else window.push(at, float(x), snapshot.t))
        return Scene(view, self.params, self.lets, values)

    def _miss(self) -> frozenset[str]:
        """Which inputs have gone missing at this tick. "One alert, not one a tick"."""
        before = self.missing
        names = [spec.name for spec in self.program.inputs]
        names += [
            x.trigger.signal for x in self.program.rules if isinstance(x.trigger, ir.On) and x.trigger.signal
        ]
        signals = self.scene.view.signals
        self.missing = frozenset(name for name in names if read(name, signals) is None)
        new = self.missing - before
        for spec in self.program.inputs:
            if spec.name in new and not spec.responds:
                self.alerts.append(f"reduce only: no {spec.name}")
        return new

    def _monitor_assumptions(self) -> None:
        """When one fails, "the engine goes to `reduce only` and says which one failed"."""
        for assumption in self.program.assumptions:
            if evaluate(assumption.condition, self.scene) is False:
                self._latch("reduce only", f"assumption failed: {assumption.text}", None)

    # --- the rules ------------------------------------------------------------------------------

    def _visit(self, rule: RuleState, news: Happenings) -> None:
        """ "Rules are visited in source order"; a rule that holds a deferred body first tries that again."""
        sent_late = rule.holds_deferred and self._retry(rule)
        calls = rule.trigger.look(self.scene, self.now, news)
        if calls and not sent_late and self._is_ready(rule):
            self._fire(rule)

    def _is_ready(self, rule: RuleState) -> bool:
        """Mode, `once`, cooldown; a level "never while an action of the same rule is in flight"."""
        spec = rule.rule
        if spec.mode not in (None, self.mode) or rule.holds_deferred:
            return False
        if spec.index in self.fired_once:
            return False
        if spec.cooldown is not None and rule.last_firing is not None:
            clock = spec.cooldown.clock
            if rule.last_firing.on(clock) + spec.cooldown.amount > self.now.on(clock):
                return False
        in_flight = any(flight.order.rule == spec.index for flight in self.flights.values())
        return not (isinstance(spec.trigger, ir.Level) and in_flight)

    def _fire(self, rule: RuleState) -> None:
        """A firing counts whatever becomes of it; but where a number is not known there is none."""
        body = self._compute(rule)
        if body is None:
            return
        rule.last_firing = self.now
        rule.trigger.fired()
        if rule.rule.once:
            self.fired_once.add(rule.rule.index)
        rule.holds_deferred = body.verdict == "deferred"
        self._conclude(body)
        self.outcomes += body.outcomes(self.now)

    def _retry(self, rule: RuleState) -> bool:
        """ "`defer` (hold it until the window allows)": whether the body was sent now."""
        body = self._compute(rule)
        if body is None:
            return False
        rule.holds_deferred = body.verdict == "deferred"
        self._conclude(body)
        if not rule.holds_deferred:
            self.outcomes += body.outcomes(self.now)
        return bool(body.parts) and body.verdict == "sent"

    def _compute(self, rule: RuleState) -> AtomicSet | None:
        try:
            return compute(rule.rule, self.program, self.plan, self.scene, self.ledger, self.now, self.state)
        except Unavailable:
            return None

    def _conclude(self, body: AtomicSet) -> None:
        """What a body brings about: if it was sent, all of it; else what the limits in its way latch."""
        for leg in body.legs:
            for verb, reason in leg.latches:
                self._latch(verb, reason, None)
        if body.verdict != "sent":
            return
        self.scene = self.scene.on(body.trial)
        self.ledger = body.ledger
        self.orders += body.orders
        self.flights |= {order.id: Flight(order, order.units) for order in body.orders}
        for part in body.parts:
            if isinstance(part, Said):
                self._say(part)

    def _say(self, said: Said) -> None:
        """ "They act at once, on the rules below as well"; "`enter` changes mode from the next tick on"."""
        if isinstance(said.action, ir.Alert):
            self.alerts.append(said.text)
        elif isinstance(said.action, ir.SetState):
            self._latch(said.action.verb, said.action.reason, said.action.seconds)
        else:
            self.next_mode = said.action.mode

    def _latch(self, verb: str, reason: str, seconds: float | None) -> None:
        alert = self.latches.latch(verb, reason, self.now.t, seconds)
        if alert is not None:
            self.alerts.append(alert)
