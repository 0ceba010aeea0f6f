"""One firing: from the actions of a rule to an atomic set and its verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stratc.runtime.engine.messages import Order, Outcome, State, Verdict
from stratc.runtime.engine.sizing import Desk, Unavailable, is_reducing
from stratc.runtime.engine.view import View
from stratc.runtime.plan import ActionPlan, Values

if TYPE_CHECKING:
    from stratc.runtime.engine.machine import Machine

_NEUTRAL = frozenset(("alert", "halt", "reduce only", "enter"))


@dataclass(slots=True)
class _Leg:
    """One line to be: an action, and the order it asked for, if it is one."""

    action: ActionPlan
    asked: Order | None
    final: Order | None = None
    limits: tuple[str, ...] = ()


@dataclass(slots=True)
class Firing:
    """What a firing came to. `orders` pairs each order with the view it was admitted on."""

    verdict: Verdict
    view: View
    outcomes: list[Outcome] = field(default_factory=list)
    orders: list[tuple[Order, View]] = field(default_factory=list)
    effects: list[ActionPlan] = field(default_factory=list)
    latches: list[tuple[str, str]] = field(default_factory=list)


class _Set:
    """An atomic set in the making, on a trial copy of the projected book."""

    def __init__(self, machine: Machine, rule: int) -> None:
        self.machine = machine
        self.state: State = machine.state()
        self.view = machine.view().copy()
        self.desk = Desk(machine.plan, rule, machine.ticks, machine.block, self.view)
        self.legs: list[_Leg] = []
        self.taken: list[Order] = []
        self.latches: list[tuple[str, str]] = []
        self.stops: set[str] = set()

    def add(self, action: ActionPlan, values: Values) -> None:
        """Take one action: its orders, held against state and limits, and projected."""
        if action.do in _NEUTRAL:
            self.legs.append(_Leg(_spoken(action, values), None))
            return
        for order in self.desk.orders(action, values):
            self.legs.append(self._leg(action, order))

    def _leg(self, action: ActionPlan, order: Order) -> _Leg:
        machine = self.machine

        def reducing(units: int) -> bool:
            return is_reducing(replace(order, units=units), action.do, self.view)

        leg = _Leg(action, order, order)
        if self.state == "halted" or (self.state == "reducing" and not reducing(order.units)):
            self.stops.add("blocked")
        elif not self.stops:  # behind a leg that was stopped no limit acts: the body is not sent
            admission = machine.gate.admit(
                order, self.view, machine.block, reducing=reducing, earlier=self.taken
            )
            leg.limits = admission.limits
            self.latches += admission.latches
            if admission.effect is not None:
                self.stops.add("deferred" if admission.effect == "defer" else "rejected")
            leg.final = admission.order
        taken = leg.final or order
        self.view.project(taken, taken.units)
        if taken.units:
            self.taken.append(taken)
        return leg

    def verdict(self) -> Verdict:
        """The gravest thing that stopped any leg."""
        if "blocked" in self.stops:
            return "blocked"
        if "rejected" in self.stops:
            return "rejected"
        return "deferred" if "deferred" in self.stops else "sent"


def fire(machine: Machine, rule: int, known: tuple[Any, ...], *, again: bool) -> Firing | None:
    """Try the body of a rule; None when something in it is unavailable, or (again) nothing is left of it."""
    made = _Set(machine, rule)
    before, plain = machine._view, machine.plain
    machine._view, machine.plain = made.view, False
    try:
        for position, action in enumerate(machine.plan.rules[rule - 1].body):
            values = machine.values(rule, position, known)
            if values is None:
                return None
            made.add(action, values)
    except Unavailable:
        return None
    finally:
        machine._view, machine.plain = before, plain
    verdict = made.verdict()
    if again and verdict == "deferred":
        return Firing(verdict, made.view)
    firing = Firing(verdict, made.view, latches=made.latches)
    (_sent if verdict == "sent" else _stopped)(firing, made, rule)
    return firing


def _sent(firing: Firing, made: _Set, rule: int) -> None:
    for leg in made.legs:
        order = leg.final
        if order is not None and not order.units:
            continue
        firing.outcomes.append(_line(made, rule, leg, order, "sent", leg.limits))
        if order is None:
            firing.effects.append(leg.action)
        else:
            firing.orders.append((order, made.view))


def _stopped(firing: Firing, made: _Set, rule: int) -> None:
    names = tuple(dict.fromkeys(name for leg in made.legs for name in leg.limits))
    firing.outcomes.extend(_line(made, rule, leg, leg.asked, firing.verdict, names) for leg in made.legs)


def _line(
    made: _Set, rule: int, leg: _Leg, order: Order | None, verdict: Verdict, limits: tuple[str, ...]
) -> Outcome:
    machine = made.machine
    return Outcome(
        tick=machine.ticks,
        t=machine.t,
        rule=rule,
        verdict=verdict,
        do=leg.action.do,
        symbol=None if order is None else order.symbol,
        units=None if order is None else order.units,
        limits=limits,
        state=made.state,
        text=leg.action.text,
    )


def _spoken(action: ActionPlan, values: Values) -> ActionPlan:
    """An alert with its numbers put in."""
    if action.do != "alert" or not action.texts:
        return action
    said = action.texts[0]
    for value, text in zip(values.shown, action.texts[1:], strict=True):
        said += ("?" if value is None else format(value, ".6g")) + text
    return replace(action, text=said)
