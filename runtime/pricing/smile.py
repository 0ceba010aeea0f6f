"""A smile of one expiry: what its options are worth, how they move with spot, and whether it allows arbitrage.

A smile is a function of k = ln(strike / forward) that gives volatility per root year with its first two
derivatives by k; :mod:`..svi` and :mod:`..sabr` make them. With "strike" the volatility of an option stays what it
is as spot moves; with "delta" it stays a function of k, so that the smile moves along (Derman, 1999, "Regimes of
volatility").
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar

from stratc.runtime.pricing import vector
from stratc.runtime.pricing.blocks import Array
from stratc.runtime.pricing.vector import GreekArrays

Sticky = Literal["strike", "delta"]


class Curve(NamedTuple):
    """Values at some k and their first and second derivatives by k."""

    value: Array
    slope: Array
    bend: Array


class Worst(NamedTuple):
    """Where something that may not be negative is least; at an infinite k, in the wing."""

    log_moneyness: float
    value: float


Smile = Callable[[Array], Curve]


def greeks(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: float,
    smile: Smile,
    rate: float = 0.0,
    dividend: float = 0.0,
    *,
    sticky: Sticky = "strike",
) -> GreekArrays:
    """Prices and Greeks on a smile; theta, vega and rho hold the volatility of each option.

    With volatility s(k), k = ln(K / F): ds/dS = -s' / S and d²s/dS² = (s'' + s') / S². Raises ValueError for another
    word than "strike" and "delta".
    """
    if sticky not in ("strike", "delta"):
        raise ValueError(f"sticky is {sticky!r}; it must be 'strike' or 'delta'")
    spots = np.asarray(spot, np.float64)
    forward = spots * np.exp((rate - dividend) * t_years)
    vol, slope, bend = smile(np.log(np.asarray(strike, np.float64) / forward))
    plain = vector.greeks(call, spots, strike, t_years, vol, rate, dividend)
    if sticky == "strike":
        return plain
    by_spot, twice = -slope / spots, (bend + slope) / (spots * spots)
    spread = vol * np.sqrt(t_years)
    plus = -np.log(np.asarray(strike, np.float64) / forward) / spread + 0.5 * spread
    minus = plus - spread
    vanna = -plain.vega * minus / (spots * spread)  # d vega / d spot
    volga = plain.vega * plus * minus / vol  # d vega / d volatility
    delta = plain.delta + plain.vega * by_spot
    gamma = plain.gamma + 2.0 * vanna * by_spot + volga * by_spot * by_spot + plain.vega * twice
    return plain._replace(delta=delta, gamma=gamma)


def butterfly(smile: Smile, t_years: float, low: float, high: float) -> Worst:
    """Least of the density's sign, g of Gatheral and Jacquier (2014, eq. 2.1), for k in low .. high.

    Negative: a butterfly there costs less than nothing.
    """

    def g(k: Array) -> Array:
        vol, slope, bend = smile(k)
        first = 2.0 * t_years * vol * slope
        second = 2.0 * t_years * (slope * slope + vol * bend)
        return density_sign(k, Curve(t_years * vol * vol, first, second))

    return least(g, np.linspace(low, high, 801))


def density_sign(k: Array, variance: Curve) -> Array:
    """g(k) of total variance w: (1 - k w' / 2w)² - w'² (1/w + 1/4) / 4 + w'' / 2."""
    w, slope, bend = variance
    first = 1.0 - 0.5 * k * slope / w
    return first * first - 0.25 * slope * slope * (1.0 / w + 0.25) + 0.5 * bend


def least(function: Callable[[Array], Array], grid: Array) -> Worst:
    """The least value on a grid, refined between its neighbours."""
    values = function(grid)
    at = int(np.argmin(values))
    low, high = grid[max(at - 1, 0)], grid[min(at + 1, grid.size - 1)]
    found = minimize_scalar(
        lambda k: float(function(np.array([k]))[0]),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-12},
    )
    if found.fun < values[at]:
        return Worst(float(found.x), float(found.fun))
    return Worst(float(grid[at]), float(values[at]))
