"""The vector form equals the scalar form, on numpy and on numba, whatever the shapes and threads."""

import math

import numpy as np
import pytest

from stratc.runtime.pricing import vector
from stratc.runtime.pricing.scalar import bs_greeks
from tests.pricing.books import BACKENDS, NUMBA, book

COUNT = 40_000


def _scale(
    name: str, spot: np.ndarray, strike: np.ndarray, t_years: np.ndarray, greeks: np.ndarray
) -> np.ndarray:
    """What 1e-12 is relative to: money to spot and strike, delta to one, gamma and theta also to themselves."""
    money = spot + strike
    return {
        "price": money,
        "delta": np.ones_like(spot),
        "gamma": np.abs(greeks) + 1.0 / spot,
        "vega": money * (1.0 + np.sqrt(np.abs(t_years))),
        "theta": np.abs(greeks) + money,
        "rho": money * (1.0 + np.abs(t_years)),
    }[name]


@pytest.mark.parametrize("backend", BACKENDS)
def test_vector_is_scalar(backend):
    options = book(3000)
    expected = np.array(
        [bs_greeks(*row) for row in zip(*(column.tolist() for column in options), strict=True)]
    ).T
    greeks = vector.greeks(*options, backend=backend)
    for name, values, scalars in zip(greeks._fields, greeks, expected, strict=True):
        worst = np.max(np.abs(values - scalars) / _scale(name, *options[1:4], scalars))
        assert worst <= 1e-12, (name, worst)
    assert np.max(np.abs(vector.price(*options, backend=backend) - expected[0]) / options[1]) <= 1e-12


@pytest.mark.parametrize("backend", [NUMBA])
def test_numba_is_numpy(backend):
    options = book(COUNT)
    ours, theirs = vector.greeks(*options, backend=backend), vector.greeks(*options, backend="numpy")
    for name, a, b in zip(ours._fields, ours, theirs, strict=True):
        worst = np.max(np.abs(a - b) / _scale(name, *options[1:4], b))
        assert worst <= 1e-12, (name, worst)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_option_does_not_depend_on_its_neighbours_or_the_threads(backend):
    options = book(COUNT)
    one, two = (vector.greeks(*options, backend=backend, threads=n) for n in (1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    for start in (0, 5, COUNT - 3):
        few = vector.greeks(*(column[start : start + 3] for column in options), backend=backend)
        assert all(np.array_equal(a, b[start : start + 3]) for a, b in zip(few, one, strict=True))


@pytest.mark.parametrize("backend", BACKENDS)
def test_arguments_broadcast(backend):
    spot, strike = np.array([[90.0], [110.0]]), np.array([80.0, 100.0, 120.0])
    call = np.array([True, False, True])
    greeks = vector.greeks(call, spot, strike, 0.5, 0.4, 0.01, backend=backend)
    assert greeks.price.shape == (2, 3)
    for i, j in np.ndindex(2, 3):
        expected = bs_greeks(bool(call[j]), spot[i, 0], strike[j], 0.5, 0.4, 0.01)
        assert [values[i, j] for values in greeks] == pytest.approx(expected, rel=1e-12)
    assert vector.price(True, 100.0, 100.0, 1.0, 0.2, backend=backend).shape == ()
    assert vector.price([], [], 100.0, 1.0, 0.2, backend=backend).shape == (0,)
    with pytest.raises(ValueError, match=r"\(2,\)"):
        vector.price(True, [1.0, 2.0], [1.0, 2.0, 3.0], 1.0, 0.2, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_read_only_strided_and_integer_arguments(backend):
    spot = np.arange(80, 120)[::2]
    strike = np.full(20, 100.0)
    strike.flags.writeable = False
    expected = [bs_greeks(True, float(s), 100.0, 1.0, 0.3).price for s in spot]
    assert vector.price(True, spot, strike, 1, 0.3, backend=backend).tolist() == pytest.approx(
        expected, rel=1e-12
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("position", range(6))
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_bad_element_spoils_itself_only(backend, position, bad):
    columns = [np.full(9, x) for x in (100.0, 95.0, 1.0, 0.2, 0.03, 0.01)]
    columns[position][4] = bad
    for values in vector.greeks(True, *columns, backend=backend):
        assert np.flatnonzero(np.isnan(values)).tolist() == [4]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("bad", [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (-1.0, -1.0)])
def test_spot_and_strike_that_are_not_positive_give_nan(backend, bad):
    assert np.isnan(vector.greeks(True, *bad, 1.0, 0.2, backend=backend)).all()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_former_result_is_overwritten(backend):
    spot = np.linspace(80.0, 120.0, 100)
    out = vector.greeks(True, spot, 100.0, 1.0, 0.2, backend=backend)
    again = vector.greeks(False, spot, 100.0, 1.0, 0.2, backend=backend, out=out)
    assert again is out
    assert np.array_equal(out.price, vector.price(False, spot, 100.0, 1.0, 0.2, backend=backend))
    with pytest.raises(ValueError, match=r"out\.price must be contiguous float64 of shape \(3,\)"):
        vector.greeks(True, spot[:3], 100.0, 1.0, 0.2, backend=backend, out=out)


def test_unknown_backend():
    with pytest.raises(ValueError, match="must be 'auto', 'numpy' or 'numba'"):
        vector.price(True, 1.0, 1.0, 1.0, 1.0, backend="cupy")  # type: ignore[arg-type]
