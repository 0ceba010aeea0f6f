"""What a limit says of one order, as terms: the mirror of the engine's admission."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.orders import Leg, after, reducing
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.terms import TRUE, ZERO, Term, absolute, both, either, eq, implies, le, lt, mul, no

if TYPE_CHECKING:
    from stratc.compiler.proof.world import World

TRADES_ONLY = ("order size", "order notional", "orders", "turnover")
CLAUSES = ("order slippage", "order gas")
NEVER_CLAMPED = ("orders", "gas_spent", "loss")


class Judged(NamedTuple):
    """A limit on one order: what it measures before and after, its bound, and whether the order is admissible."""

    before: Term | None
    value: Term
    bound: Term
    kept: Term
    """The measure meets the bound."""
    kept_before: Term
    """A state limit was met before the order; true for other limits."""
    admissible: Term
    """The limit is met, or was broken and the order brings it nearer."""


def concerns(limit: ir.Limit, leg: Leg) -> bool:
    """Whether a limit speaks of orders of this kind."""
    if limit.scope == "state":
        return True
    if limit.measure in TRADES_ONLY:
        return leg.kind == "trade"
    if limit.measure == "topup":
        return leg.kind == "top up"
    if limit.measure in CLAUSES and limit.op == ">=":
        return clause_of(leg, limit.measure) is not None
    return True


def clause_of(leg: Leg, measure: str) -> Term | None:
    """The order's own clause that a limit of slippage or gas bounds."""
    return leg.slippage if measure == "order slippage" else leg.gas


def holds(value: Term, op: str, bound: Term) -> Term:
    """value op bound."""
    return le(value, bound) if op == "<=" else le(bound, value)


def judged(world: World, limit: ir.Limit, leg: Leg, units: Term) -> Judged | None:
    """A limit on `units` of an order; None for a flow, which takes more than one order to measure."""
    if limit.scope == "flow":
        return None
    bound = Reader(world, leg.before)(limit.bound)
    if limit.state is not None:
        return _state(world, limit, limit.state, leg, units, bound)
    value = order_measure(world, limit, leg, units)
    kept = holds(value, limit.op, bound)
    return Judged(None, value, bound, kept, TRUE, kept)


def order_measure(world: World, limit: ir.Limit, leg: Leg, units: Term) -> Term:
    """Size (base asset or contracts), notional or top-up (quote), or the clause the order carries."""
    if limit.measure in CLAUSES:
        return clause_of(leg, limit.measure) or _inherited(world, limit, leg)
    size = absolute(units)
    return mul(size, world.input("spot")) if limit.measure == "order notional" else size


def _inherited(world: World, limit: ir.Limit, leg: Leg) -> Term:
    """An order without its own clause has the smallest bound of all limits on it."""
    read = Reader(world, leg.before)
    bounds = [read(x.bound) for x in world.program.limits if x.measure == limit.measure and x.op == "<="]
    if len(bounds) == 1:
        return bounds[0]
    value = world.fresh(limit.measure)
    for bound in bounds:
        world.facts.add("inherited clause", "order", le(value, bound))
    return value


def _state(world: World, limit: ir.Limit, state: ir.Expr, leg: Leg, units: Term, bound: Term) -> Judged:
    result = after(world, leg, units)
    was, now = Reader(world, leg.before)(state), Reader(world, result)(state)
    kept, kept_before = holds(now, limit.op, bound), holds(was, limit.op, bound)
    nearer, farther = (lt(now, was), lt(was, now)) if limit.op == "<=" else (lt(was, now), lt(now, was))
    mends = either(nearer, both(reducing(leg, units, result), no(farther)))
    admissible = both(implies(kept_before, kept), implies(no(kept_before), either(kept, mends)))
    return Judged(was, now, bound, kept, kept_before, admissible)


def unless_none(units: Term, goal: Term) -> Term:
    """The goal, for an order that is one: size zero is no order."""
    return either(eq(units, ZERO), goal)
