"""The SABR smile: P. S. Hagan, D. Kumar, A. S. Lesniewski and D. E. Woodward, "Managing smile risk" (2002).

Black volatility to first order in time, with the leading term of J. Obłój, "Fine-tune your smile" (2008), which, unlike
Hagan's, is right for every beta. Far from the money the expansion can allow arbitrage: :func:`..smile.butterfly` says.
"""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from stratc.runtime.pricing.blocks import Array
from stratc.runtime.pricing.law import Complex, expm1_over, log1p_over
from stratc.runtime.pricing.smile import Curve, Smile

_STEP = 1e-20  # complex step: no digits cancel
_BEND = 1e-4  # difference of k for the second derivative, error 1e-8


@dataclass(frozen=True, slots=True)
class Sabr:
    """dF = s F^beta dW, ds = nu s dZ, with s = alpha today and rho the correlation of W and Z."""

    alpha: float
    beta: float
    rho: float
    nu: float

    def __post_init__(self) -> None:
        """Raise ValueError for a parameter out of range."""
        if not (
            0.0 < self.alpha < math.inf
            and 0.0 <= self.beta <= 1.0
            and -1.0 < self.rho < 1.0
            and 0.0 <= self.nu < math.inf
        ):
            raise ValueError(
                f"{self}: alpha must be positive, beta in [0, 1], rho in (-1, 1), nu finite and not negative"
            )


def volatility(sabr: Sabr, forward: ArrayLike, strike: ArrayLike, t_years: ArrayLike) -> Array:
    """Black volatilities per root year, of the broadcast shape; NaN where forward or strike is not positive."""
    f, strikes, t = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in (forward, strike, t_years)))
    good = (f > 0.0) & (strikes > 0.0)
    k = np.log(np.where(good, strikes, 1.0) / np.where(good, f, 1.0)).astype(np.complex128)
    found: Array = np.where(good, _volatility(sabr, np.where(good, f, 1.0), k, t).real, math.nan)
    return found


def smile(sabr: Sabr, forward: float, t_years: float) -> Smile:
    """The smile at this forward, for :mod:`..smile`; its slope by complex step, its bend from the slope."""
    at = partial(_volatility, sabr, np.float64(forward), t=np.float64(t_years))

    def slope(k: Array) -> Array:
        found: Array = at(k=k + np.complex128(1j * _STEP)).imag / _STEP
        return found

    def curve(k: Array) -> Curve:
        k = np.asarray(k, np.float64)
        bend = (slope(k + _BEND) - slope(k - _BEND)) / (2.0 * _BEND)
        return Curve(at(k=k.astype(np.complex128)).real, slope(k), bend)

    return curve


def fit(forward: float, strike: ArrayLike, vol: ArrayLike, t_years: float, beta: float = 1.0) -> Sabr:
    """The alpha, rho and nu nearest to quoted volatilities, by least squares, beta given; always the same.

    Raises ValueError for fewer than three quotes, or numbers that are not positive.
    """
    strikes, vols = np.asarray(strike, np.float64), np.asarray(vol, np.float64)
    positive = np.concatenate([strikes.ravel(), vols.ravel(), [forward, t_years]])
    if (
        strikes.size < 3
        or strikes.shape != vols.shape
        or not (np.isfinite(positive) & (positive > 0.0)).all()
    ):
        raise ValueError(
            f"SABR needs three quotes, with positive numbers: {strikes.size} strikes, {vols.size} volatilities, "
            f"forward {forward}, t_years {t_years}"
        )

    def miss(point: Array) -> Array:
        return volatility(_sabr(point, beta), forward, strikes, t_years) - vols

    money = float(vols[np.argmin(np.abs(np.log(strikes / forward)))])
    start = np.array([math.log(money) + (1.0 - beta) * math.log(forward), 0.0, 0.0])
    starts = (
        start + np.array([0.0, math.atanh(rho), math.log(nu)]) for rho in (-0.5, 0.5) for nu in (0.3, 2.0)
    )
    done = [least_squares(miss, s, xtol=1e-15, ftol=1e-15, gtol=1e-15) for s in starts]
    return _sabr(min(done, key=lambda one: one.cost).x, beta)


def _sabr(point: Array, beta: float) -> Sabr:
    alpha, rho, nu = (float(x) for x in np.clip(point, [-40.0, -10.0, -40.0], [40.0, 10.0, 7.0]))
    return Sabr(math.exp(alpha), beta, math.tanh(rho), math.exp(nu))


def _volatility(sabr: Sabr, forward: Array | np.float64, k: Complex, t: Array | np.float64) -> Complex:
    """I_0 (1 + I_1 t) of Obłój (2008), eq. 3, k = ln(strike / forward), maybe complex."""
    alpha, beta, rho, nu = sabr.alpha, sabr.beta, sabr.rho, sabr.nu
    rest = 1.0 - beta
    level = alpha * forward**-rest
    # (F^(1-beta) - K^(1-beta)) / (1 - beta) = -F^(1-beta) k e(k), e the mean of e^((1-beta) x) over 0 .. k
    mean = expm1_over(rest * k)
    z = -(nu / level) * k * mean
    first = level / mean * _over_chi(z, rho)
    local = level * np.exp(-0.5 * rest * k)
    second = (
        rest * rest / 24.0 * local * local
        + 0.25 * rho * nu * beta * local
        + (2.0 - 3.0 * rho * rho) / 24.0 * nu * nu
    )
    found: Complex = first * (1.0 + second * t)
    return found


def _over_chi(z: Complex, rho: float) -> Complex:
    """z / chi(z), chi = ln((sqrt(1 - 2 rho z + z²) + z - rho) / (1 - rho)); odd in (z, rho), so for z >= 0 only."""
    sign = np.where(z.real < 0.0, -1.0, 1.0)
    z, rho_ = sign * z, sign * rho
    root = np.sqrt(1.0 - 2.0 * rho_ * z + z * z)
    ratio = (1.0 + (z - 2.0 * rho_) / (root + 1.0)) / (1.0 - rho_)  # of the logarithm's argument less 1, to z
    found: Complex = 1.0 / (ratio * log1p_over(ratio * z))
    return found
