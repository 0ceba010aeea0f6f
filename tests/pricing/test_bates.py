"""Stochastic variance and jumps: a published price, its two limits, Greeks that are derivatives."""

import math

import numpy as np
import pytest

from stratc.runtime.pricing import bates, heston, merton
from stratc.runtime.pricing.models import Bates, Heston, Jumps, Merton
from tests.pricing.derivatives import agree

STRIKES = np.linspace(20.0, 400.0, 39)
CRASH = Jumps(2.0, -0.2, 0.15)
MODEL = Bates(Heston(0.04, 4.0, 0.25, 1.0, -0.5), CRASH)


def test_broadie_and_kaya():
    """M. Broadie and O. Kaya (2006), table 3: a call at 100, five years, jumps of -12 % on average."""
    jumps = Jumps(0.11, math.log(1.0 - 0.12) - 0.5 * 0.15**2, 0.15)
    model = Bates(Heston(0.008836, 3.99, 0.014, 0.27, -0.79), jumps)
    assert bates.price(True, 100.0, 100.0, 5.0, model, 0.0319) == pytest.approx(20.1642, abs=1e-4)


@pytest.mark.parametrize("jumps", [CRASH, Jumps(0.5, 0.3, 0.4), Jumps(8.0, 0.0, 0.0)])
def test_without_vol_of_vol_it_is_merton(jumps):
    """The cosine series against Merton's own: two methods that share nothing."""
    steady = Bates(Heston(0.09, 1.0, 0.09, 0.0, 0.0), jumps)
    ours = bates.greeks(True, 100.0, STRIKES, 0.5, steady, 0.05, 0.02)
    series = merton.greeks(True, 100.0, STRIKES, 0.5, Merton(0.3, jumps), 0.05, 0.02)
    np.testing.assert_allclose(ours.price, series.price, atol=1e-12)
    for name in ("delta", "gamma", "theta", "rho"):
        np.testing.assert_allclose(getattr(ours, name), getattr(series, name), atol=5e-12, err_msg=name)


def test_without_jumps_it_is_heston():
    calm = Bates(MODEL.heston, Jumps(0.0, -0.2, 0.15))
    ours = bates.greeks([[True], [False]], 100.0, STRIKES, [[0.1], [1.0]], calm, 0.05)
    plain = heston.greeks([[True], [False]], 100.0, STRIKES, [[0.1], [1.0]], MODEL.heston, 0.05)
    for got, wanted in zip(ours, plain, strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-11)


@pytest.mark.parametrize("call", [True, False])
def test_greeks_are_the_derivatives(call):
    greeks = bates.greeks(call, 100.0, STRIKES, 0.5, MODEL, 0.05, 0.02)
    agree(greeks, lambda s, t, r: bates.price(call, s, STRIKES, t, MODEL, r, 0.02), 100.0, 0.5, 0.05)


def test_jumps_fatten_the_wing_that_they_jump_to():
    smooth = heston.price(False, 100.0, 60.0, 30 / 365, MODEL.heston)
    assert bates.price(False, 100.0, 60.0, 30 / 365, MODEL) > 2.0 * smooth
