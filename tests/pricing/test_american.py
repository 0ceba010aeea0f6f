"""American options: published values, bounds, symmetry, the limits in which nothing is gained by exercising."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.runtime.pricing import american, vector
from stratc.runtime.pricing.boundary import Puts, boundary, grid

# N. Ju and R. Zhong, "An approximate formula for pricing American options" (1999), table 1, column of the
# binomial tree with 10,000 steps: puts on a stock at 40, rate 0.0488; strike, years, volatility, price.
PUTS = [
    (35.0, 1 / 12, 0.2, 0.0062),
    (35.0, 4 / 12, 0.2, 0.2004),
    (35.0, 7 / 12, 0.2, 0.4328),
    (40.0, 1 / 12, 0.2, 0.8523),
    (40.0, 4 / 12, 0.2, 1.5799),
    (40.0, 7 / 12, 0.2, 1.9905),
    (45.0, 1 / 12, 0.2, 5.0000),
    (45.0, 4 / 12, 0.2, 5.0883),
    (45.0, 7 / 12, 0.2, 5.2670),
    (40.0, 1 / 12, 0.3, 1.3102),
    (40.0, 7 / 12, 0.4, 4.3528),
    (45.0, 7 / 12, 0.4, 7.3831),
]

# Andersen, Lake and Offengenden (2016), section 6: what early exercise adds to a put, spot and strike 100, one
# year, volatility 0.25, rate and dividend 0.05.
PREMIUM = 0.106952702747

options = st.fixed_dictionaries(
    {
        "spot": st.floats(50.0, 200.0),
        "strike": st.floats(50.0, 200.0),
        "t_years": st.floats(0.01, 3.0),
        "vol": st.floats(0.1, 2.0),
        "rate": st.floats(0.0, 0.2),
        "dividend": st.floats(0.0, 0.2),
    }
)
calls = st.booleans()
few = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize(("strike", "t", "vol", "printed"), PUTS)
def test_ju_and_zhong(strike, t, vol, printed):
    assert american.price(False, 40.0, strike, t, vol, 0.0488) == pytest.approx(printed, abs=1e-4)


def test_andersen_lake_and_offengenden():
    european = vector.price(False, 100.0, 100.0, 1.0, 0.25, 0.05, 0.05)
    option = (False, 100.0, 100.0, 1.0, 0.25, 0.05, 0.05)
    assert american.price(*option) - european == pytest.approx(PREMIUM, abs=1e-6)
    fine = american.price(*option, points=24, nodes=48, iterations=16)
    assert fine - european == pytest.approx(PREMIUM, abs=5e-12)


@few
@given(calls, options)
def test_bounds(call, option):
    value = american.price(call, **option)
    sign = 1.0 if call else -1.0
    intrinsic = max(sign * (option["spot"] - option["strike"]), 0.0)
    assert value >= vector.price(call, **option, backend="numpy")
    assert intrinsic <= value <= (option["spot"] if call else option["strike"])


@few
@given(options)
def test_symmetry(option):
    """McDonald and Schroder (1998): a put is a call with the two sides of the exchange swapped."""
    swapped = option | {
        "spot": option["strike"],
        "strike": option["spot"],
        "rate": option["dividend"],
        "dividend": option["rate"],
    }
    put, call = american.price(False, **option), american.price(True, **swapped)
    assert put == pytest.approx(float(call), abs=1e-13 * (option["spot"] + option["strike"]))


@few
@given(calls, options, st.floats(0.01, 0.3))
def test_monotone_and_convex_in_spot_and_longer_is_dearer(call, option, step):
    spots = option.pop("spot") * (1.0 + step * np.arange(3.0))
    low, mid, high = american.price(call, spots, **option)
    slack = 4e-6 * max(option["strike"], spots[-1])
    assert (high - low) * (1.0 if call else -1.0) >= -slack
    assert low - 2.0 * mid + high >= -slack
    longer = american.price(call, spots, **(option | {"t_years": option["t_years"] + step}))
    assert (longer >= np.array([low, mid, high]) - slack).all()


def test_the_error_is_what_the_module_says():
    random = np.random.default_rng(3)
    count = 150
    strike = 100.0 * np.exp(random.normal(0.0, 0.3, count))
    t, vol = random.uniform(0.01, 3.0, count), np.exp(random.uniform(math.log(0.1), math.log(2.0), count))
    rate, dividend = random.uniform(0.0, 0.2, (2, count))
    option = (random.random(count) < 0.5, 100.0, strike, t, vol, rate, dividend)
    fine = american.price(*option, points=24, nodes=48, iterations=20)
    error = np.abs(american.price(*option) - fine) / np.maximum(100.0, strike)
    assert np.max(error) < 2e-6
    assert np.median(error) < 1e-8


def test_the_boundary_solves_its_equation():
    """At the boundary the price is that of exercise; below it exercise is all, and it falls as time passes by."""
    one = Puts(*(np.array([x]) for x in (100.0, 100.0, 2.0, 0.3, 0.06, 0.02)))
    edge = boundary(one, grid(20, 40), 16)[0]
    assert edge[0] == 100.0
    assert (np.diff(edge) < 0.0).all()
    at = float(edge[-1])
    above = american.price(
        False, at * 1.0001, 100.0, 2.0, 0.3, 0.06, 0.02, points=20, nodes=40, iterations=16
    )
    assert above == pytest.approx(100.0 - at * 1.0001, abs=1e-6)
    assert american.price(False, 0.9 * at, 100.0, 2.0, 0.3, 0.06, 0.02) == 100.0 - 0.9 * at


def test_where_waiting_costs_nothing_it_is_european():
    for call, rate, dividend in ((True, 0.05, 0.0), (False, 0.0, 0.03)):
        option = (call, 100.0, [80.0, 100.0, 120.0], 1.0, 0.3, rate, dividend)
        np.testing.assert_array_equal(american.price(*option), vector.price(*option, backend="numpy"))


def test_edges():
    edge = american.price([True, False], 100.0, 90.0, [0.0, 1.0], [0.3, 0.0], 0.05, 0.02)
    assert edge.tolist() == [10.0, 0.0]
    assert american.price(False, 90.0, 100.0, 1.0, 0.0, 0.05) == 10.0
    bad = american.price(False, [100.0, -1.0, math.nan], 100.0, 1.0, 0.3, 0.05)
    assert np.isnan(bad).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("call", "rate", "dividend", "kind"), [(False, -0.01, -0.02, "put"), (True, -0.02, -0.01, "call")]
)
def test_two_boundaries_are_refused(call, rate, dividend, kind):
    says = f"a {kind} with rate {rate} and dividend {dividend} has two exercise boundaries"
    with pytest.raises(ValueError, match=says):
        american.price(call, 100.0, 100.0, 1.0, 0.3, rate, dividend)


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="2 points and 8 nodes: at least 3 and 2 are needed"):
        american.price(False, 100.0, 100.0, 1.0, 0.3, 0.05, points=2, nodes=8)
