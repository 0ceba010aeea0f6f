"""Looking for a state that refutes an obligation, without a solver.

One variable after the other takes a likely value of its range, and what that makes impossible for the others is
narrowed away (search with propagation: E. Freuder, A. Mackworth, 1985). What is found is checked exactly.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING

from stratc.compiler.proof.evaluation import evaluate
from stratc.compiler.proof.intervals import Box, Impossible
from stratc.compiler.proof.terms import Term, eq, no, num, variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.intervals import Interval
    from stratc.compiler.proof.obligation import Model, Obligation

_MOST = 60
"""Values tried in all; a solver takes longer to import."""


def refuted_by_example(one: Obligation) -> bool:
    """Whether a state was found that meets every fact and not the goal."""
    return example_against(one) is not None


def example_against(one: Obligation) -> Model | None:
    """A state that meets every fact and not the goal, if one is found in a few tries."""
    terms = [*(fact.term for fact in one.facts), no(one.goal)]
    try:
        return _Search(terms).found(Box(terms), list(variables(*reversed(terms)).values()))
    except Impossible:
        return None


class _Search:
    """The tries that are left."""

    def __init__(self, terms: list[Term]) -> None:
        self.terms = terms
        self.left = _MOST

    def found(self, box: Box, open_: list[Term]) -> Model | None:
        """A state in the box."""
        settled = [(at, _only(box, at)) for at in open_]
        free = [at for at, value in settled if value is None]
        if not free:
            return self._checked({str(at.value): value for at, value in settled if value is not None})
        first = free[0]
        for fact in _facts(box, first):
            if self.left == 0:
                return None
            self.left -= 1
            try:
                model = self.found(box.with_(fact), open_)
            except Impossible:
                continue
            if model is not None:
                return model
        return None

    def _checked(self, model: Model) -> Model | None:
        try:
            return model if all(evaluate(term, model) is True for term in self.terms) else None
        except ZeroDivisionError:
            return None


def _only(box: Box, variable: Term) -> Fraction | bool | None:
    """The one value that is left for a variable."""
    if variable.sort == "Bool":
        return box.truth(variable)
    low, high = box.range(variable)
    return Fraction(low) if low == high and low not in (inf, -inf) else None


def _facts(box: Box, variable: Term) -> Iterator[Term]:
    if variable.sort == "Bool":
        yield from (variable, no(variable))
        return
    yield from (eq(variable, num(value)) for value in _values(box.range(variable)))


def _values(of: Interval) -> list[Fraction]:
    """Likely values in a range: its middle, one, zero, its ends and what lies near them."""
    low, high = of
    tried: list[Fraction] = []
    if isinstance(low, Fraction) and isinstance(high, Fraction):
        tried += [(low + high) / 2, low, high, low + (high - low) / 8, high - (high - low) / 8]
    elif isinstance(low, Fraction):
        tried += [low + 1, low, 2 * low + 10, low + 1000]
    elif isinstance(high, Fraction):
        tried += [high - 1, high, 2 * high - 10, high - 1000]
    else:
        tried += [Fraction(2), Fraction(-2), Fraction(10), Fraction(-10)]
    tried[1:1] = [Fraction(1), Fraction(0)]
    tried.append(Fraction(-1))
    return list(dict.fromkeys(value for value in tried if low <= value <= high))
