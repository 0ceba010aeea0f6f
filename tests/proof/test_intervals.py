"""Interval arithmetic never says what a concrete assignment refutes."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from stratc.compiler.proof import terms as t
from stratc.compiler.proof.evaluation import evaluate
from stratc.compiler.proof.intervals import Box, Impossible, box_of
from tests.proof.random_terms import REALS, Model, conditions, models, numbers


def known(model: Model, width: Fraction) -> list[t.Term]:
    """Facts that the assignment meets: each number within `width` of its value."""
    facts = []
    for name in REALS:
        value = model[name]
        facts.append(t.le(t.num(Fraction(value) - width), t.var(name)))
        facts.append(t.le(t.var(name), t.num(Fraction(value) + width)))
    return facts


WIDTHS = st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(1), Fraction(10)])


@st.composite
def met(draw: st.DrawFn) -> tuple[list[t.Term], Model]:
    """An assignment and facts at random, each turned round where it does not hold."""
    model = draw(models())
    facts = [
        fact if evaluate(fact, model) else t.no(fact) for fact in draw(st.lists(conditions(), max_size=5))
    ]
    facts += known(model, draw(WIDTHS)) if draw(st.booleans()) else []
    return draw(st.permutations(facts)), model


@settings(max_examples=120, deadline=None, derandomize=True)
@given(met(), conditions())
def test_what_is_proved_holds(given_: tuple[list[t.Term], Model], goal: t.Term) -> None:
    facts, model = given_
    box = box_of(facts)
    assert box is not None, f"{model} meets {facts}"
    try:
        proved = box.proves(goal)
    except Impossible:
        proved = True
    assert not proved or evaluate(goal, model) is True, f"{model} meets {facts} and not {goal}"


@settings(max_examples=120, deadline=None, derandomize=True)
@given(met(), numbers())
def test_a_range_holds_the_value(given_: tuple[list[t.Term], Model], term: t.Term) -> None:
    facts, model = given_
    low, high = Box(facts).range(term)
    assert low <= evaluate(term, model) <= high, f"{term} of {model} under {facts}"


@settings(max_examples=120, deadline=None, derandomize=True)
@given(met(), conditions())
def test_a_truth_is_the_truth(given_: tuple[list[t.Term], Model], condition: t.Term) -> None:
    facts, model = given_
    truth = Box(facts).truth(condition)
    assert truth in (None, evaluate(condition, model)), f"{condition} of {model} under {facts}"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(met(), conditions())
def test_further_facts_leave_a_box_as_it_is(given_: tuple[list[t.Term], Model], more: t.Term) -> None:
    facts, model = given_
    box = Box(facts)
    before = [box.range(t.var(name)) for name in REALS]
    holds = more if evaluate(more, model) else t.no(more)
    other = box.with_(holds)
    assert [box.range(t.var(name)) for name in REALS] == before
    for name in REALS:
        low, high = other.range(t.var(name))
        assert low <= model[name] <= high


@settings(max_examples=100, deadline=None, derandomize=True)
@given(models(), numbers(), numbers())
@example({"x": Fraction(2), "y": Fraction(1)}, t.var("x"), t.var("y"))
def test_it_proves_something(model: Model, left: t.Term, right: t.Term) -> None:
    """With every number known, what holds by a margin is proved: the tests above do not pass for want of proofs."""
    full = {**dict.fromkeys(REALS, Fraction(0)), **model}
    box = Box(known(full, Fraction(0)))
    low, high = sorted(Fraction(evaluate(term, full)) for term in (left, right))
    assume(low < high)
    smaller, larger = (left, right) if evaluate(left, full) == low else (right, left)
    assert box.proves(t.lt(smaller, larger)), f"{smaller} < {larger} of {full}"
