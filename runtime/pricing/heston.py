"""European options under stochastic variance, S. L. Heston (1993), by the COS method.

The transform is in the form that does not cross the logarithm's cut (Albrecher, Mayer, Schoutens and Tistaert,
2007, "The little Heston trap"), its quotients by vol of vol taken out, so that a vol of vol near zero costs no
digits. Method, units and accuracy: :mod:`stratc.runtime.pricing.cosine`.
"""

import math
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from stratc.runtime.pricing import cosine
from stratc.runtime.pricing.blocks import Array
from stratc.runtime.pricing.law import Complex, Law, Transform, log1p_over
from stratc.runtime.pricing.models import Heston
from stratc.runtime.pricing.vector import Backend, GreekArrays

_SLOWEST = 1e-12  # speed, per year, for what is divided by it


def price(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    model: Heston,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
) -> Array:
    """Prices, in the currency of spot; arrays of the broadcast shape, NaN for a bad element.

    Raises ValueError for shapes that do not broadcast, or a density too rough (:func:`..law.series`).
    """
    return cosine.price(call, spot, strike, t_years, law(model), rate, dividend, backend=backend)


def greeks(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    model: Heston,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
) -> GreekArrays:
    """Prices and Greeks; delta and gamma hold the variance, vega is per 1.00 of sqrt(variance) today."""
    return cosine.greeks(call, spot, strike, t_years, law(model), rate, dividend, backend=backend)


def law(model: Heston) -> Law:
    """The law of the log return, for :mod:`..cosine`."""
    return Law(partial(transform, model), partial(log_moment, model), str(model))


def transform(model: Heston, u: Complex, t_years: float) -> Transform:
    """ln E e^(iuX) of X = ln(spot / forward): u = -ip gives real moments, inside the strip where they exist."""
    sigma, kappa = model.vol_of_vol, max(model.speed, _SLOWEST)
    half = -0.5 * u * (u + 1j)
    pull = kappa - 1j * model.correlation * sigma * u
    root = np.sqrt(pull * pull - 2.0 * sigma * sigma * half)
    per_sum = 1.0 / (pull + root)
    decay, lost = np.exp(-root * t_years), -np.expm1(-root * t_years)
    ratio = 2.0 * sigma * sigma * half * per_sum * per_sum
    by_variance = 2.0 * half * per_sum * lost / (1.0 - ratio * decay)
    step = 2.0 * half * per_sum * per_sum * lost / (1.0 - ratio)
    by_mean = 2.0 * half * per_sum * t_years - 2.0 * step * log1p_over(sigma * sigma * step)
    log = kappa * model.mean * by_mean + model.variance * by_variance
    growth = half - pull * by_variance + 0.5 * sigma * sigma * by_variance * by_variance
    by_time = kappa * model.mean * by_variance + model.variance * growth
    return Transform(log, 2.0 * math.sqrt(model.variance) * by_variance, by_time)


def log_moment(model: Heston, p: Array, t_years: float) -> Array:
    """ln E (spot / forward)^p for each p, inf from the time on at which the moment explodes."""
    out = np.full(p.shape, math.inf)
    there = np.array([t_years < explosion(model, float(x)) for x in p])
    known = (p == 0.0) | (p == 1.0)
    out[known] = 0.0
    there &= ~known
    out[there] = transform(model, -1j * p[there].astype(np.complex128), t_years).log.real
    return out


def explosion(model: Heston, p: float) -> float:
    """Years at which E spot^p becomes infinite: Andersen and Piterbarg (2007), proposition 3.1."""
    sigma = model.vol_of_vol
    if 0.0 <= p <= 1.0 or sigma == 0.0:
        return math.inf
    pull = model.speed - model.correlation * sigma * p
    square = pull * pull - sigma * sigma * p * (p - 1.0)
    if square < 0.0:
        root = math.sqrt(-square)
        return 2.0 / root * (0.5 * math.pi + math.atan2(pull, root))
    if pull >= 0.0:
        return math.inf
    root = math.sqrt(square)
    if root == 0.0:
        return -2.0 / pull
    return math.log((root - pull) / (-pull - root)) / root
