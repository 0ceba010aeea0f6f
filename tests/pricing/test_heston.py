"""Stochastic variance: published prices, limits, no arbitrage in strike, Greeks that are derivatives."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from stratc.runtime.pricing import heston, law, vector
from stratc.runtime.pricing.models import Heston
from tests.pricing.books import BACKENDS
from tests.pricing.derivatives import agree

STRIKES = np.array([40.0, 80.0, 95.0, 100.0, 120.0, 250.0])

# A. L. Lewis, "Heston model reference prices" (2019): spot 100, rate 0.01, dividend 0.02, one year; 50 digits
# there. Strike, put, call.
LEWIS = Heston(variance=0.04, speed=4.0, mean=0.25, vol_of_vol=1.0, correlation=-0.5)
LEWIS_PRICES = [
    (80.0, 7.958878113256768285, 26.774758743998854221),
    (90.0, 12.017966707346304988, 20.933349000596710388),
    (100.0, 17.055270961270109414, 16.070154917028834278),
    (110.0, 23.017825898442800539, 12.132211516709844868),
    (120.0, 29.811026202682471843, 9.024913483457835637),
]

# F. Fang and C. W. Oosterlee, "A novel pricing method for European options" (2008), section 5.2: spot and strike
# 100, one and ten years; their reference for one year is good to seven decimals.
FANG_OOSTERLEE = Heston(0.0175, 1.5768, 0.0398, 0.5751, -0.5711)

# M. Broadie and O. Kaya, "Exact simulation of stochastic volatility" (2006), tables 1 and 2: calls at 100.
BROADIE_KAYA = [
    (Heston(0.010201, 6.21, 0.019, 0.61, -0.70), 1.0, 0.0319, 6.8061),
    (Heston(0.09, 2.0, 0.09, 1.0, -0.30), 5.0, 0.05, 34.9998),
]

models = st.builds(
    Heston,
    st.floats(0.03, 2.0),
    st.floats(0.1, 10.0),
    st.floats(0.03, 2.0),
    st.floats(0.0, 1.5),
    st.floats(-0.95, 0.95),
)
times = st.floats(1 / 365, 2.0)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("strike", "put", "call"), LEWIS_PRICES)
def test_lewis(backend, strike, put, call):
    values = heston.price([False, True], 100.0, strike, 1.0, LEWIS, 0.01, 0.02, backend=backend)
    assert values == pytest.approx([put, call], abs=1e-13)


def test_fang_and_oosterlee():
    values = heston.price(True, 100.0, 100.0, [1.0, 10.0], FANG_OOSTERLEE)
    assert values == pytest.approx([5.785155450, 22.318945791], abs=2e-8)


@pytest.mark.parametrize(("model", "t", "rate", "printed"), BROADIE_KAYA)
def test_broadie_and_kaya(model, t, rate, printed):
    assert heston.price(True, 100.0, 100.0, t, model, rate) == pytest.approx(printed, abs=1e-4)


@pytest.mark.parametrize("t", [0.02, 1.0, 10.0])
def test_against_quadrature(t):
    """Lewis (2001), eq. 3.11: an integral of the same transform on a line of the complex plane."""
    model, strike = FANG_OOSTERLEE, 110.0

    def integrand(u):
        log = heston.transform(model, np.array([u - 0.5j]), t).log[0]
        return (np.exp(log - 1j * (u - 0.5j) * math.log(strike / 100.0))).real / (u * u + 0.25)

    integral = quad(integrand, 0.0, 4000.0, epsabs=1e-13, epsrel=1e-13, limit=2000)[0]
    wanted = 100.0 - strike / math.pi * integral
    assert heston.price(True, 100.0, strike, t, model) == pytest.approx(wanted, abs=1e-10)


@pytest.mark.parametrize("speed", [0.0, 3.0])
def test_without_vol_of_vol_it_is_black_scholes(speed):
    model = Heston(0.09, speed, 0.04, 0.0, -0.5)
    t = 0.5
    mean = 0.09 if speed == 0.0 else 0.04 + 0.05 * -math.expm1(-speed * t) / (speed * t)
    ours = heston.greeks(True, 100.0, STRIKES, t, model, 0.05, 0.02)
    plain = vector.greeks(True, 100.0, STRIKES, t, math.sqrt(mean), 0.05, 0.02)
    np.testing.assert_allclose(ours.price, plain.price, atol=1e-12)
    np.testing.assert_allclose(ours.delta, plain.delta, atol=1e-12)
    np.testing.assert_allclose(ours.gamma, plain.gamma, atol=1e-12)


def test_it_tends_to_black_scholes_with_the_vol_of_vol():
    plain = vector.price(True, 100.0, STRIKES, 0.5, 0.3)
    misses = [
        np.max(np.abs(heston.price(True, 100.0, STRIKES, 0.5, Heston(0.09, 1.0, 0.09, s, 0.5)) - plain))
        for s in (1e-1, 1e-3, 1e-5)
    ]
    assert misses[1] == pytest.approx(0.01 * misses[0], rel=0.1)
    assert misses[2] == pytest.approx(0.01 * misses[1], rel=0.01)


@settings(max_examples=40, deadline=None)
@given(models, times)
def test_falling_and_convex_in_strike(model, t):
    spread = math.sqrt(t * max(model.variance, model.mean))
    strikes = 100.0 * np.exp(np.linspace(-3.0, 3.0, 31) * spread)
    slopes = np.diff(heston.price(True, 100.0, strikes, t, model, backend="numpy")) / np.diff(strikes)
    slack = 1e-11 / np.min(np.diff(strikes))
    assert np.max(slopes) <= slack
    assert np.min(slopes) >= -1.0 - slack
    assert np.min(np.diff(slopes)) >= -slack


@settings(max_examples=40, deadline=None)
@given(models, times, st.floats(-0.05, 0.2), st.floats(-0.05, 0.2))
def test_parity(model, t, rate, dividend):
    call, put = (
        heston.price(c, 100.0, STRIKES, t, model, rate, dividend, backend="numpy") for c in (True, False)
    )
    wanted = 100.0 * math.exp(-dividend * t) - STRIKES * math.exp(-rate * t)
    np.testing.assert_allclose(call - put, wanted, atol=1e-11)


@pytest.mark.parametrize("call", [True, False])
def test_greeks_are_the_derivatives(call):
    greeks = heston.greeks(call, 100.0, STRIKES, 0.5, LEWIS, 0.05, 0.02)
    agree(greeks, lambda s, t, r: heston.price(call, s, STRIKES, t, LEWIS, r, 0.02), 100.0, 0.5, 0.05)
    up, down = (
        heston.price(call, 100.0, STRIKES, 0.5, Heston(v * v, 4.0, 0.25, 1.0, -0.5), 0.05, 0.02)
        for v in (0.2 + 1e-5, 0.2 - 1e-5)
    )
    np.testing.assert_allclose(greeks.vega, (up - down) / 2e-5, atol=1e-7)


def test_the_transform_is_the_moment():
    """Complex step: d/dp ln E e^(pX) at zero is the mean of the log return, known in closed form."""
    model, t = FANG_OOSTERLEE, 2.0
    average = model.mean + (model.variance - model.mean) * -math.expm1(-model.speed * t) / (model.speed * t)
    step = 1e-20
    slope = heston.transform(model, np.array([step + 0j]), t).log[0].imag / step
    assert slope == pytest.approx(-0.5 * average * t, rel=1e-12)
    assert heston.log_moment(model, np.array([0.0, 1.0]), t).tolist() == [0.0, 0.0]


def test_moments_explode_when_andersen_and_piterbarg_say_so():
    model = Heston(0.04, 0.5, 0.04, 1.0, 0.0)
    time = heston.explosion(model, 3.0)
    near = [heston.log_moment(model, np.array([3.0]), time * part)[0] for part in (0.9, 0.99, 0.999)]
    assert near[0] < near[1] < near[2]
    assert near[2] > 9.0 * near[1] > 9.0 * 5.0 * near[0] / 10.0
    assert heston.log_moment(model, np.array([3.0]), time)[0] == math.inf
    assert heston.explosion(model, 0.5) == math.inf


def test_the_backends_give_the_same_bits():
    pytest.importorskip("numba", reason="numba is not installed")
    one, other = (
        heston.greeks(True, 100.0, STRIKES, 0.5, LEWIS, 0.05, backend=b) for b in ("numpy", "numba")
    )
    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_edges():
    edge = heston.greeks(
        [True, False, True, True], [100.0, 100.0, -1.0, 100.0], 95.0, [0.0, -1.0, 1.0, math.nan], LEWIS
    )
    assert edge.price[:2].tolist() == [5.0, 0.0]
    assert edge.delta[:2].tolist() == [1.0, 0.0]
    assert np.isnan(edge.price[2:]).all()
    far = heston.price([True, False], 100.0, [1e6, 1e-4], 1 / 365, LEWIS)
    assert far.tolist() == [0.0, 0.0]


def test_a_density_too_rough_is_refused_with_the_numbers():
    with pytest.raises(
        ValueError, match=r"vol_of_vol=2.0.* is too rough .* give it more variance or more time"
    ):
        heston.price(True, 100.0, 100.0, 1e-6, Heston(1e-12, 0.0, 0.0, 2.0, 0.0))


@pytest.mark.parametrize("correlation", [-1.0, 1.0])
def test_a_correlation_of_one_is_priced(correlation):
    """The transform then dies out slowly: many terms, and still what lies just beside it."""
    one, near = (Heston(0.04, 1.0, 0.04, 0.5, correlation * x) for x in (1.0, 1.0 - 1e-6))
    prices = [heston.price(True, 100.0, STRIKES, 0.5, model) for model in (one, near)]
    np.testing.assert_allclose(prices[0], prices[1], atol=1e-4)


def test_a_correlation_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"Heston.correlation is -1.5; it must be finite, in \[-1.0, 1.0\]"):
        Heston(0.04, 1.0, 0.04, 0.5, -1.5)


def test_the_range_holds_the_probability():
    """The density sums to one and its mean return to that of a martingale."""
    found = law.series(heston.law(LEWIS), 1.0)
    x = np.linspace(found.low, found.high, 4001)
    density = np.cos(np.outer(x - found.low, found.frequency)) @ found.density
    step = x[1] - x[0]
    assert np.sum(density) * step == pytest.approx(1.0, abs=1e-12)
    assert np.sum(density * np.exp(x)) * step == pytest.approx(1.0, abs=1e-11)
