"""Looking for a state that refutes an obligation, without a solver: the ends and middles of ranges."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from stratc.compiler.proof.evaluation import evaluate
from stratc.compiler.proof.intervals import Impossible, box_of
from stratc.compiler.proof.obligation import names_of
from stratc.compiler.proof.terms import no, variables

if TYPE_CHECKING:
    from stratc.compiler.proof.intervals import Interval
    from stratc.compiler.proof.obligation import Model, Obligation

_MOST = 400
"""States tried; a solver takes longer to import than all of them."""


def refuted_by_example(one: Obligation) -> bool:
    """Whether one of a few likely states meets every fact and not the goal."""
    goal = no(one.goal)
    terms = [*(fact.term for fact in one.facts), goal]
    names = names_of(one)
    try:
        box = box_of(terms)
        if box is None:
            return False
        found = variables(*terms)
        choices = [
            _values(box.range(found[name])) if found[name].sort == "Real" else [True, False] for name in names
        ]
    except Impossible:
        return False
    for number, values in enumerate(product(*choices)):
        if number >= _MOST:
            return False
        if _meets(terms, dict(zip(names, values, strict=True))):
            return True
    return False


def _meets(terms: list, model: Model) -> bool:  # type: ignore[type-arg]
    try:
        return all(evaluate(term, model) is True for term in terms)
    except ZeroDivisionError:
        return False


def _values(of: Interval) -> list[Fraction | bool]:
    """Likely values in a range: its middle, near its ends, one, zero, minus one."""
    low, high = of
    tried: list[Fraction | float] = []
    if isinstance(low, Fraction) and isinstance(high, Fraction):
        tried += [(low + high) / 2, low, high, low + (high - low) / 8, high - (high - low) / 8]
    elif isinstance(low, Fraction):
        tried += [low + 1, low, 2 * low + 10, low + 1000]
    elif isinstance(high, Fraction):
        tried += [high - 1, high, 2 * high - 10, high - 1000]
    tried += [Fraction(1), Fraction(0), Fraction(-1)]
    return list(dict.fromkeys(Fraction(value) for value in tried if low <= value <= high))
