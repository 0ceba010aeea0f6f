"""Jump diffusion: Haug's table, the limit without jumps, parity, Greeks that are derivatives, the hedge ratio."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.pricing import merton, vector
from stratc.runtime.pricing.models import Jumps, Merton
from tests.pricing.books import BACKENDS
from tests.pricing.derivatives import agree

CRASH = Merton(0.3, Jumps(2.0, -0.2, 0.15))
STRIKES = np.array([60.0, 80.0, 95.0, 100.0, 120.0, 160.0])

# E. G. Haug, The Complete Guide to Option Pricing Formulas, 2nd ed. 2007, table 6-2: calls, spot 100, rate
# 0.08, total volatility 0.25; strike, years, jumps a year, share of the variance that jumps bring, price.
HAUG = [
    (80.0, 0.10, 1.0, 0.25, 20.67),
    (80.0, 0.50, 1.0, 0.25, 23.63),
    (90.0, 0.25, 5.0, 0.25, 12.75),
    (100.0, 0.10, 1.0, 0.25, 3.42),
    (100.0, 0.25, 10.0, 0.25, 5.97),
    (110.0, 0.25, 1.0, 0.25, 2.11),
]

models = st.builds(
    Merton,
    st.floats(0.0, 1.5),
    st.builds(Jumps, st.floats(0.0, 20.0), st.floats(-0.6, 0.4), st.floats(0.0, 0.5)),
)
options = st.fixed_dictionaries(
    {
        "spot": st.floats(10.0, 1000.0),
        "strike": st.floats(10.0, 1000.0),
        "t_years": st.floats(1e-3, 3.0),
        "rate": st.floats(-0.05, 0.2),
        "dividend": st.floats(-0.05, 0.2),
    }
)


def _haug(total_vol: float, jumps_per_year: float, share: float) -> Merton:
    """Haug's parameters: jumps of mean one that bring a share of the total variance."""
    deviation = total_vol * math.sqrt(share / jumps_per_year)
    vol = total_vol * math.sqrt(1.0 - share)
    return Merton(vol, Jumps(jumps_per_year, -0.5 * deviation**2, deviation))


@pytest.mark.parametrize(("strike", "t", "intensity", "share", "printed"), HAUG)
def test_haug(strike, t, intensity, share, printed):
    value = merton.price(True, 100.0, strike, t, _haug(0.25, intensity, share), 0.08)
    assert value == pytest.approx(printed, abs=0.0051)


def test_every_row_of_the_shared_table(shared: Path):
    """The fifteen rows that Haug prints from a series cut short are held to the full sum, column `expected`."""
    path = shared / "data" / "haug_merton76.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} in the shared data")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["haug_printed"] != "" for row in rows) == 15
    wrong = [row for row in rows if abs(_row(row) - float(row["expected"])) > float(row["tol"])]
    assert wrong == []


def _row(row: dict[str, str]) -> float:
    spot, strike, t, rate, dividend = (float(row[k]) for k in ("spot", "strike", "t", "r", "q"))
    vol, intensity, share = (float(row[k]) for k in ("total_vol", "jumps_per_year", "gamma_share_of_var"))
    model = _haug(vol, intensity, share)
    return float(merton.price(row["type"] == "call", spot, strike, t, model, rate, dividend))


@pytest.mark.parametrize("backend", BACKENDS)
def test_without_jumps_it_is_black_scholes(backend):
    calm = Merton(0.3, Jumps(0.0, -0.2, 0.15))
    ours = merton.greeks(True, 100.0, STRIKES, 0.5, calm, 0.05, 0.02, backend=backend)
    plain = vector.greeks(True, 100.0, STRIKES, 0.5, 0.3, 0.05, 0.02, backend=backend)
    for got, wanted in zip(ours, plain, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-13, atol=1e-13)
    ratio = merton.hedge_ratio(True, 100.0, STRIKES, 0.5, calm, 0.05, 0.02, backend=backend)
    np.testing.assert_allclose(ratio, plain.delta, atol=1e-15)


def test_the_backends_agree():
    pytest.importorskip("numba", reason="numba is not installed")
    one, other = (
        merton.greeks([[True], [False]], 100.0, STRIKES, 0.5, CRASH, 0.05, backend=b)
        for b in ("numpy", "numba")
    )
    for got, wanted in zip(one, other, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12)


