"""Builders keep values, and SMT-LIB says of a term what evaluation does."""

from __future__ import annotations

from fractions import Fraction

import pytest
import z3
from hypothesis import assume, given, settings

from stratc.compiler.proof import terms as t
from stratc.compiler.proof.evaluation import Value, evaluate
from stratc.compiler.proof.smtlib import declarations, written
from tests.proof.random_terms import FLAGS, NAMES, REALS, Model, conditions, models, numbers

PLAIN = {
    t.add: lambda a, b: a + b,
    t.sub: lambda a, b: a - b,
    t.mul: lambda a, b: a * b,
    t.least: min,
    t.greatest: max,
    t.le: lambda a, b: a <= b,
    t.lt: lambda a, b: a < b,
    t.eq: lambda a, b: a == b,
}
"""What each builder of two numbers means."""


def value(term: t.Term, model: Model) -> Value:
    """The value, where no division by zero stands in the way."""
    try:
        return evaluate(term, model)
    except ZeroDivisionError:
        assume(False)
        raise


@pytest.mark.parametrize("build", PLAIN, ids=lambda build: build.__name__)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(numbers(), numbers(), models())
def test_builders_of_two_numbers_keep_values(
    build: object, left: t.Term, right: t.Term, model: Model
) -> None:
    assert callable(build)
    expected = PLAIN[build](value(left, model), value(right, model))  # type: ignore[index]  # one of its keys
    assert value(build(left, right), model) == expected


@settings(max_examples=150, deadline=None, derandomize=True)
@given(numbers(), numbers(), conditions(), conditions(), models())
def test_other_builders_keep_values(a: t.Term, b: t.Term, p: t.Term, q: t.Term, model: Model) -> None:
    x, y, left, right = (value(term, model) for term in (a, b, p, q))
    assert value(t.neg(a), model) == -x
    assert value(t.absolute(a), model) == abs(x)
    assert value(t.ite(p, a, b), model) == (x if left else y)
    assert value(t.both(p, q), model) == (left and right)
    assert value(t.either(p, q), model) == (left or right)
    assert value(t.no(p), model) == (not left)
    assert value(t.implies(p, q), model) == (not left or right)
    assert value(t.eq(p, q), model) == (left == right)
    if y:
        assert value(t.div(a, b), model) == Fraction(x) / Fraction(y)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(numbers(), numbers())
def test_equal_terms_are_one(a: t.Term, b: t.Term) -> None:
    assert t.add(a, b) is t.add(a, b)
    assert t.le(a, b) is t.le(a, b)
    assert set(t.variables(a, b)) <= {*REALS, *FLAGS}


def test_a_number_is_the_decimal_that_is_read() -> None:
    assert t.number_of(t.num(0.1)) == Fraction(1, 10)
    assert t.number_of(t.num(1e-9)) == Fraction(1, 10**9)


def as_z3(model: Model) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
    pairs: list[tuple[z3.ExprRef, z3.ExprRef]] = []
    for name, given_value in model.items():
        if isinstance(given_value, bool):
            pairs.append((z3.Bool(name), z3.BoolVal(given_value)))
        else:
            exact = z3.Q(given_value.numerator, given_value.denominator)
            pairs.append((z3.Real(name), exact))
    return pairs


@settings(max_examples=150, deadline=None, derandomize=True)
@given(conditions(), models())
def test_smtlib_says_what_evaluation_does(condition: t.Term, model: Model) -> None:
    expected = value(condition, model)
    text = "\n".join([*declarations([condition]), f"(assert {written(condition)})"])
    (parsed,) = z3.parse_smt2_string(text)
    found = z3.simplify(z3.substitute(parsed, *as_z3(model)))
    assert z3.is_true(found) if expected else z3.is_false(found)


def test_names_cover_every_variable() -> None:
    assert set(NAMES) == {*REALS, *FLAGS}
