"""The hedge ratio of one option under jumps: the arrays' own, the bounds of a delta, and delta without jumps."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stratc.runtime.pricing import merton
from stratc.runtime.pricing.jump_delta import jump_delta, jumps_of
from stratc.runtime.pricing.models import Jumps, Merton
from stratc.runtime.pricing.scalar import bs_greeks

CALL = st.booleans()
SPOT = st.floats(500.0, 5_000.0)
STRIKE = st.floats(500.0, 5_000.0)
YEARS = st.sampled_from([0.0, 1e-6, 1e-3, 0.02, 0.25, 1.0, 3.0])
VOL = st.floats(0.05, 2.5)
JUMPS = st.builds(jumps_of, st.floats(0.0, 60.0), st.floats(-0.9, 2.0), st.floats(0.0, 1.5))
NONE = [jumps_of(0.0, -0.3, 0.2), jumps_of(5.0, 0.0, 0.0)]


@given(CALL, SPOT, STRIKE, YEARS, VOL, st.sampled_from(NONE))
def test_without_jumps_it_is_delta_bit_for_bit(
    call: bool, spot: float, strike: float, years: float, vol: float, jumps: Jumps
) -> None:
    assert (
        jump_delta(call, spot, strike, years, vol, jumps) == bs_greeks(call, spot, strike, years, vol).delta
    )


@given(CALL, SPOT, STRIKE, YEARS, VOL, st.floats(1e-3, 60.0), st.floats(-0.7, 0.7), st.floats(0.01, 0.6))
def test_it_is_what_the_arrays_say(
    call: bool, spot: float, strike: float, years: float, vol: float, often: float, mean: float, spread: float
) -> None:
    jumps = jumps_of(often, mean, spread)
    assume(years > 0.0)
    expected = float(merton.hedge_ratio(call, spot, strike, years, Merton(vol, jumps), backend="numpy"))
    assert jump_delta(call, spot, strike, years, vol, jumps) == pytest.approx(expected, abs=1e-10)


@given(CALL, SPOT, STRIKE, YEARS, VOL, JUMPS)
def test_it_has_the_bounds_of_a_delta(
    call: bool, spot: float, strike: float, years: float, vol: float, jumps: Jumps
) -> None:
    ratio = jump_delta(call, spot, strike, years, vol, jumps)
    assert 0.0 <= ratio <= 1.0 if call else -1.0 <= ratio <= 0.0


@given(SPOT, STRIKE, YEARS, VOL, JUMPS)
def test_a_call_less_a_put_is_the_underlying(
    spot: float, strike: float, years: float, vol: float, jumps: Jumps
) -> None:
    assume(abs(spot - strike) > 1e-9 or years > 0.0)
    call = jump_delta(True, spot, strike, years, vol, jumps)
    put = jump_delta(False, spot, strike, years, vol, jumps)
    assert call - put == pytest.approx(1.0, abs=1e-8)


@given(CALL, STRIKE, st.sampled_from([0.02, 0.25, 1.0]), VOL, JUMPS, st.lists(SPOT, min_size=2, max_size=2))
def test_it_grows_with_the_spot(
    call: bool, strike: float, years: float, vol: float, jumps: Jumps, spots: list[float]
) -> None:
    low, high = sorted(spots)
    below, above = (jump_delta(call, spot, strike, years, vol, jumps) for spot in (low, high))
    assert below <= above + 1e-8


def test_crashes_make_a_put_far_below_the_spot_worth_hedging() -> None:
    crashes = jumps_of(0.8, -0.30, 0.10)
    plain = bs_greeks(False, 3_000.0, 2_300.0, 14 / 365, 0.5).delta
    assert plain == pytest.approx(-0.0035, abs=1e-3)
    assert jump_delta(False, 3_000.0, 2_300.0, 14 / 365, 0.5, crashes) < 10.0 * plain


def test_the_mean_is_that_of_the_change() -> None:
    assert jumps_of(0.8, -0.12, 0.18).mean_change == pytest.approx(-0.12, rel=1e-14)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [((1.0, -1.0, 0.1), "above -1"), ((-1.0, 0.0, 0.1), "intensity"), ((1.0, 0.0, -0.1), "deviation")],
)
def test_numbers_that_no_jumps_have(arguments: tuple[float, float, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        jumps_of(*arguments)


def test_too_many_jumps_are_no_series() -> None:
    with pytest.raises(ValueError, match="too many"):
        jump_delta(True, 3_000.0, 3_000.0, 1_000.0, 0.5, jumps_of(300.0, -0.1, 0.1))
