"""A rule's body at one firing: "one **atomic** unit: all of its actions, or none"."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.compiler.ir import nodes as ir
from stratc.reference.evaluate import Scene, evaluate
from stratc.reference.ledger import Ledger, counted
from stratc.reference.limits import Leg, Setting, inherit, judge
from stratc.reference.moments import Moment
from stratc.runtime.engine.messages import Order, Outcome, State, Verdict
from stratc.runtime.engine.sizing import Desk, Unavailable, is_reducing
from stratc.runtime.engine.view import View
from stratc.runtime.plan import ActionPlan, Plan, Values

NEUTRAL = (ir.Alert, ir.SetState, ir.Enter)


@dataclass(frozen=True)
class Said:
    """A neutral action of a body: an alert, a change of state or of mode."""

    action: ir.Alert | ir.SetState | ir.Enter
    do: str
    text: str


@dataclass(frozen=True)
class AtomicSet:
    """A body that was computed and held against the limits; nothing has happened yet."""

    rule: int
    parts: tuple[Leg | Said, ...]
    trial: View
    """The projected book after it."""
    ledger: Ledger
    """The flows after it."""
    state: State

    @property
    def legs(self) -> list[Leg]:
        """Its orders."""
        return [part for part in self.parts if isinstance(part, Leg)]

    @property
    def orders(self) -> list[Order]:
        """What leaves the engine if it is sent."""
        return [leg.order for leg in self.legs if leg.order is not None]

    @property
    def verdict(self) -> Verdict:
        """The gravest effect on any leg is the verdict on all."""
        effects = [leg.effect for leg in self.legs]
        for effect in ("blocked", "rejected", "deferred"):
            if effect in effects:
                return effect
        return "sent"

    def outcomes(self, now: Moment) -> list[Outcome]:
        """A line for each action: as it is sent; or else as it was asked, with all limits in the way."""
        sent = self.verdict == "sent"
        every = tuple(dict.fromkeys(name for leg in self.legs for name in leg.limits))
        lines = []
        for part in self.parts:
            if isinstance(part, Said):
                limits, symbol, units, text = () if sent else every, None, None, part.text
            else:
                order = part.order if sent else part.asked
                if order is None:
                    continue
                limits, symbol, units, text = (
                    tuple(part.limits) if sent else every,
                    order.symbol,
                    order.units,
                    "",
                )
            lines.append(
                Outcome(
                    now.tick, now.t, self.rule, self.verdict, part.do, symbol, units, limits, self.state, text
                )
            )
        return lines


def compute(
    rule: ir.Rule, program: ir.Program, plan: Plan, scene: Scene, ledger: Ledger, now: Moment, state: State
) -> AtomicSet:
    """Size every action on a trial of the projected book and hold it against every limit.

    Raises:
        Unavailable: a number that an action needs is not known.
    """
    trial = scene.on(scene.view.copy())
    desk = Desk(plan, rule.index, now.tick, now.block, trial.view)
    parts: list[Leg | Said] = []
    for action, planned in zip(rule.body, plan.rules[rule.index - 1].body, strict=True):
        if isinstance(action, NEUTRAL):
            parts.append(Said(action, planned.do, text_of(action, trial)))
            continue
        for order in desk.orders(planned, values_of(action, trial)):
            asked = inherit(order, program.limits, trial)
            stopped = any(isinstance(part, Leg) and part.effect is not None for part in parts)
            limits = () if stopped else program.limits
            leg = weigh(asked, planned, limits, Setting(trial, ledger, now), state)
            parts.append(leg)
            if leg.order is not None:
                trial.view.project(leg.order, leg.order.units)
                ledger = ledger.plus(counted(leg.order, now, trial.view.signals.get("gas_cost")))
    return AtomicSet(rule.index, tuple(parts), trial.view, ledger, state)


def weigh(order: Order, planned: ActionPlan, limits: tuple[ir.Limit, ...], at: Setting, state: State) -> Leg:
    """One leg: "`reduce only` lets reducing actions through, `halt` none"; then the limits (none any more behind
    a leg that was stopped, for the body is not sent, and no limit may act on what is not).
    """
    leg = Leg(planned.do, order, order)
    reducing = is_reducing(order, planned.do, at.scene.view)
    if state == "halted" or (state == "reducing" and not reducing):
        leg.effect = "blocked"
    judge(leg, limits, at)
    return leg


def values_of(action: ir.Action, scene: Scene) -> Values:
    """The numbers of an order at this firing.

    Raises:
        Unavailable: one of them is not known.
    """

    def known(expression: ir.Expr | None) -> float | None:
        if expression is None:
            return None
        value = evaluate(expression, scene)
        if value is None:
            raise Unavailable
        return float(value)

    amount = high = at_delta = None
    match action:
        case ir.Hedge(target=amount_of, instrument=shape) | ir.Trade(amount=amount_of, instrument=shape):
            amount, at_delta = known(amount_of), known(delta_of(shape))
        case ir.Roll():
            at_delta = known(delta_of(action.to))
        case ir.MoveMargin():
            amount = known(action.target)
        case ir.Liquidity():
            amount, high = known(action.low), known(action.high)
        case ir.Close():
            pass
        case _:
            return Values()
    terms = action.terms
    return Values(
        amount,
        high,
        known(terms.at_most),
        known(terms.limit_price),
        known(terms.slippage),
        known(terms.gas),
        at_delta,
    )


def delta_of(instrument: ir.Instrument) -> ir.Expr | None:
    """The |delta| an option's shape names."""
    return instrument.at_delta if isinstance(instrument, ir.OptionShape) else None


def text_of(action: ir.Alert | ir.SetState | ir.Enter, scene: Scene) -> str:
    """An alert's text with its values filled in, a state's reason, a mode's name."""
    if isinstance(action, ir.SetState):
        return action.reason
    if isinstance(action, ir.Enter):
        return action.mode
    text = action.texts[0]
    for expression, after in zip(action.values, action.texts[1:], strict=True):
        value = evaluate(expression, scene)
        text += ("?" if value is None else format(value, ".6g")) + after
    return text
