"""What one firing alone adds to a flow: the least, for a rule that cannot pass a limit on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.terms import ONE, ZERO, Term, absolute, add, eq, ite, lt, mul

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.orders import Leg
    from stratc.compiler.proof.situation import Situation


def overflows(situation: Situation, limit: ir.Limit, position: int) -> Iterator[tuple[int, Leg, Term, Term]]:
    """For each trade its number, itself, its units, and that it and those before it exceed the limit by themselves."""
    total: Term = ZERO
    for number, leg in situation.legs():
        if leg.kind != "trade" or leg.many:
            continue
        passed, units = situation.passed(leg, position)
        total = add(total, ite(eq(units, ZERO), ZERO, _weight(situation, limit, passed, units)))
        bound = Reader(situation.world, situation.book)(limit.bound)
        yield number, leg, units, lt(bound, total)


def _weight(situation: Situation, limit: ir.Limit, leg: Leg, units: Term) -> Term:
    """An order counts one, or what it is worth; an option's price is not known, and may be nothing."""
    if limit.measure == "orders":
        return ONE
    if limit.measure == "turnover" and isinstance(leg.instrument, ir.Linear):
        return mul(absolute(units), situation.world.input("spot"))
    return ZERO
