"""Terms and assignments at random."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from stratc.compiler.proof import terms as t
from stratc.compiler.proof.evaluation import Value

REALS = ("x", "y", "position(ETH)", "delta of a call #3")
FLAGS = ("rule 1 fires", "flag")
NAMES = (*REALS, *FLAGS)
Model = dict[str, Value]

FRACTIONS = st.sampled_from(
    [Fraction(0), Fraction(1), Fraction(-1), Fraction(2), Fraction(-3), Fraction(1, 2), Fraction(-1, 3), Fraction(7)]
) | st.fractions(min_value=-5, max_value=5, max_denominator=8)  # fmt: skip


def models() -> st.SearchStrategy[Model]:
    """A value for every variable."""
    reals = st.fixed_dictionaries(dict.fromkeys(REALS, FRACTIONS))
    flags = st.fixed_dictionaries(dict.fromkeys(FLAGS, st.booleans()))
    return st.builds(lambda left, right: {**left, **right}, reals, flags)


def numbers(size: int = 6) -> st.SearchStrategy[t.Term]:
    """Terms that are numbers."""
    leaves = st.sampled_from([t.var(name) for name in REALS]) | FRACTIONS.map(t.num)
    return st.recursive(leaves, _larger, max_leaves=size)


def _larger(part: st.SearchStrategy[t.Term]) -> st.SearchStrategy[t.Term]:
    two = st.sampled_from([t.add, t.sub, t.mul, t.least, t.greatest, _ratio])
    compared = st.builds(lambda build, a, b: build(a, b), st.sampled_from([t.le, t.lt, t.eq]), part, part)
    return st.one_of(
        st.builds(lambda build, a, b: build(a, b), two, part, part),
        st.builds(lambda build, a, b: build(a, b), two, part, part),
        st.builds(lambda build, a: build(a), st.sampled_from([t.neg, t.absolute]), part),
        st.builds(t.ite, compared, part, part),
    )


def _ratio(a: t.Term, b: t.Term) -> t.Term:
    """A division whose divisor is not zero."""
    return t.div(a, t.add(t.absolute(b), t.ONE))


def conditions(size: int = 4) -> st.SearchStrategy[t.Term]:
    """Terms that are true or false."""
    compared = st.builds(
        lambda build, a, b: build(a, b), st.sampled_from([t.le, t.lt, t.eq]), numbers(4), numbers(4)
    )
    leaves = st.one_of(compared, compared, st.sampled_from([t.var(name, "Bool") for name in FLAGS]))
    return st.recursive(leaves, _longer, max_leaves=size)


def _longer(part: st.SearchStrategy[t.Term]) -> st.SearchStrategy[t.Term]:
    two = st.sampled_from([t.both, t.either, t.implies, t.eq])
    return st.one_of(
        st.builds(lambda build, a, b: build(a, b), two, part, part),
        st.builds(t.no, part),
        st.builds(t.ite, part, part, part),
    )
