"""Limits on flows: what all rules together can send in one window."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, inf
from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.cadence import length_of, most_firings, orders_of
from stratc.compiler.proof.facts import Fact
from stratc.compiler.proof.intervals import Impossible, box_of
from stratc.compiler.proof.obligation import Obligation
from stratc.compiler.proof.orders import NEUTRAL, Contract, Leg
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.situation import Given, Situation, Strength
from stratc.compiler.proof.terms import ZERO, Term, absolute, add, le, mul, num, var
from stratc.compiler.proof.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEEPS = ("clamp", "reject", "defer", "halt")


def sends(rule: ir.Rule, measure: str) -> bool:
    """Whether a flow counts orders of a rule: trades, or for gas and losses every order."""
    trades = (ir.Hedge, ir.Trade, ir.Close, ir.Roll)
    return any(
        isinstance(action, trades) if measure in ("orders", "turnover") else not isinstance(action, NEUTRAL)
        for action in rule.body
    )


def flow_obligation(given: Given, position: int) -> Obligation:
    """That what every rule can send in one window stays within limit number `position`."""
    limit = given.program.limits[position]
    world = World(given.program)
    bound = Reader(world, world.book())(limit.bound)
    facts = list(world.facts.all())
    total: Term = ZERO
    if limit.measure == "loss":
        total = var("loss") if any(_can_add_risk(rule) for rule in given.program.rules) else ZERO
    else:
        for rule in given.program.rules:
            if sends(rule, limit.measure):
                part = var(f"{limit.measure} of rule {rule.index}")
                total = add(total, part)
                facts.append(Fact("a flow is not negative", "nature", le(ZERO, part)))
                facts += _most(given, rule, limit, part)
    facts += _guards(given.program, position, total)
    return Obligation(
        f"limit{position + 1}", tuple(facts), le(total, bound), (("total", total), ("bound", bound))
    )


def _can_add_risk(rule: ir.Rule) -> bool:
    """Whether a rule sends orders that a loss can stop: those that do not reduce by their nature."""
    return any(
        not isinstance(action, (*NEUTRAL, ir.Close))
        and not (isinstance(action, ir.MoveMargin) and action.verb == "top up")
        for action in rule.body
    )


def _most(given: Given, rule: ir.Rule, limit: ir.Limit, part: Term) -> Iterator[Fact]:
    """What bounds a rule's share of a flow."""
    if limit.window is None:
        return
    window = length_of(limit.window)
    often = most_firings(rule, window, rule.index in given.deferrable)
    each = _each(given, rule, given.program.limits.index(limit))
    if often is None or each is None:
        return
    label = f"rule on line {rule.where.line}: {often.why}: at most {often.times} times {_short(each)}"
    yield Fact(label, "order", le(part, num(often.times * each)))


def _short(value: Fraction) -> str:
    return f"{float(value):g}"


def _each(given: Given, rule: ir.Rule, position: int) -> Fraction | None:
    """The most that one firing adds to a flow as limit number `position` looks at it."""
    measure = given.program.limits[position].measure
    if measure == "orders":
        counts = [orders_of(action) for action in rule.body]
        return None if None in counts else Fraction(sum(count for count in counts if count is not None))
    if measure != "turnover":
        return None
    situation = Situation(given, rule, Strength(guards=True))
    total = Fraction(0)
    for _, leg in situation.legs():
        if leg.kind != "trade":
            continue
        passed, units = situation.passed(leg, position)
        price = _price(situation.world, passed)
        if leg.many or price is None:
            return None
        box = box_of(fact.term for fact in situation.world.facts.all())
        try:
            high = Fraction(0) if box is None else box.range(mul(absolute(units), price))[1]
        except Impossible:
            high = Fraction(0)
        if high == inf or isinstance(high, float):
            return None
        total += high
    return total


def _price(world: World, leg: Leg) -> Term | None:
    """What a unit costs at most: a call no more than the asset; a put is bounded by a strike that is not told."""
    if isinstance(leg.instrument, Contract) and leg.instrument.right == "put":
        return None
    return world.input("spot")


def _guards(program: ir.Program, position: int, total: Term) -> Iterator[Fact]:
    """What guards let through of the same flow: those before a guard, and all of them for a theorem."""
    limit = program.limits[position]
    for guard in program.limits if limit.policy is None else program.limits[:position]:
        if guard.measure != limit.measure or guard.scope != "flow" or guard.policy not in _KEEPS:
            continue
        if not isinstance(guard.bound, ir.Const) or guard.window is None or limit.window is None:
            continue
        windows = _windows(guard.window, limit.window)
        if limit.measure == "loss":  # how pnl has moved since is no sum of what guards looked at
            windows = 1 if guard.window == limit.window else None
        if windows is not None:
            label = f"{guard.name} else {guard.policy} (line {guard.where.line})"
            yield Fact(label, "guard", le(total, mul(num(guard.bound.value), num(windows))))


def _windows(guard: ir.LimitWindow, limit: ir.LimitWindow) -> int | None:
    """How many windows of a guard it takes to cover one of a limit; None on different clocks."""
    small, large = length_of(guard), length_of(limit)
    if small.clock != large.clock:
        return None
    covering = ceil(large.amount / small.amount)
    aligned = guard.calendar is None or (limit.calendar is not None and large.amount % small.amount == 0.0)
    return covering if aligned else covering + 1


def deferrable(program: ir.Program, given: Given) -> frozenset[int]:
    """Rules whose firing a `defer` can hold back.

    A limit that no window can reach defers nothing. That is worked out without deferrals first: until the
    first of them there are none; what can trip then may upset the cadence of the rules it holds back.
    """
    held: frozenset[int] = frozenset()
    limits = [n for n, x in enumerate(program.limits) if x.policy == "defer"]
    while True:
        now = given._replace(deferrable=held)
        grown = held
        for position in limits:
            if not _never_trips(flow_obligation(now, position)):
                measure = program.limits[position].measure
                grown |= {rule.index for rule in program.rules if sends(rule, measure)}
        if grown == held:
            return held
        held = grown


def _never_trips(obligation: Obligation) -> bool:
    try:
        box = box_of(fact.term for fact in obligation.facts)
        return box is None or box.proves(obligation.goal)
    except Impossible:
        return True
