"""Sums brought to a normal form, so that what cancels out is gone: (d + -d) + 1 is 1."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from stratc.compiler.proof.terms import ZERO, add, lt, mul, num, number_of, sub

if TYPE_CHECKING:
    from stratc.compiler.proof.terms import Term


def normal(term: Term) -> Term:
    """The same number as a sum in which each part stands once."""
    parts: dict[Term, Fraction] = {}
    constant = _collect(term, Fraction(1), parts)
    total = ZERO
    for part, factor in parts.items():
        if factor:
            total = add(total, mul(num(factor), part))
    return add(total, num(constant))


def less(left: Term, right: Term) -> Term:
    """left < right, as what is left of their difference."""
    return lt(normal(sub(left, right)), ZERO)


def _collect(term: Term, factor: Fraction, parts: dict[Term, Fraction]) -> Fraction:
    """Add the parts of a term, times a factor; returns what is constant in it."""
    constant = number_of(term)
    if constant is not None:
        return factor * constant
    if term.op == "+":
        return _collect(term.args[0], factor, parts) + _collect(term.args[1], factor, parts)
    if term.op == "neg":
        return _collect(term.args[0], -factor, parts)
    if term.op == "*":
        for one, other in (term.args, term.args[::-1]):
            scale = number_of(one)
            if scale is not None:
                return _collect(other, factor * scale, parts)
    parts[term] = parts.get(term, Fraction(0)) + factor
    return Fraction(0)
