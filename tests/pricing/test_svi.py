"""SVI slices: the example of Gatheral and Jacquier, arbitrage found and avoided, quotes given back."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.runtime.pricing import smile, svi, vector
from stratc.runtime.pricing.svi import Svi

# J. Gatheral and A. Jacquier (2014), example 3.1, after A. Vogt: positive variance, and butterfly arbitrage.
VOGT = Svi(-0.0410, 0.1331, 0.3060, 0.3586, 0.4153)
FREE = Svi(0.04, 0.1, -0.4, 0.05, 0.2)
QUOTED = np.linspace(-1.0, 1.0, 21)

slices = st.builds(
    lambda least, b, rho, m, sigma: Svi(
        least - b * sigma * math.sqrt(1.0 - rho * rho) + 1e-9, b, rho, m, sigma
    ),
    st.floats(0.01, 0.5),
    st.floats(0.01, 0.8),
    st.floats(-0.9, 0.9),
    st.floats(-0.3, 0.3),
    st.floats(0.05, 0.6),
)


def test_vogts_slice_has_the_arbitrage_that_they_show():
    worst = svi.butterfly(VOGT)
    assert worst.value < -0.03  # figure 1 there: g dips to about -0.03 near 0.9
    assert worst.log_moneyness == pytest.approx(0.9, abs=0.1)


def test_the_density_sign_is_that_of_the_prices():
    """g against the second difference of call prices by strike, on either side of where Vogt's slice goes wrong."""
    strikes = np.exp(np.array([-0.5, 0.0, 0.85, 0.9, 1.6]))
    step = 2e-4

    def calls(strike):
        return vector.price(
            True, 1.0, strike, 1.0, svi.smile(VOGT, 1.0)(np.log(strike)).value, backend="numpy"
        )

    bends = (calls(strikes + step) - 2.0 * calls(strikes) + calls(strikes - step)) / step**2
    signs = smile.density_sign(np.log(strikes), svi.variance(VOGT, np.log(strikes)))
    assert np.sign(bends).tolist() == np.sign(signs).tolist()
    w = svi.variance(VOGT, np.log(strikes)).value
    minus = -np.log(strikes) / np.sqrt(w) - 0.5 * np.sqrt(w)
    density = signs * np.exp(-0.5 * minus**2) / np.sqrt(2.0 * math.pi * w)
    np.testing.assert_allclose(bends * strikes, density, rtol=1e-3, atol=1e-7)


@given(slices, st.floats(-2.0, 2.0))
def test_derivatives(one, k):
    """Of w by complex numbers' own arithmetic, of its slope by difference."""
    step = 1e-20
    x = complex(k, step) - one.m
    slope = (one.a + one.b * (one.rho * x + (x * x + one.sigma**2) ** 0.5)).imag / step
    found = svi.variance(one, k)
    assert found.slope == pytest.approx(slope, rel=1e-12, abs=1e-14)
    near = (svi.variance(one, k + 1e-5).slope - svi.variance(one, k - 1e-5).slope) / 2e-5
    assert found.bend == pytest.approx(near, rel=1e-5, abs=1e-8)


@settings(max_examples=15, deadline=None)
@given(slices)
def test_a_fit_gives_back_a_slice_free_of_arbitrage(one):
    if svi.butterfly(one).value < 0.0:
        return
    found = svi.fit(QUOTED, svi.variance(one, QUOTED).value)
    miss = svi.variance(found, QUOTED).value - svi.variance(one, QUOTED).value
    assert np.max(np.abs(miss)) < 1e-6
    assert svi.butterfly(found).value >= 0.0


def test_quotes_with_arbitrage_get_the_nearest_slice_without():
    found = svi.fit(QUOTED, svi.variance(VOGT, QUOTED).value)
    assert svi.butterfly(found).value >= 0.0
    miss = svi.variance(found, QUOTED).value - svi.variance(VOGT, QUOTED).value
    assert 1e-5 < np.max(np.abs(miss)) < 0.02
    assert svi.fit(QUOTED, svi.variance(VOGT, QUOTED).value) == found


def test_weights_move_the_fit():
    noisy = svi.variance(FREE, QUOTED).value * (1.0 + 0.1 * np.cos(7.0 * QUOTED))
    money = np.abs(QUOTED) < 0.25
    flat, money_first = (svi.fit(QUOTED, noisy, w) for w in (1.0, np.where(money, 10.0, 1.0)))
    misses = [np.max(np.abs(svi.variance(one, QUOTED).value - noisy)[money]) for one in (flat, money_first)]
    assert misses[1] < misses[0]


def test_calendar():
    later = Svi(0.05, 0.1, -0.4, 0.05, 0.2)
    assert svi.calendar(FREE, later).value == pytest.approx(0.01, abs=1e-12)
    assert svi.calendar(later, FREE).value == pytest.approx(-0.01, abs=1e-12)
    crossing = Svi(0.0, 0.2, -0.4, 0.05, 0.2)  # steeper wings, a lower middle
    worst = svi.calendar(FREE, crossing)
    assert worst.value < 0.0
    k = worst.log_moneyness
    gap = svi.variance(crossing, k).value - svi.variance(FREE, k).value
    assert gap == pytest.approx(worst.value, abs=1e-12)
    assert svi.calendar(crossing, FREE) == (-math.inf, -math.inf)


def test_a_wing_too_steep_is_arbitrage_at_infinity():
    worst = svi.butterfly(Svi(5.0, 1.4, 0.5, 0.0, 2.0))
    assert worst.value == pytest.approx(0.25 - 2.1**2 / 16.0)
    assert worst.log_moneyness == math.inf


@pytest.mark.parametrize(
    "numbers",
    [
        (-1.0, 0.1, 0.0, 0.0, 0.2),
        (0.1, -0.1, 0.0, 0.0, 0.2),
        (0.1, 0.1, 1.5, 0.0, 0.2),
        (0.1, 0.1, 0.0, math.nan, 0.2),
    ],
)
def test_bad_parameters_are_refused(numbers):
    with pytest.raises(ValueError, match="b must not be negative, sigma positive"):
        Svi(*numbers)


@pytest.mark.parametrize(
    ("k", "w"), [([0.0] * 3, [0.1] * 3), ([0.0] * 5, [0.1, 0.1, -0.1, 0.1, 0.1]), ([0.0] * 5, [0.1] * 4)]
)
def test_bad_quotes_are_refused(k, w):
    with pytest.raises(ValueError, match="SVI needs five finite quotes of positive variance"):
        svi.fit(k, w)
