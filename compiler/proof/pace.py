"""How many orders a program can send in an hour."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.cadence import most_firings, orders_of
from stratc.compiler.proof.flows import flow_obligation, sends
from stratc.compiler.proof.intervals import Impossible, box_of

if TYPE_CHECKING:
    from stratc.compiler.proof.situation import Given

HOUR = ir.Duration(3_600.0, "s")


class Pace(NamedTuple):
    """The most orders in any hour, and why."""

    orders: int | None
    """None where nothing bounds them."""
    reasons: tuple[str, ...]
    """For each rule that nothing bounds, why."""


def orders_per_hour(given: Given) -> Pace:
    """The most orders of all rules together in a rolling hour, guards on the number of orders included.

    It is the question that a limit on orders behind all others would ask.
    """
    program = given.program
    if not program.rules:
        return Pace(0, ())
    bound, where = ir.Const(0.0, "1"), program.rules[0].where
    asked = ir.Limit(
        "orders", "flow", "orders", None, "<=", bound, ir.LimitWindow(HOUR, None), None, "1", where
    )
    longer = given._replace(program=replace(program, limits=(*program.limits, asked)))
    question = flow_obligation(longer, len(program.limits))
    try:
        box = box_of(fact.term for fact in question.facts)
        most = 0.0 if box is None else box.range(dict(question.shown)["total"])[1]
    except Impossible:
        most = 0.0
    if most == inf:
        return Pace(None, tuple(_unbounded(given)))
    return Pace(int(most), ())


def _unbounded(given: Given) -> list[str]:
    reasons = []
    for rule in given.program.rules:
        if not sends(rule, "orders"):
            continue
        if any(orders_of(action) is None for action in rule.body):
            reasons.append(f"the rule on line {rule.where.line} sends an order for each option that is held")
        elif most_firings(rule, HOUR, rule.index in given.deferrable) is None:
            reasons.append(f"the rule on line {rule.where.line} {_how_often(rule)}")
    return reasons


def _how_often(rule: ir.Rule) -> str:
    counted = rule.cooldown is not None or isinstance(rule.trigger, ir.Every)
    if counted:
        return "counts blocks, of which an hour may have any number"
    return (
        "may fire at every event"
        if isinstance(rule.trigger, ir.On) and rule.trigger.event != "start"
        else "may fire at every tick"
    )
