"""Implied volatility: to the last bits where the price holds them, NaN or an error where there is none."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.pricing import vector
from stratc.runtime.pricing.implied import implied_volatilities, implied_volatility
from stratc.runtime.pricing.scalar import bs_greeks, bs_price
from tests.pricing.books import BACKENDS, NUMBA, book

EPSILON = 2.0**-53


def _reference() -> tuple[np.ndarray, ...]:
    """Strikes, vols and prices of options out of the money, a year to go, forward 100: prices to 60 digits
    (mpmath), rounded to float64. Down to prices of 1e-290, 36 standard deviations away.
    """
    table = np.loadtxt(Path(__file__).parent / "implied_reference.csv", delimiter=",", skiprows=1)
    assert len(table) > 80
    return tuple(table.T)


def _tolerance(call, price, spot, strike, t_years, vol) -> np.ndarray:
    """Relative: a few last bits of the volatility, and what the rounding of the price makes of it."""
    vega = np.array([bs_greeks(*row).vega for row in zip(call, spot, strike, t_years, vol, strict=True)])
    with np.errstate(divide="ignore"):
        return 4e-15 + 2.0 * EPSILON * price / (vega * vol)


@pytest.mark.parametrize("backend", BACKENDS)
def test_reference_prices(backend):
    strike, vol, price = _reference()
    call, spot, t_years = strike >= 100.0, np.full_like(strike, 100.0), np.ones_like(strike)
    found = implied_volatilities(call, price, 100.0, strike, 1.0, backend=backend)
    error = np.abs(found / vol - 1.0)
    assert np.all(error <= _tolerance(call, price, spot, strike, t_years, vol)), (found / vol - 1.0).tolist()


def test_scalar_on_reference_prices():
    strike, _, price = _reference()
    call = strike >= 100.0
    found = [
        implied_volatility(bool(c), p, 100.0, k, 1.0) for c, p, k in zip(call, price, strike, strict=True)
    ]
    assert found == pytest.approx(implied_volatilities(call, price, 100.0, strike, 1.0).tolist(), rel=4e-15)


@pytest.mark.parametrize("backend", BACKENDS)
def test_round_trip_of_prices(backend):
    """The price at the implied volatility is the price, to the rounding of spot and strike."""
    call, spot, strike, t_years, vol, rate, dividend = book(40_000)
    t_years, vol = np.abs(t_years) + 1e-3, np.abs(vol) + 1e-3
    fwd, cash = spot * np.exp(-dividend * t_years), strike * np.exp(-rate * t_years)
    price = vector.price(call, spot, strike, t_years, vol, rate, dividend)
    intrinsic = np.maximum(np.where(call, fwd - cash, cash - fwd), 0.0)
    kept = (price > intrinsic * (1.0 + 1e-12)) & (price < np.where(call, fwd, cash) * (1.0 - 1e-12))
    assert kept.mean() > 0.8
    found = implied_volatilities(call, price, spot, strike, t_years, rate, dividend, backend=backend)
    again = vector.price(call, spot, strike, t_years, found, rate, dividend)
    assert np.max((np.abs(again - price) / (spot + strike))[kept]) <= 2e-15


@pytest.mark.parametrize("backend", [NUMBA])
def test_numba_is_numpy(backend):
    random = np.random.default_rng(3)
    spot = random.uniform(50.0, 200.0, 20_000)
    strike = spot * np.exp(random.normal(0.0, 0.5, spot.size))
    t_years = random.uniform(0.01, 2.0, spot.size)
    vol = random.uniform(0.05, 2.0, spot.size)
    call = strike > spot
    price = vector.price(call, spot, strike, t_years, vol)
    kept = price > 1e-280
    arguments = (call, price, spot, strike, t_years)
    ours, theirs = (implied_volatilities(*arguments, backend=name) for name in (backend, "numpy"))
    error = np.abs(ours[kept] / theirs[kept] - 1.0)
    assert np.max(error) <= 1e-14
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))


@given(
    st.booleans(),
    st.floats(50.0, 200.0),
    st.floats(0.05, 2.0),
    st.floats(0.1, 1.5),
    st.floats(-0.05, 0.2),
    st.floats(-0.05, 0.2),
)
def test_round_trip_of_volatilities(call, strike, t_years, vol, rate, dividend):
    greeks = bs_greeks(call, 100.0, strike, t_years, vol, rate, dividend)
    if greeks.vega < 1.0:
        return  # in the money by so much that float64 keeps little of the time value
    found = implied_volatility(call, greeks.price, 100.0, strike, t_years, rate, dividend)
    assert found == pytest.approx(vol, rel=1e-11)


@pytest.mark.parametrize("backend", BACKENDS)
def test_prices_outside_the_bounds_give_nan(backend):
    call = [True, True, True, False, False, False]
    price = [-1e-9, 99.999999, 100.0, 0.0, -1.0, 101.0]
    strike = [120.0, 1e-9, 120.0, 90.0, 90.0, 101.0]
    found = implied_volatilities(call, price, 100.0, strike, 0.5, backend=backend)
    assert np.isnan(found).tolist() == [True, True, True, False, True, True]
    assert found[3] == 0.0
    bad = implied_volatilities(
        True, [5.0, 5.0, 5.0, np.nan, 5.0], 100.0, 100.0, [1.0, 0.0, -1.0, 1.0, np.inf], backend=backend
    )
    assert np.isnan(bad).tolist() == [False, True, True, True, True]
    signs = implied_volatilities(
        True, 0.5, [1.0, -1.0, 0.0, 1.0], [1.0, -1.0, 1.0, 0.0], 1.0, backend=backend
    )
    assert np.isnan(signs).tolist() == [False, True, True, True]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            (True, 120.0, 100.0, 100.0, 1.0),
            r"no volatility gives a call price of 120.0: it must be in \[0.0, 100.0\)",
        ),
        ((True, 4.0, 105.0, 100.0, 1.0), r"call price of 4.0: it must be in \[5.0, 105.0\)"),
        ((False, 101.0, 105.0, 100.0, 1.0), r"put price of 101.0: it must be in \[0.0, 100.0\)"),
        ((False, math.nan, 105.0, 100.0, 1.0), "put price of nan"),
        ((True, 5.0, -1.0, 100.0, 1.0), "spot -1.0, strike 100.0, t_years 1.0"),
        ((True, 5.0, 100.0, 100.0, 0.0), "t_years must be positive"),
        ((True, 5.0, 100.0, 100.0, 1.0, math.inf), "every number finite"),
        ((True, 5.0, 100.0, 100.0, 1.0, -1e6), "out of range"),
        ((True, 1e-6, 1.0, 1e30, 1.0), "too far apart"),
        ((True, 1e-170, 1.0, 1.0, 1.0), "too far apart"),
    ],
)
def test_errors_name_the_bounds(arguments, says):
    with pytest.raises(ValueError, match=says):
        implied_volatility(*arguments)


def test_at_the_lower_bound_the_volatility_is_zero():
    assert implied_volatility(True, 5.0, 105.0, 100.0, 1.0) == 0.0
    assert bs_price(True, 105.0, 100.0, 1.0, 0.0) == 5.0
