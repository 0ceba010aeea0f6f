"""What a limit says of one order, and what its policy then does to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from stratc.compiler.ir import nodes as ir
from stratc.reference.evaluate import Scene, evaluate
from stratc.reference.ledger import Ledger, counted
from stratc.reference.moments import Moment
from stratc.runtime.engine.messages import CENT, LOT, Order
from stratc.runtime.engine.sizing import is_reducing

Effect = Literal["blocked", "rejected", "deferred"]
TRADES_ONLY = ("order size", "order notional", "orders", "turnover")
CLAUSES = ("order slippage", "order gas")
NEVER_CLAMPED = ("orders", "gas_spent", "loss")


@dataclass
class Leg:
    """One order of a body: as asked, and what the limits made of it (None: nothing is left of it)."""

    do: str
    asked: Order
    order: Order | None
    limits: list[str] = field(default_factory=list)
    effect: Effect | None = None
    latches: list[tuple[str, str]] = field(default_factory=list)
    """(`reduce only` or `halt`, reason), to be set whatever becomes of the body."""


@dataclass(frozen=True)
class Setting:
    """An order's surroundings: the book just before it, and what was sent before it."""

    scene: Scene
    ledger: Ledger
    now: Moment


def holds(value: float, op: str, bound: float) -> bool:
    """Whether a value meets a bound."""
    return value <= bound if op == "<=" else value >= bound


def inherit(order: Order, limits: tuple[ir.Limit, ...], scene: Scene) -> Order:
    """ "An order without its own clause inherits the limit", the smallest where there are several."""
    for measure in CLAUSES:
        bounds = [evaluate(x.bound, scene) for x in limits if x.measure == measure and x.op == "<="]
        known = [float(bound) for bound in bounds if bound is not None]
        if known and clause_of(order, measure) is None:
            order = with_clause(order, measure, min(known))
    return order


def clause_of(order: Order, measure: str) -> float | None:
    """The clause that `order slippage` (a ratio) or `order gas` (quote) bounds."""
    return order.slippage if measure == "order slippage" else order.gas_cap


def with_clause(order: Order, measure: str, bound: float) -> Order:
    """An order with another clause."""
    return replace(order, slippage=bound) if measure == "order slippage" else replace(order, gas_cap=bound)


def concerns(limit: ir.Limit, order: Order) -> bool:
    """ "Scope follows from the measure": whether a limit speaks of orders of this kind."""
    if limit.scope == "state":
        return True
    if limit.measure in TRADES_ONLY:
        return order.kind == "trade"
    if limit.measure == "topup":
        return order.kind == "top up"
    if limit.measure in CLAUSES and limit.op == ">=":
        return clause_of(order, limit.measure) is not None
    return True


def admissible(limit: ir.Limit, order: Order, do: str, at: Setting) -> bool:
    """Whether a limit lets an order through as it is; where something is not known, only what reduces."""
    if not concerns(limit, order):
        return True
    bound = evaluate(limit.bound, at.scene)
    reducing = is_reducing(order, do, at.scene.view)
    if bound is None:
        return reducing
    if limit.scope == "state":
        return state_admits(limit, float(bound), order, reducing, at)
    value = order_measure(limit, order, at) if limit.scope == "order" else flow_measure(limit, order, at)
    if value is None or limit.measure == "loss":
        return reducing or (value is not None and holds(value, limit.op, bound))
    return holds(value, limit.op, bound)


def order_measure(limit: ir.Limit, order: Order, at: Setting) -> float | None:
    """The measure of the order itself: base asset or contracts, quote, a ratio."""
    if limit.measure in CLAUSES:
        return clause_of(order, limit.measure)
    if limit.measure == "topup":
        return order.units / CENT
    size = abs(order.units) / LOT
    if limit.measure == "order size":
        return size
    spot = at.scene.view.spot
    return None if spot is None else size * spot


def flow_measure(limit: ir.Limit, order: Order, at: Setting) -> float | None:
    """The flow with this order in it. A loss is what it is, whatever the order."""
    gas_cost = at.scene.view.signals.get("gas_cost")
    return at.ledger.plus(counted(order, at.now, gas_cost)).flow(limit, at.now)


def state_admits(limit: ir.Limit, bound: float, order: Order, reducing: bool, at: Setting) -> bool:
    """Whether a limit of the state lets an order through.

    "An action is admissible when the state after it meets the limit, **or** when it was already broken and
    the action strictly reduces the breach. Exits are never blocked by an entry's guard."
    """
    if limit.state is None:
        return True
    view = at.scene.view.copy()
    view.project(order, order.units)
    before, after = evaluate(limit.state, at.scene), evaluate(limit.state, at.scene.on(view))
    if after is not None and holds(after, limit.op, bound):
        return True
    if before is not None and holds(before, limit.op, bound):
        return False
    if before is None or after is None:
        return reducing
    farther = after > before if limit.op == "<=" else after < before
    nearer = after < before if limit.op == "<=" else after > before
    return nearer or (reducing and not farther)


def judge(leg: Leg, limits: tuple[ir.Limit, ...], at: Setting) -> None:
    """ "Each action is held against every limit before it leaves the engine": guards in source order, then
    theorems, which are about what the guards let through.
    """
    for limit in sorted(limits, key=lambda limit: limit.policy is None):
        if leg.order is None or leg.effect is not None:
            return
        if not admissible(limit, leg.order, leg.do, at):
            leg.limits.append(limit.name)
            apply_policy(leg, leg.order, limit, at)


def apply_policy(leg: Leg, order: Order, limit: ir.Limit, at: Setting) -> None:
    """ "`clamp` (shrink the order to the bound), `reject` (drop the atomic set), `defer` (hold it until the
    window allows), `reduce only`, `halt`." A theorem that does not hold after all rejects.
    """
    if limit.policy == "clamp" and limit.op == "<=" and limit.measure not in NEVER_CLAMPED:
        leg.order = clamped(limit, order, leg.do, at)
    elif limit.policy == "defer":
        leg.effect = "deferred"
    elif limit.policy == "reduce only":
        leg.latches.append(("reduce only", f"limit {limit.name}"))
        if not is_reducing(order, leg.do, at.scene.view):
            leg.effect = "rejected"
    else:
        if limit.policy == "halt":
            leg.latches.append(("halt", f"limit {limit.name}"))
        leg.effect = "rejected"


def clamped(limit: ir.Limit, order: Order, do: str, at: Setting) -> Order | None:
    """The largest part of an order that a limit admits; of a clause, the bound."""
    if limit.measure in CLAUSES:
        bound = evaluate(limit.bound, at.scene)
        return None if bound is None else with_clause(order, limit.measure, float(bound))
    sign = 1 if order.units > 0 else -1
    units = largest(abs(order.units), lambda n: admissible(limit, replace(order, units=sign * n), do, at))
    return replace(order, units=sign * units) if units else None


def largest(too_many: int, fits: Callable[[int], bool]) -> int:
    """The largest n < too_many that fits, if all below one that fits do; 0 always fits."""
    fitting = 0
    while too_many - fitting > 1:
        middle = (fitting + too_many) // 2
        if fits(middle):
            fitting = middle
        else:
            too_many = middle
    return fitting
