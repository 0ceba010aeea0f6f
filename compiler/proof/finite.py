"""Programs that move their position a bounded number of times: by rules with `once`, and on start."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.intervals import Impossible, box_of
from stratc.compiler.proof.situation import Given, Situation, Strength

if TYPE_CHECKING:
    from collections.abc import Mapping

Moves = dict[int, tuple[Fraction, Fraction]]
"""By rule: how far one firing can bring the position down and up (base asset)."""


def moves(given: Given) -> Moves | None:
    """What each rule that trades linear instruments can do in all; None where one has no bound."""
    found: Moves = {}
    for rule in given.program.rules:
        if any(isinstance(action, ir.Hedge | ir.Trade | ir.Close | ir.Roll) for action in rule.body):
            once = rule.once or (isinstance(rule.trigger, ir.On) and rule.trigger.event == "start")
            moved = _of_firing(given, rule) if once else None
            if moved is None:
                return None
            found[rule.index] = moved
    return found


def _of_firing(given: Given, rule: ir.Rule) -> tuple[Fraction, Fraction] | None:
    situation = Situation(given, rule, Strength())
    low = high = Fraction(0)
    for _, leg in situation.legs():
        if not isinstance(leg.instrument, ir.Linear):
            continue
        box = box_of(fact.term for fact in situation.world.facts.all())
        try:
            ends = (Fraction(0), Fraction(0)) if box is None else box.range(leg.units)
        except Impossible:
            ends = Fraction(0), Fraction(0)
        if isinstance(ends[0], float) or isinstance(ends[1], float):
            return None
        low, high = low + min(Fraction(0), ends[0]), high + max(Fraction(0), ends[1])
    return low, high


def reach(
    moves: Mapping[int, tuple[Fraction, Fraction]], rule: int, start: Fraction
) -> tuple[Fraction, Fraction]:
    """Where the position can be when a rule fires: what it starts with and what the others may have done."""
    others = [ends for index, ends in moves.items() if index != rule]
    return start + sum((low for low, _ in others), Fraction(0)), start + sum(
        (high for _, high in others), Fraction(0)
    )
