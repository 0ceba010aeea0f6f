"""The hedge ratio of one option under jumps, in pure Python: what the engine calls for `delta[merton]`.

The formula of `hedge_ratio` in :mod:`stratc.runtime.pricing.merton`, one option at a time, without rate or
dividend.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, exp, expm1, lgamma, log, log1p, sqrt

from stratc.runtime.pricing.models import Jumps
from stratc.runtime.pricing.scalar import bs_greeks, bs_price

REMAINDER = 1e-15
"""Probability, under either measure, of the jump counts that the series leaves out."""
_MOST_JUMPS = 10_000.0


def jumps_of(intensity: float, mean: float, spread: float) -> Jumps:
    """Jumps by their number a year, the mean change of the price (-0.12: 12 % down) and the deviation of its logarithm.

    Raises ValueError for numbers that no jumps have.
    """
    if not mean > -1.0:
        raise ValueError(f"the mean jump is {mean}; it must be above -1, where nothing is left of the price")
    return Jumps(intensity, log1p(mean) - 0.5 * spread * spread, spread)


def jump_delta(call: bool, spot: float, strike: float, t_years: float, vol: float, jumps: Jumps) -> float:
    """Units of the underlying against which the option's price varies least from moment to moment.

    R. Cont and P. Tankov (2004), eq. 10.39, on prices by R. C. Merton (1976); ``vol`` is that of the diffusion, as
    a positive number. In [0, 1] for a call and [-1, 0] for a put; without jumps the delta of Black and Scholes, bit
    for bit.
    Raises ValueError for a spot or strike that is not positive, a number that is not finite, or more jumps to
    expiry than a series takes; OverflowError for jumps that take the spot out of a float's range.
    """
    plain = bs_greeks(call, spot, strike, t_years, vol).delta
    k = jumps.mean_change
    tilt = jumps.mean + jumps.deviation * jumps.deviation
    variance = expm1(2.0 * tilt) - 2.0 * k  # E[(J - 1)²]
    if jumps.intensity == 0.0 or not variance > 0.0 or t_years <= 0.0:
        return plain
    delta = covariance = 0.0
    deviation = jumps.deviation * jumps.deviation
    fall, rise = exp(jumps.mean + 0.5 * deviation), exp(tilt + 0.5 * deviation)
    for n, weight in _weights(jumps, t_years):
        moved = exp(n * (jumps.mean + 0.5 * deviation) - jumps.intensity * k * t_years)
        vol_n = sqrt(vol * vol + n * deviation / t_years)
        vol_after = sqrt(vol * vol + (n + 1) * deviation / t_years)
        now = bs_greeks(call, spot * moved, strike, t_years, vol_n)
        after = bs_price(call, spot * moved * fall, strike, t_years, vol_after)
        weighted = (1.0 + k) * bs_price(call, spot * moved * rise, strike, t_years, vol_after)
        delta += weight * now.delta * moved
        covariance += weight * (weighted - after - k * now.price)
    diffusion = vol * vol
    whole = diffusion + jumps.intensity * variance
    ratio = (diffusion * delta + jumps.intensity * covariance / spot) / whole
    low, high = (0.0, 1.0) if call else (-1.0, 0.0)
    return min(high, max(low, ratio))


def _weights(jumps: Jumps, t_years: float) -> Iterator[tuple[int, float]]:
    """Numbers of jumps to expiry and their probabilities, until what is left is below the remainder."""
    mean = jumps.intensity * t_years
    most = mean * (1.0 + max(jumps.mean_change, 0.0))
    if not most <= _MOST_JUMPS:
        raise ValueError(f"{most:.6g} jumps to expiry are too many for a series")
    n, least = 0, ceil(most)
    while True:
        yield n, _poisson(n, mean)
        n += 1
        if n > least and _poisson(n, most) * (n + 1.0) / (n + 1.0 - most) <= REMAINDER:
            return


def _poisson(n: int, mean: float) -> float:
    """Probability of n events where ``mean`` are expected (of none where none are)."""
    return exp(n * log(mean) - mean - lgamma(n + 1.0)) if mean > 0.0 else float(n == 0)
