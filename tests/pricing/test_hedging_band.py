"""Bands of no hedging: their laws, their limits, and a book simulated in them."""

from __future__ import annotations

import random
from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.pricing.hedging_band import (
    break_even_band,
    gamma_value,
    hedge_cost,
    hedges_a_year,
    middle_band,
    whalley_wilmott_band,
    zakamouline_band,
    zakamouline_volatility,
)

GAMMA = st.floats(1e-6, 1e-1)
SPOT = st.floats(1.0, 1e5)
RATE = st.floats(1e-6, 1e-2)
FIXED = st.floats(0.0, 100.0)
AVERSION = st.floats(1e-7, 1.0)


@given(GAMMA, SPOT, RATE, FIXED)
def test_at_the_break_even_band_gamma_pays_for_the_hedge(
    gamma: float, spot: float, rate: float, fixed: float
) -> None:
    band = break_even_band(gamma, spot, rate, fixed)
    assert gamma_value(band, gamma) == pytest.approx(hedge_cost(band, spot, rate, fixed), rel=1e-9)
    assert gamma_value(band / 2, gamma) < hedge_cost(band / 2, spot, rate, fixed)
    assert gamma_value(band * 2, gamma) > hedge_cost(band * 2, spot, rate, fixed)


@given(GAMMA, SPOT, RATE, AVERSION)
def test_the_cube_root_of_cost_and_of_patience(
    gamma: float, spot: float, rate: float, aversion: float
) -> None:
    band = whalley_wilmott_band(gamma, spot, rate, aversion)
    assert whalley_wilmott_band(gamma, spot, 8 * rate, aversion) == pytest.approx(2 * band)
    assert whalley_wilmott_band(gamma, spot, rate, 8 * aversion) == pytest.approx(band / 2)
    assert whalley_wilmott_band(gamma * sqrt(8), spot, rate, aversion) == pytest.approx(2 * band)
    assert whalley_wilmott_band(-gamma, spot, rate, aversion) == band
    assert middle_band(gamma, spot, rate, 0.0, aversion) == pytest.approx(4 ** (1 / 3) * band)


@given(GAMMA, SPOT, RATE, FIXED, AVERSION)
def test_the_middle_band_is_where_cost_and_risk_together_are_least(
    gamma: float, spot: float, rate: float, fixed: float, aversion: float
) -> None:
    band = middle_band(gamma, spot, rate, fixed, aversion)

    def burden(b: float) -> float:
        """Cost and risk a year, over the variance of a year's move."""
        return hedge_cost(b, spot, rate, fixed) * (gamma / b) ** 2 + aversion / 2 * b * b / 6

    assert burden(band) <= min(burden(band * 0.99), burden(band * 1.01))
    assert middle_band(gamma, spot, rate, fixed + 1.0, aversion) > band
    assert middle_band(gamma, spot, rate, fixed, 2 * aversion) < band


def test_fixed_costs_alone_go_with_the_fourth_root() -> None:
    assert middle_band(0.01, 2_000.0, 0.0, 3.0, 1e-4) == pytest.approx((12 * 3.0 * 0.01**2 / 1e-4) ** 0.25)


@given(GAMMA, SPOT, RATE, st.floats(0.05, 3.0), st.floats(1e-3, 2.0), AVERSION)
def test_zakamouline_widens_with_cost_and_narrows_with_aversion(
    gamma: float, spot: float, rate: float, vol: float, years: float, aversion: float
) -> None:
    band = zakamouline_band(gamma, spot, rate, vol, years, aversion)
    assert zakamouline_band(gamma, spot, 2 * rate, vol, years, aversion) > band
    assert zakamouline_band(gamma, spot, rate, vol, years, 2 * aversion) < band
    assert zakamouline_band(2 * gamma, spot, rate, vol, years, aversion) > band
    assert 0.0 <= zakamouline_volatility(gamma, spot, rate, vol, years, aversion) < vol


