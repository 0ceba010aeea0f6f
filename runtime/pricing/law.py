"""The law of a log return as pricing sees it: its transform, its moments, and the cosine series of its density."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.pricing.blocks import Array

Complex = NDArray[np.complex128]

TAIL = 1e-15
"""Probability outside the range of a series, on either side, and what the terms that it leaves out add to a price."""
_ROUGH = 1e-12  # what they add to the density, if that many terms are enough
_EXPONENTS = np.geomspace(0.05, 2000.0, 60)
_TERMS = 2 * np.round(16.0 * 1.25 ** np.arange(35))  # 32 to 63,109
_NARROWEST = 1e-6  # half width of a range
_NEAR = 0.02  # below it ten terms of a power series are exact


class Transform(NamedTuple):
    """ln E e^(iuX), X = ln(spot / forward), and its derivatives by today's volatility and by time in years."""

    log: Complex
    by_vol: Complex
    by_time: Complex


class Law(NamedTuple):
    """A model, by what it says of X = ln(spot / forward) after t_years > 0."""

    transform: Callable[[Complex, float], Transform]  # at u, which is real
    log_moment: Callable[[Array, float], Array]  # ln E e^(pX) at p, inf where there is none
    name: str  # for errors


class Series(NamedTuple):
    """Fourier cosine coefficients of the density on [low, high], and of its derivatives, lowest first."""

    low: float
    high: float
    frequency: Array  # u_k = k pi / (high - low)
    density: Array
    by_vol: Array
    by_time: Array


def series(law: Law, t_years: float) -> Series:
    """Fang and Oosterlee (2008), eq. 11: the coefficients straight from the transform.

    Raises ValueError for a density too rough for some 60,000 terms: nearly no variance, or nearly no time.
    """
    low, high = -_reach(law, t_years, -1.0), _reach(law, t_years, 1.0)
    terms = _terms(law, t_years, high - low)
    frequency = np.arange(terms, dtype=np.float64) * (math.pi / (high - low))
    u = frequency.astype(np.complex128)
    found = law.transform(u, t_years)
    wave = np.exp(found.log - 1j * u * low) * complex(2.0 / (high - low))
    wave[0] *= 0.5
    parts = (wave, wave * found.by_vol, wave * found.by_time)
    density, by_vol, by_time = (np.array(part.real) for part in parts)
    return Series(low, high, frequency, density, by_vol, by_time)


def _reach(law: Law, t_years: float, side: float) -> float:
    """Distance beyond which less than TAIL of probability lies: the best of Chernoff's bounds."""
    bounds = (law.log_moment(side * _EXPONENTS, t_years) - math.log(TAIL)) / _EXPONENTS
    best = float(np.nanmin(bounds))
    return max(best, _NARROWEST)


def _terms(law: Law, t_years: float, width: float) -> int:
    """The first of a growing sequence of even numbers at which the transform has died out."""
    frequency = _TERMS * (math.pi / width)
    around = np.stack([0.75 * frequency, frequency]).astype(np.complex128)
    size = np.max(np.exp(law.transform(around, t_years).log.real), axis=0)
    in_price = _TERMS * size < TAIL * (1.0 + frequency * frequency)
    enough = in_price & (_TERMS * size < _ROUGH)
    enough[-1] = in_price[-1]
    if enough.any():
        return int(_TERMS[np.argmax(enough)])
    raise ValueError(
        f"the density of {law.name} after {t_years} years is too rough for {_TERMS[-1]:.0f} terms: "
        f"its transform at {frequency[-1]:.6g} is still {size[-1]:.3g}; give it more variance or more time"
    )


def log1p_over(z: Complex) -> Complex:
    """ln(1 + z) / z, principal branch, 1 at zero; accurate with its derivative, for complex steps."""
    x, y = z.real, z.imag
    log = 0.5 * np.log1p(x * (2.0 + x) + y * y) + 1j * np.arctan2(y, 1.0 + x)
    return _over(z, log, tuple((-1.0) ** n / (n + 1.0) for n in range(10)))


def expm1_over(z: Complex) -> Complex:
    """(e^z - 1) / z, 1 at zero; accurate with its derivative, for complex steps."""
    return _over(z, np.expm1(z), tuple(1.0 / math.factorial(n + 1) for n in range(10)))


def _over(z: Complex, value: Complex, series: tuple[float, ...]) -> Complex:
    """value / z, from its power series where z is small."""
    near = np.abs(z) < _NEAR
    total = np.zeros_like(z)
    for coefficient in reversed(series):
        total = total * z + coefficient
    found: Complex = np.where(near, total, np.divide(value, np.where(near, 1.0, z)))
    return found
