"""The SVI smile: total variance w(k) = a + b (rho (k - m) + sqrt((k - m)² + sigma²)), k = ln(strike / forward).

J. Gatheral (2004); J. Gatheral and A. Jacquier, "Arbitrage-free SVI volatility surfaces" (2014). Total variance is
volatility² times years.
"""

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from stratc.runtime.pricing.blocks import Array
from stratc.runtime.pricing.smile import Curve, Smile, Worst, density_sign, least

_WIDTHS = np.sinh(np.linspace(-9.0, 9.0, 721))  # in sigma from m: fine near it, four thousand of them far
_PENALTIES = (0.0, 1.0, 10.0, 100.0, 1000.0)  # tried in turn until the fit is free of arbitrage
_MARGIN = 3e-4  # of g and of the wings, that a penalised fit aims at
_STEEPEST = 2.0  # slope of a wing, R. W. Lee (2004)


@dataclass(frozen=True, slots=True)
class Svi:
    """One expiry, "raw" parameters; b and sigma not negative, |rho| <= 1, variance nowhere negative."""

    a: float
    b: float
    rho: float
    m: float
    sigma: float

    def __post_init__(self) -> None:
        """Raise ValueError, with the numbers, for parameters that give a negative variance or no number."""
        lowest = self.a + self.b * self.sigma * math.sqrt(max(1.0 - self.rho * self.rho, 0.0))
        numbers = (self.a, self.b, self.rho, self.m, self.sigma)
        fine = (
            all(map(math.isfinite, numbers)) and self.b >= 0.0 and self.sigma > 0.0 and abs(self.rho) <= 1.0
        )
        if not fine or lowest < 0.0:
            raise ValueError(
                f"{self}: b must not be negative, sigma positive, rho in [-1, 1], and the least variance "
                f"a + b sigma sqrt(1 - rho²), here {lowest:.6g}, not negative"
            )


def variance(svi: Svi, log_moneyness: ArrayLike) -> Curve:
    """Total variance and its derivatives by k."""
    x = np.asarray(log_moneyness, np.float64) - svi.m
    root = np.sqrt(x * x + svi.sigma * svi.sigma)
    value = svi.a + svi.b * (svi.rho * x + root)
    return Curve(value, svi.b * (svi.rho + x / root), svi.b * svi.sigma * svi.sigma / root**3)


def smile(svi: Svi, t_years: float) -> Smile:
    """The smile of this slice, for :mod:`..smile`."""

    def at(k: Array) -> Curve:
        w, slope, bend = variance(svi, k)
        vol = np.sqrt(w / t_years)
        by = 0.5 * slope / (t_years * vol)
        return Curve(vol, by, (0.5 * bend / t_years - by * by) / vol)

    return at


def butterfly(svi: Svi) -> Worst:
    """Least density sign g over all strikes; negative is arbitrage. In a wing too steep it is at infinity."""
    wing = svi.b * (1.0 + abs(svi.rho))
    far = 0.25 - wing * wing / 16.0
    worst = least(lambda k: density_sign(k, variance(svi, k)), svi.m + svi.sigma * _WIDTHS)
    if far < min(worst.value, 0.0):
        return Worst(math.copysign(math.inf, svi.rho), far)
    return worst


def calendar(early: Svi, late: Svi) -> Worst:
    """Least gain of total variance from one expiry to a later one, over all strikes; negative is arbitrage."""
    for side in (-1.0, 1.0):
        steeper = late.b * (1.0 + side * late.rho) - early.b * (1.0 + side * early.rho)
        if steeper < 0.0:
            return Worst(side * math.inf, -math.inf)
    grid = np.sort(np.concatenate([s.m + s.sigma * _WIDTHS for s in (early, late)]))
    return least(lambda k: variance(late, k).value - variance(early, k).value, grid)


def fit(log_moneyness: ArrayLike, total_variance: ArrayLike, weights: ArrayLike = 1.0) -> Svi:
    """The slice nearest to quotes, by weighted least squares, without butterfly arbitrage; always the same one.

    Starts from the best of nine pairs (m, sigma), for which the rest is linear (De Marco and Martini, 2009). Raises
    ValueError for fewer than five quotes, for bad numbers, and where no fit is free of arbitrage.
    """
    k, w = np.asarray(log_moneyness, np.float64), np.asarray(total_variance, np.float64)
    scale = np.broadcast_to(np.asarray(weights, np.float64), k.shape)
    if k.size < 5 or k.shape != w.shape or not (np.isfinite(k + w + scale).all() and (w > 0.0).all()):
        raise ValueError(f"SVI needs five finite quotes of positive variance, has {k.size} of {w.size}: {w}")
    scale = scale / np.mean(w)
    point = min(
        (_start(k, w, m, s) for m, s in _places(k)),
        key=lambda p: _miss(p, k, w, scale, 0.0) @ _miss(p, k, w, scale, 0.0),
    )
    found = None
    for penalty in _PENALTIES:
        done = least_squares(
            _miss, point, args=(k, w, scale, penalty), xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=400
        )
        point = done.x
        found = _svi(point)
        if butterfly(found).value >= 0.0:
            return found
    raise ValueError(f"no SVI slice near the quotes is free of arbitrage; the nearest is {found}")


def _places(k: Array) -> list[tuple[float, float]]:
    span = max(float(np.ptp(k)), 1e-3)
    return list(product(np.quantile(k, [0.2, 0.5, 0.8]).tolist(), (0.05 * span, 0.2 * span, 0.6 * span)))


def _start(k: Array, w: Array, m: float, sigma: float) -> Array:
    """The linear least squares of a, b rho and b, brought into range."""
    x = k - m
    columns = np.stack([np.ones_like(x), x, np.sqrt(x * x + sigma * sigma)], axis=1)
    a, tilt, b = np.linalg.lstsq(columns, w, rcond=None)[0]
    b = max(float(b), 1e-3 * float(np.mean(w)))
    rho = float(np.clip(tilt / b, -0.95, 0.95))
    lowest = max(float(a) + b * sigma * math.sqrt(1.0 - rho * rho), 1e-3 * float(np.min(w)))
    return np.array([math.log(lowest), math.log(b), math.atanh(rho), m, math.log(sigma)])


def _svi(point: Array) -> Svi:
    """Any five numbers as a slice whose variance is positive everywhere."""
    lowest, b, sigma = (float(x) for x in np.exp(np.clip(point[[0, 1, 4]], -40.0, 20.0)))
    rho = math.tanh(float(point[2]))
    a = lowest - b * sigma * math.sqrt(1.0 - rho * rho)
    return Svi(a + 1e-16 * b * sigma, b, rho, float(point[3]), sigma)


def _miss(point: Array, k: Array, w: Array, scale: Array, penalty: float) -> Array:
    svi = _svi(point)
    miss = (variance(svi, k).value - w) * scale
    if penalty == 0.0:
        return miss
    places = svi.m + svi.sigma * _WIDTHS
    short = np.maximum(_MARGIN - density_sign(places, variance(svi, places)), 0.0)
    steep = max(svi.b * (1.0 + abs(svi.rho)) - _STEEPEST + _MARGIN, 0.0)
    return np.concatenate([miss, penalty * short, [penalty * steep]])
