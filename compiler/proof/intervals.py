"""The pre-pass: what interval arithmetic alone can settle, without a solver.

Facts narrow the ranges of variables and terms, forwards and backwards, until nothing changes much (hull
consistency: F. Benhamou, F. Goualard, L. Granvilliers, J.-F. Puget, "Revising hull and box consistency",
1999). Ends of ranges are exact rationals, and always included: `x < 5` narrows x to at most 5. What is
narrowed away is impossible, so a goal that holds on what is left is proved; the converse is not.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf, isnan
from typing import TYPE_CHECKING, cast

from stratc.compiler.proof.terms import TRUE, no

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stratc.compiler.proof.terms import Term

End = Fraction | float
"""An end of a range: exact, or infinite."""
Interval = tuple[End, End]

_ANY: Interval = (-inf, inf)
_ROUNDS = 6
_BITS = 256
"""Ends with longer numerators are not worth their arithmetic: such narrowing is left out."""


class Impossible(Exception):
    """The facts cannot all hold."""


class Box:
    """Ranges of terms under some facts."""

    def __init__(self, facts: Iterable[Term] = ()) -> None:
        """Take in facts.

        Raises:
            Impossible: they contradict each other.
        """
        self._of: dict[Term, Interval] = {}
        self._memo: dict[Term, Interval] = {}
        """Ranges that follow from `_of`, forgotten when it changes."""
        self._facts: list[Term] = []
        self.assume(facts)

    def assume(self, facts: Iterable[Term]) -> None:
        """Narrow by further facts.

        Raises:
            Impossible: they contradict each other or the earlier ones.
        """
        self._facts += facts
        for _ in range(_ROUNDS):
            before = dict(self._of)
            for fact in self._facts:
                self._require(fact)
            if before == self._of:
                return

    def with_(self, *facts: Term) -> Box:
        """The box under further facts; this one stays as it is.

        Raises:
            Impossible: they contradict what is known.
        """
        other = Box()
        other._of = dict(self._of)
        other._facts = list(self._facts)
        other.assume(facts)
        return other

    def proves(self, goal: Term) -> bool:
        """Whether the goal holds wherever the facts do."""
        if self.truth(goal) is True:
            return True
        if goal.op == "and":
            return all(self.proves(part) for part in goal.args)
        if goal.op == "or":
            return any(self._without(goal, position) for position in range(len(goal.args)))
        try:
            self.with_(no(goal))
        except Impossible:
            return True
        return False

    def _without(self, goal: Term, position: int) -> bool:
        """Whether one part of an `or` holds where none of the others does."""
        others = [no(part) for at, part in enumerate(goal.args) if at != position]
        try:
            return self.with_(*others).proves(goal.args[position])
        except Impossible:
            return True

    def range(self, term: Term) -> Interval:
        """The range of a number under the facts."""
        found = self._memo.get(term)
        if found is None:
            args = [self.range(arg) for arg in term.args if arg.sort == "Real"]
            found = self._memo[term] = self._met(term, _forward(term, args, self))
        return found

    def truth(self, term: Term) -> bool | None:
        """Whether a condition always or never holds; None where it can be both."""
        if term.op in ("true", "false"):
            return term is TRUE
        known = self._of.get(term)
        if known is not None:
            return known[0] > 0
        return _TRUTHS[term.op](self, term) if term.op in _TRUTHS else None

    def _met(self, term: Term, found: Interval) -> Interval:
        known = self._of.get(term)
        if known is None:
            return found
        low, high = max(found[0], known[0]), min(found[1], known[1])
        if low > high:
            raise Impossible
        return low, high

    # --- backwards ------------------------------------------------------------------------------

    def _require(self, fact: Term) -> None:
        """Narrow what a fact speaks of."""
        truth = self.truth(fact)
        if truth is False:
            raise Impossible
        if fact.op == "and":
            for part in fact.args:
                self._require(part)
        elif fact.op == "or":
            open_parts = [part for part in fact.args if self.truth(part) is not False]
            if not open_parts:
                raise Impossible
            if len(open_parts) == 1:
                self._require(open_parts[0])
        elif fact.op == "not":
            self._know(fact.args[0], False)
        elif fact.op == "var":
            self._know(fact, True)
        elif fact.op in ("<=", "<"):
            left, right = fact.args
            low, high = self.range(left)[0], self.range(right)[1]
            self._narrow(left, (-inf, high))
            self._narrow(right, (low, inf))
        elif fact.op == "=" and fact.args[0].sort == "Real":
            left, right = fact.args
            low, high = self.range(left)
            other_low, other_high = self.range(right)
            met = max(low, other_low), min(high, other_high)
            self._narrow(left, met)
            self._narrow(right, met)
        elif fact.op == "ite":
            self._require_choice(fact)

    def _require_choice(self, fact: Term) -> None:
        which, then, otherwise = fact.args
        if self.truth(then) is False or self.truth(which) is False:
            self._require(no(which))
            self._require(otherwise)
        elif self.truth(otherwise) is False or self.truth(which) is True:
            self._require(which)
            self._require(then)

    def _know(self, term: Term, truth: bool) -> None:
        if term.op == "var":
            value = Fraction(int(truth))
            if self._of.setdefault(term, (value, value))[0] != value:
                raise Impossible
            self._memo.clear()

    def _narrow(self, term: Term, to: Interval) -> None:
        """Narrow a number, and what it is made of."""
        now = self.range(term)
        low, high = max(now[0], to[0]), min(now[1], to[1])
        if low > high:
            raise Impossible
        if (low, high) == now or _long(low) or _long(high):
            return
        self._of[term] = (low, high)
        self._memo.clear()
        backward = _BACKWARD.get(term.op)
        if backward is not None:
            backward(self, term, (low, high))


def _long(end: End) -> bool:
    return isinstance(end, Fraction) and (
        end.numerator.bit_length() > _BITS or end.denominator.bit_length() > _BITS
    )


# --- forwards -----------------------------------------------------------------------------------


def _forward(term: Term, args: list[Interval], box: Box) -> Interval:
    if term.op == "num":
        value = cast("Fraction", term.value)
        return value, value
    if term.op == "var":
        return _ANY
    if term.op == "ite":
        truth = box.truth(term.args[0])
        if truth is not None:
            return args[0 if truth else 1]
        return min(args[0][0], args[1][0]), max(args[0][1], args[1][1])
    return _NUMBERS[term.op](args)


def _sum(args: list[Interval]) -> Interval:
    (a, b), (c, d) = args
    return _plus(a, c, -inf), _plus(b, d, inf)


def _plus(a: End, b: End, unknown: End) -> End:
    total = a + b
    return unknown if isinstance(total, float) and isnan(total) else total


def _times(a: End, b: End) -> End:
    return Fraction(0) if a == 0 or b == 0 else a * b


def _product(args: list[Interval]) -> Interval:
    values = [_times(a, b) for a in args[0] for b in args[1]]
    return min(values), max(values)


def _quotient(args: list[Interval]) -> Interval:
    (a, b), (c, d) = args
    if c > 0 or d < 0:
        values = [_over(x, y) for x in (a, b) for y in (c, d)]
        return min(values), max(values)
    if c == 0 and d > 0:  # the divisor is not zero, so it is positive
        return (-inf if a < 0 else _over(a, d)), (inf if b > 0 else _over(b, d))
    if d == 0 and c < 0:
        low, high = _quotient([(-b, -a), (Fraction(0), -c)])
        return low, high
    return _ANY


def _over(a: End, b: End) -> End:
    if isinstance(b, float):
        return Fraction(0) if isinstance(a, Fraction) or a == 0 else (inf if (a > 0) == (b > 0) else -inf)
    return a / b


def _absolute(args: list[Interval]) -> Interval:
    ((low, high),) = args
    if low >= 0:
        return low, high
    return (-high, -low) if high <= 0 else (Fraction(0), max(-low, high))


_NUMBERS: dict[str, Callable[[list[Interval]], Interval]] = {
    "+": _sum,
    "*": _product,
    "/": _quotient,
    "neg": lambda args: (-args[0][1], -args[0][0]),
    "abs": _absolute,
    "min": lambda args: (min(args[0][0], args[1][0]), min(args[0][1], args[1][1])),
    "max": lambda args: (max(args[0][0], args[1][0]), max(args[0][1], args[1][1])),
}


def _and(box: Box, term: Term) -> bool | None:
    truths = [box.truth(part) for part in term.args]
    return False if False in truths else None if None in truths else True


def _or(box: Box, term: Term) -> bool | None:
    truths = [box.truth(part) for part in term.args]
    return True if True in truths else None if None in truths else False


def _not(box: Box, term: Term) -> bool | None:
    truth = box.truth(term.args[0])
    return None if truth is None else not truth


def _choice(box: Box, term: Term) -> bool | None:
    which = box.truth(term.args[0])
    if which is not None:
        return box.truth(term.args[1 if which else 2])
    then, otherwise = box.truth(term.args[1]), box.truth(term.args[2])
    return then if then is otherwise else None


def _at_most(box: Box, term: Term) -> bool | None:
    (low, high), (other_low, other_high) = (box.range(arg) for arg in term.args)
    return True if high <= other_low else False if low > other_high else None


def _less(box: Box, term: Term) -> bool | None:
    (low, high), (other_low, other_high) = (box.range(arg) for arg in term.args)
    return True if high < other_low else False if low >= other_high else None


def _equal(box: Box, term: Term) -> bool | None:
    if term.args[0].sort == "Bool":
        left, right = (box.truth(arg) for arg in term.args)
        return None if left is None or right is None else left is right
    (low, high), (other_low, other_high) = (box.range(arg) for arg in term.args)
    if low == high == other_low == other_high:
        return True
    return False if high < other_low or other_high < low else None


_TRUTHS: dict[str, Callable[[Box, Term], bool | None]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "ite": _choice,
    "<=": _at_most,
    "<": _less,
    "=": _equal,
}


# --- backwards ----------------------------------------------------------------------------------


def _back_sum(box: Box, term: Term, to: Interval) -> None:
    for position in (0, 1):
        low, high = box.range(term.args[1 - position])
        box._narrow(term.args[position], (_plus(to[0], -high, -inf), _plus(to[1], -low, inf)))


def _back_product(box: Box, term: Term, to: Interval) -> None:
    for position in (0, 1):
        low, high = box.range(term.args[1 - position])
        if low > 0 or high < 0:
            box._narrow(term.args[position], _quotient([to, (low, high)]))


def _back_quotient(box: Box, term: Term, to: Interval) -> None:
    box._narrow(term.args[0], _product([to, box.range(term.args[1])]))


def _back_absolute(box: Box, term: Term, to: Interval) -> None:
    (inner,) = term.args
    low, high = box.range(inner)
    box._narrow(inner, (to[0] if low >= 0 else -to[1], -to[0] if high <= 0 else to[1]))


def _back_least(box: Box, term: Term, to: Interval) -> None:
    for position in (0, 1):
        inner, other = term.args[position], term.args[1 - position]
        box._narrow(inner, (to[0], to[1] if box.range(other)[0] > to[1] else inf))


def _back_greatest(box: Box, term: Term, to: Interval) -> None:
    for position in (0, 1):
        inner, other = term.args[position], term.args[1 - position]
        box._narrow(inner, (to[0] if box.range(other)[1] < to[0] else -inf, to[1]))


def _back_choice(box: Box, term: Term, to: Interval) -> None:
    truth = box.truth(term.args[0])
    if truth is not None:
        box._narrow(term.args[1 if truth else 2], to)


_BACKWARD: dict[str, Callable[[Box, Term, Interval], None]] = {
    "+": _back_sum,
    "neg": lambda box, term, to: box._narrow(term.args[0], (-to[1], -to[0])),
    "*": _back_product,
    "/": _back_quotient,
    "abs": _back_absolute,
    "min": _back_least,
    "max": _back_greatest,
    "ite": _back_choice,
}


def box_of(facts: Iterable[Term]) -> Box | None:
    """The box of some facts; None where they contradict each other."""
    try:
        return Box(facts)
    except Impossible:
        return None
