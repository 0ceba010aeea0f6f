"""Numbers of the solver's models, however long."""

from __future__ import annotations

from fractions import Fraction

import pytest
import z3
from hypothesis import given
from hypothesis import strategies as st

from stratc.compiler.proof.solve import _fraction


@given(st.fractions())
def test_a_number_is_read_as_it_is(number: Fraction) -> None:
    assert _fraction(z3.Q(number.numerator, number.denominator)) == number


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_of_thousands_of_digits_is_read_to_thirty(sign: str) -> None:
    long = z3.RealVal(f"{sign}{'1234567890' * 480}/{'9876543210' * 480}")
    wanted = Fraction(1234567890, 9876543210) * (-1 if sign else 1)
    found = _fraction(long)
    assert abs(found / wanted - 1) < Fraction(1, 10**29)
    assert len(str(found)) < 100


@pytest.mark.parametrize(
    ("text", "sign"), [("9" * 5_000, 1), ("-" + "9" * 5_000, -1), (f"1/{'9' * 5_000}", 0)]
)
def test_one_that_is_out_of_all_reach_can_still_be_written(text: str, sign: int) -> None:
    found = _fraction(z3.RealVal(text))
    assert str(found)
    assert (found > 0) - (found < 0) == sign
