"""Floats become integers against the trader, and never by more than the noise the other way."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.amounts import cents_down, cents_up, lots, lots_within
from stratc.runtime.engine.messages import CENT, LOT, exact

NOISE = Fraction(2, 1_000)
QUANTITIES = st.floats(-100_000.0, 100_000.0)
MONEY = st.floats(-1e9, 1e9)


@given(QUANTITIES)
def test_lots_are_cut_towards_zero_and_never_above_the_quantity_by_more_than_noise(q: float) -> None:
    units, true = abs(lots(q)), abs(Fraction(q)) * LOT
    assert units <= true + NOISE + true * Fraction(2) ** -52
    assert units > true - 1 - true * Fraction(2) ** -52


@given(QUANTITIES)
def test_lots_are_the_same_for_both_signs(q: float) -> None:
    assert lots(-q) == -lots(q)


@given(st.integers(-(10**14), 10**14))
def test_whole_lots_survive_the_way_through_a_float(units: int) -> None:
    assert lots(units / LOT) == units


def test_arithmetic_noise_is_not_cut_into_a_smaller_order() -> None:
    assert lots(0.1 + 0.2 - 0.1) == LOT // 5
    assert lots(0.3 - 0.2) == LOT // 10
    assert lots(1.9e-9) == 1


@given(st.floats(0.0, 10_000.0))
def test_lots_within_a_bound_are_within_it_and_the_most_there_are(bound: float) -> None:
    units = lots_within(bound)
    assert units / LOT <= bound
    assert (units + 1) / LOT > bound


@given(st.floats(-10_000.0, 0.0))
def test_no_lots_are_within_a_negative_bound(bound: float) -> None:
    assert lots_within(bound) == 0


@given(MONEY)
def test_the_trader_pays_up_and_receives_down(amount: float) -> None:
    true = Fraction(amount) * CENT
    slack = NOISE + abs(true) * Fraction(2) ** -52
    assert true - slack <= cents_up(amount) < true + 1 + slack
    assert true - 1 - slack < cents_down(amount) <= true + slack
    assert cents_down(amount) <= cents_up(amount)
    assert cents_up(-amount) == -cents_down(amount)


@given(st.integers(-(10**12), 10**12))
def test_exact_decimals_lose_nothing(units: int) -> None:
    text = exact(units, LOT)
    assert Fraction(text) * LOT == units
    assert "e" not in text.lower()
    assert text == "0" or not ("." in text and text.endswith("0"))