@given(GAMMA, SPOT, RATE, st.floats(0.05, 3.0), st.floats(1e-3, 2.0), st.floats(2.0, 1e3))
def test_bands_do_not_depend_on_the_unit_of_money(
    gamma: float, spot: float, rate: float, vol: float, years: float, unit: float
) -> None:
    """In cents spot is a hundred times as many, gamma and aversion a hundredth."""
    told = (gamma / unit, spot * unit, rate)
    assert whalley_wilmott_band(*told, 1e-3 / unit) == pytest.approx(
        whalley_wilmott_band(gamma, spot, rate, 1e-3)
    )
    assert zakamouline_band(*told, vol, years, 1e-3 / unit) == pytest.approx(
        zakamouline_band(gamma, spot, rate, vol, years, 1e-3)
    )
    assert zakamouline_volatility(*told, vol, years, 1e-3 / unit) == pytest.approx(
        zakamouline_volatility(gamma, spot, rate, vol, years, 1e-3)
    )
    assert break_even_band(*told, 0.0) == pytest.approx(break_even_band(gamma, spot, rate, 0.0))


def test_numbers_worked_by_hand() -> None:
    """Gamma 0.02 at 5,000, 5 bps, aversion 1; three months at 20 %: (0.0015)^(1/3), and 1e-5 + 0.020944."""
    assert whalley_wilmott_band(0.02, 5_000.0, 0.0005, 1.0) == pytest.approx(0.114471, abs=1e-6)
    assert zakamouline_band(0.02, 5_000.0, 0.0005, 0.2, 0.25, 1.0) == pytest.approx(0.020954, abs=1e-6)
    assert break_even_band(0.02, 5_000.0, 0.0005) == pytest.approx(0.1)
    assert break_even_band(0.02, 5_000.0, 0.0, 4.0) == pytest.approx(0.4)


def test_without_cost_or_gamma_there_is_no_band() -> None:
    assert break_even_band(0.01, 2_000.0, 0.0) == 0.0
    assert whalley_wilmott_band(0.01, 2_000.0, 0.0) == 0.0
    assert middle_band(0.01, 2_000.0, 0.0) == 0.0
    assert zakamouline_band(0.01, 2_000.0, 0.0, 0.6, 0.1) == 0.0
    assert zakamouline_volatility(0.01, 2_000.0, 0.0, 0.6, 0.1) == 0.6
    assert (break_even_band(0.0, 2_000.0, 0.1), middle_band(0.0, 2_000.0, 0.1)) == (0.0, 0.0)
    assert gamma_value(0.1, 0.0) == inf


def test_hedges_come_as_often_as_told_and_the_middle_band_is_the_cheapest() -> None:
    """A delta of constant gamma in steps of a hundredth of the band's hedges, for three bands."""
    gamma, spot, vol, rate, aversion = 0.01, 2_000.0, 0.8, 0.001, 1e-3
    best = middle_band(gamma, spot, rate, 0.0, aversion)
    burdens = []
    for band in (best / 1.6, best, best * 1.6):
        steps, dt = 200_000, (band / (gamma * spot * vol)) ** 2 / 400
        count, squares = _simulated(band, gamma * spot * vol * sqrt(dt), steps)
        years = steps * dt
        assert count / years == pytest.approx(hedges_a_year(band, gamma, spot, vol), rel=0.12)
        risk = aversion / 2 * (spot * vol) ** 2 * squares / steps
        burdens.append(hedge_cost(band, spot, rate) * count / years + risk)
    assert burdens[1] == min(burdens)


def _simulated(band: float, step: float, steps: int) -> tuple[int, float]:
    """Hedges, and the sum of squared deltas, of a walk that goes back to 0 at the band."""
    rng, delta, count, squares = random.Random(5), 0.0, 0, 0.0  # no secret
    for _ in range(steps):
        delta += step if rng.random() < 0.5 else -step
        if abs(delta) >= band:
            delta, count = 0.0, count + 1
        squares += delta * delta
    return count, squares


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: break_even_band(0.01, -1.0, 0.001), "spot is -1.0"),
        (lambda: middle_band(0.01, 1.0, 0.001, 0.0, 0.0), "aversion is 0.0"),
        (lambda: zakamouline_band(0.01, 1.0, 0.001, 0.6, 0.0), "years is 0.0"),
        (lambda: whalley_wilmott_band(float("nan"), 1.0, 0.001), "gamma is nan"),
        (lambda: hedges_a_year(0.0, 0.01, 1.0, 0.5), "band is 0.0"),
    ],
)
def test_bad_numbers_are_named(call: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        call()  # type: ignore[operator]
