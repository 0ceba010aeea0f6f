"""SABR: Hagan's and Obłój's formula as printed, its limits, the normal and the lognormal model, quotes given back."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.runtime.pricing import sabr, smile
from stratc.runtime.pricing.sabr import Sabr

STRIKES = np.linspace(0.3, 3.0, 28)

models = st.builds(
    Sabr, st.floats(0.05, 1.0), st.floats(0.0, 0.95), st.floats(-0.9, 0.9), st.floats(0.05, 2.0)
)


def _printed(s, f, k, t):
    """J. Obłój (2008), eqs. 2 and 3, as they stand there: strike not at the forward, beta below one."""
    z = s.nu / s.alpha * (f ** (1.0 - s.beta) - k ** (1.0 - s.beta)) / (1.0 - s.beta)
    chi = np.log((np.sqrt(1.0 - 2.0 * s.rho * z + z * z) + z - s.rho) / (1.0 - s.rho))
    middle = (f * k) ** (0.5 * (1.0 - s.beta))
    order = (1.0 - s.beta) ** 2 / 24.0 * s.alpha**2 / middle**2
    order = order + 0.25 * s.rho * s.nu * s.alpha * s.beta / middle + (2.0 - 3.0 * s.rho**2) / 24.0 * s.nu**2
    return s.nu * np.log(f / k) / chi * (1.0 + order * t)


@given(models, st.floats(0.1, 3.0))
def test_as_printed(model, t):
    np.testing.assert_allclose(
        sabr.volatility(model, 1.05, STRIKES, t), _printed(model, 1.05, STRIKES, t), rtol=1e-10
    )


@given(models, st.floats(0.1, 3.0), st.floats(0.2, 50.0))
def test_smooth_through_the_money(model, t, forward):
    """Hagan et al. (2002), eq. 2.18, at the money, and no jump beside it."""
    level = model.alpha * forward ** (model.beta - 1.0)
    order = (1.0 - model.beta) ** 2 / 24.0 * level**2 + 0.25 * model.rho * model.nu * model.beta * level
    wanted = level * (1.0 + (order + (2.0 - 3.0 * model.rho**2) / 24.0 * model.nu**2) * t)
    at, beside = sabr.volatility(model, forward, [forward, forward * (1.0 + 1e-9)], t)
    assert at == pytest.approx(wanted, rel=1e-13)
    assert beside == pytest.approx(at, rel=1e-6)


def test_lognormal_without_vol_of_vol():
    np.testing.assert_allclose(sabr.volatility(Sabr(0.4, 1.0, 0.3, 0.0), 2.0, STRIKES, 1.0), 0.4, rtol=1e-14)


def test_beta_one_is_the_limit():
    near, one = (sabr.volatility(Sabr(0.4, b, -0.3, 0.9), 1.0, STRIKES, 1.0) for b in (1.0 - 1e-9, 1.0))
    np.testing.assert_allclose(near, one, rtol=1e-8)


def test_mirror():
    """With beta one, exchanging the two sides of the market turns rho about and keeps the smile."""
    up, down = (
        sabr.volatility(Sabr(0.4, 1.0, r, 0.9), 1.0, k, 0.5)
        for r, k in ((-0.5, STRIKES), (0.5, 1.0 / STRIKES))
    )
    gap = np.abs(up - down)
    first_order = 0.25 * 0.5 * 0.9 * 0.4 * 2.0 * 0.5  # what the two terms in rho differ by
    assert np.max(gap / up) < 1.2 * first_order


@settings(max_examples=50)
@given(models, st.floats(0.1, 2.0), st.floats(-1.0, 1.0))
def test_the_smile_has_the_derivatives_of_the_volatility(model, t, k):
    curve = sabr.smile(model, 1.2, t)(np.array([k]))
    step = 1e-4
    low, mid, high = sabr.volatility(model, 1.2, 1.2 * np.exp([k - step, k, k + step]), t)
    assert curve.value[0] == pytest.approx(mid, rel=1e-13)
    assert curve.slope[0] == pytest.approx((high - low) / (2 * step), rel=1e-5, abs=1e-5)
    assert curve.bend[0] == pytest.approx((high - 2 * mid + low) / step**2, rel=1e-3, abs=1e-4)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.2, 1.0), st.sampled_from([0.0, 0.5, 1.0]), st.floats(-0.8, 0.8), st.floats(0.2, 1.5))
def test_a_fit_gives_back_the_quotes(alpha, beta, rho, nu):
    quotes = sabr.volatility(Sabr(alpha, beta, rho, nu), 1.0, STRIKES[3:18], 0.5)
    found = sabr.fit(1.0, STRIKES[3:18], quotes, 0.5, beta)
    np.testing.assert_allclose(sabr.volatility(found, 1.0, STRIKES[3:18], 0.5), quotes, atol=1e-6)


def test_the_expansion_fails_far_out_and_says_so():
    curve = sabr.smile(Sabr(0.3, 0.5, -0.4, 0.8), 1.0, 1.5)
    assert smile.butterfly(curve, 1.5, -4.0, 4.0).value < 0.0
    assert smile.butterfly(curve, 1.5, -0.5, 0.5).value > 0.0


def test_edges():
    values = sabr.volatility(Sabr(0.3, 0.5, -0.4, 0.8), 1.0, [1.0, -1.0, math.nan], 1.0)
    assert np.isnan(values).tolist() == [False, True, True]
    with pytest.raises(ValueError, match=r"Sabr\(alpha=0.0.*alpha must be positive"):
        Sabr(0.0, 0.5, 0.0, 0.5)
    with pytest.raises(ValueError, match="SABR needs three quotes, with positive numbers: 2 strikes"):
        sabr.fit(1.0, [1.0, 1.1], [0.3, 0.3], 0.5)
