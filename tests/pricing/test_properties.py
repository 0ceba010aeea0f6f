"""What must hold of every option: parity, bounds, monotonicity, Greeks that are the derivatives."""

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.pricing.scalar import bs_greeks, bs_price, strike_for_delta
from tests.pricing.books import options

calls = st.booleans()
steps = st.floats(1e-6, 0.5)


def _legs(option):
    fwd = option["spot"] * math.exp(-option["dividend"] * option["t_years"])
    return fwd, option["strike"] * math.exp(-option["rate"] * option["t_years"])


@given(options)
def test_put_call_parity(option):
    call, put = bs_greeks(True, **option), bs_greeks(False, **option)
    fwd, cash = _legs(option)
    assert call.price - put.price == pytest.approx(fwd - cash, abs=1e-13 * (fwd + cash))
    assert call.gamma == put.gamma
    assert call.vega == put.vega


@given(calls, options)
def test_no_arbitrage_bounds(call, option):
    fwd, cash = _legs(option)
    intrinsic, bound = (fwd - cash, fwd) if call else (cash - fwd, cash)
    slack = 1e-13 * (fwd + cash)
    assert max(intrinsic, 0.0) - slack <= bs_price(call, **option) <= bound + slack


@given(calls, options, steps)
def test_monotone_in_spot_strike_and_vol(call, option, step):
    slack = 1e-13 * (option["spot"] + option["strike"])

    def rise(name):
        return bs_price(call, **{**option, name: option[name] * (1.0 + step)}) - bs_price(call, **option)

    sign = 1.0 if call else -1.0
    assert sign * rise("spot") >= -slack
    assert sign * rise("strike") <= slack
    assert rise("vol") >= -slack


@given(calls, options)
def test_signs_of_the_greeks(call, option):
    greeks = bs_greeks(call, **option)
    assert greeks.gamma >= 0.0
    assert greeks.vega >= 0.0
    assert greeks.delta * (1.0 if call else -1.0) >= 0.0
    assert greeks.rho * (1.0 if call else -1.0) >= 0.0


@given(
    calls,
    st.fixed_dictionaries(
        {
            "spot": st.floats(50.0, 200.0),
            "strike": st.floats(50.0, 200.0),
            "t_years": st.floats(0.1, 3.0),
            "vol": st.floats(0.1, 1.5),
            "rate": st.floats(-0.05, 0.2),
            "dividend": st.floats(-0.05, 0.2),
        }
    ),
)
def test_greeks_are_the_derivatives(call, option):
    greeks = bs_greeks(call, **option)

    def slope(name, bump, of=0):
        up, down = (bs_greeks(call, **{**option, name: option[name] + b})[of] for b in (bump, -bump))
        return (up - down) / (2.0 * bump)

    assert greeks.delta == pytest.approx(slope("spot", 1e-3), abs=1e-7)
    assert greeks.gamma == pytest.approx(slope("spot", 1e-3, of=1), abs=1e-7)
    assert greeks.vega == pytest.approx(slope("vol", 1e-5), abs=1e-4)
    assert greeks.theta == pytest.approx(-slope("t_years", 1e-5), abs=1e-4)
    assert greeks.rho == pytest.approx(slope("rate", 1e-5), abs=1e-4)


@given(
    calls,
    st.floats(0.001, 0.9),
    st.floats(1.0, 1e5),
    st.floats(1e-3, 1.0),
    st.floats(0.05, 2.0),
    st.floats(-0.05, 0.1),
)
def test_strike_for_delta_round_trip(call, size, spot, t_years, vol, rate):
    delta = size if call else -size
    strike = strike_for_delta(call, delta, spot, t_years, vol, rate, 0.02)
    assert bs_greeks(call, spot, strike, t_years, vol, rate, 0.02).delta == pytest.approx(delta, abs=1e-11)


@pytest.mark.parametrize(
    ("call", "delta", "t_years", "says"),
    [
        (True, 1.2, 0.1, "no call has delta 1.2: it lies between 0.0 and 1"),
        (False, 0.25, 0.1, "no put has delta 0.25: it lies between -1.0 and 0"),
        (True, 0.25, 0.0, "t_years 0.0 and vol 0.6 must be positive"),
    ],
)
def test_delta_no_strike_has(call, delta, t_years, says):
    with pytest.raises(ValueError, match=says):
        strike_for_delta(call, delta, 3000.0, t_years, 0.6)


@pytest.mark.parametrize("name", ["spot", "strike", "t_years", "vol", "rate", "dividend"])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_refused(name, bad):
    option = {
        "spot": 100.0,
        "strike": 100.0,
        "t_years": 1.0,
        "vol": 0.2,
        "rate": 0.0,
        "dividend": 0.0,
        name: bad,
    }
    with pytest.raises(ValueError, match=f"{name} {bad}"):
        bs_price(True, **option)


@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_spot_and_strike_must_be_positive(bad):
    with pytest.raises(ValueError, match=f"spot {bad}"):
        bs_greeks(True, bad, 100.0, 1.0, 0.2)
    with pytest.raises(ValueError, match=f"strike {bad}"):
        bs_greeks(True, 100.0, bad, 1.0, 0.2)


@pytest.mark.parametrize(("spot", "delta"), [(110.0, 1.0), (100.0, 0.5), (90.0, 0.0)])
def test_at_expiry_the_price_is_intrinsic(spot, delta):
    call, put = (bs_greeks(c, spot, 100.0, 0.0, 0.5, 0.1) for c in (True, False))
    assert call == (max(spot - 100.0, 0.0), delta, 0.0, 0.0, 0.0, 0.0)
    assert put == (max(100.0 - spot, 0.0), delta - 1.0, 0.0, 0.0, 0.0, 0.0)


def test_without_volatility_the_price_is_the_forwards_intrinsic_value():
    greeks = bs_greeks(True, 100.0, 90.0, 2.0, 0.0, 0.05, 0.02)
    fwd, cash = 100.0 * math.exp(-0.04), 90.0 * math.exp(-0.1)
    assert greeks.price == pytest.approx(fwd - cash, rel=1e-14)
    assert greeks.delta == math.exp(-0.04)
    assert (greeks.gamma, greeks.vega) == (0.0, 0.0)
    assert greeks.theta == pytest.approx(0.02 * fwd - 0.05 * cash, rel=1e-14)
    assert greeks.rho == pytest.approx(2.0 * cash, rel=1e-14)


def test_the_scalar_form_loads_no_numpy():
    program = "import sys, stratc.runtime.pricing.scalar; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