@given(models, options)
def test_parity_and_bounds(model, option):
    call, put = (merton.price(c, model=model, **option, backend="numpy") for c in (True, False))
    fwd = option["spot"] * math.exp(-option["dividend"] * option["t_years"])
    cash = option["strike"] * math.exp(-option["rate"] * option["t_years"])
    slack = 1e-13 * (fwd + cash)
    assert call - put == pytest.approx(fwd - cash, abs=slack)
    assert max(fwd - cash, 0.0) - slack <= call <= fwd + slack


@given(models, options, st.floats(0.01, 0.5))
def test_falling_and_convex_in_strike(model, option, step):
    strikes = option.pop("strike") * (1.0 + step * np.arange(3.0))
    low, mid, high = merton.price(True, strike=strikes, model=model, **option, backend="numpy")
    slack = 1e-13 * strikes[-1] + 1e-13 * option["spot"]
    assert low >= mid - slack
    assert mid >= high - slack
    assert low - 2.0 * mid + high >= -slack


@pytest.mark.parametrize("call", [True, False])
def test_greeks_are_the_derivatives(call):
    greeks = merton.greeks(call, 100.0, STRIKES, 0.5, CRASH, 0.05, 0.02)
    agree(greeks, lambda s, t, r: merton.price(call, s, STRIKES, t, CRASH, r, 0.02), 100.0, 0.5, 0.05)
    up, down = (
        merton.price(call, 100.0, STRIKES, 0.5, Merton(0.3 + b, CRASH.jumps), 0.05, 0.02)
        for b in (1e-4, -1e-4)
    )
    np.testing.assert_allclose(greeks.vega, (up - down) / 2e-4, rtol=1e-6)


def test_the_hedge_ratio_has_the_least_variance():
    """Against Gauss-Hermite quadrature over the jump, and against ratios beside it."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    jumped = np.exp(CRASH.jumps.mean + CRASH.jumps.deviation * nodes)
    weights = weights / weights.sum()
    value = merton.price(True, 100.0, 95.0, 0.5, CRASH, 0.05, 0.02)
    delta = merton.greeks(True, 100.0, 95.0, 0.5, CRASH, 0.05, 0.02).delta
    moves = merton.price(True, 100.0 * jumped, 95.0, 0.5, CRASH, 0.05, 0.02) - value

    def variance(ratio):
        jumps = np.sum(weights * (moves - ratio * 100.0 * (jumped - 1.0)) ** 2)
        return (CRASH.vol * 100.0 * (delta - ratio)) ** 2 + CRASH.jumps.intensity * jumps

    best = merton.hedge_ratio(True, 100.0, 95.0, 0.5, CRASH, 0.05, 0.02)
    assert variance(best) < min(variance(best - 1e-4), variance(best + 1e-4), variance(delta))
    slope = (variance(best + 1e-3) - variance(best - 1e-3)) / 2e-3
    assert slope == pytest.approx(0.0, abs=1e-7)


def test_edges():
    expired = merton.greeks([True, False], 100.0, 95.0, [0.0, -1.0], CRASH, 0.05)
    assert expired.price.tolist() == [5.0, 0.0]
    assert expired.delta.tolist() == [1.0, 0.0]
    assert expired.theta.tolist() == [0.0, 0.0]
    bad = merton.price(True, [100.0, -1.0, math.nan], 95.0, 0.5, CRASH)
    assert np.isnan(bad).tolist() == [False, True, True]


def test_too_many_jumps_are_refused_with_the_numbers():
    with pytest.raises(ValueError, match="100000 jumps to expiry are too many for a series: intensity 50000"):
        merton.price(True, 100.0, 95.0, 2.0, Merton(0.3, Jumps(50_000.0, 0.0, 0.0)))


def test_jumps_out_of_this_world_are_refused():
    with pytest.raises(ValueError, match=r"jumps of Jumps.* take the spot out of the range of a float"):
        merton.price(True, 100.0, 95.0, 2.0, Merton(0.3, Jumps(5.0, -50.0, 0.0)))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Jumps(-1.0, 0.0, 0.1), r"Jumps.intensity is -1.0; it must be finite, in \[0.0, inf\]"),
        (lambda: Merton(math.nan, Jumps(1.0, 0.0, 0.1)), "Merton.vol is nan"),
    ],
)
def test_parameters_out_of_range_are_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()
