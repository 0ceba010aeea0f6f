"""European options under stochastic variance and jumps, D. S. Bates (1996), by the COS method.

Heston's transform times that of independent lognormal jumps. Method, units and accuracy:
:mod:`stratc.runtime.pricing.cosine`.
"""

import math
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from stratc.runtime.pricing import cosine, heston
from stratc.runtime.pricing.blocks import Array
from stratc.runtime.pricing.law import Complex, Law, Transform
from stratc.runtime.pricing.models import Bates, Jumps
from stratc.runtime.pricing.vector import Backend, GreekArrays

_LARGEST = 700.0  # exponent of a jump's moment that a float holds


def price(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    model: Bates,
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
    model: Bates,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
) -> GreekArrays:
    """Prices and Greeks; delta and gamma hold the variance, vega is per 1.00 of sqrt(variance) today."""
    return cosine.greeks(call, spot, strike, t_years, law(model), rate, dividend, backend=backend)


def law(model: Bates) -> Law:
    """The law of the log return, for :mod:`..cosine`."""
    return Law(partial(transform, model), partial(log_moment, model), str(model))


def transform(model: Bates, u: Complex, t_years: float) -> Transform:
    """ln E e^(iuX) of X = ln(spot / forward), by today's volatility and by time."""
    diffusion = heston.transform(model.heston, u, t_years)
    a_year = _jumps(model.jumps, u)
    return Transform(diffusion.log + t_years * a_year, diffusion.by_vol, diffusion.by_time + a_year)


def log_moment(model: Bates, p: Array, t_years: float) -> Array:
    """ln E (spot / forward)^p for each p, inf where it is not finite or not a float."""
    jumps = model.jumps
    small = p * jumps.mean + 0.5 * (p * jumps.deviation) ** 2 <= _LARGEST
    out = np.full(p.shape, math.inf)
    jump = _jumps(jumps, -1j * p[small].astype(np.complex128)).real
    out[small] = heston.log_moment(model.heston, p[small], t_years) + t_years * jump
    return out


def _jumps(jumps: Jumps, u: Complex) -> Complex:
    """Their part of ln E e^(iuX), a year: λ (E J^(iu) - 1 - iu k)."""
    exponent = 1j * u * jumps.mean - 0.5 * (u * jumps.deviation) ** 2
    change: Complex = jumps.intensity * (np.expm1(exponent) - 1j * u * jumps.mean_change)
    return change
