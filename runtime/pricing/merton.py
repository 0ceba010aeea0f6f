"""European options under jump diffusion: the series of R. C. Merton (1976), its remainder bounded.

Given n jumps the spot is lognormal, so the price is the average of Black-Scholes prices over a Poisson number
of them (Merton, 1976, eq. 16). The series stops where what is left is below 1e-15 of spot (calls) and
strike (puts), both discounted. Arguments broadcast, edges and backends are those of
:mod:`stratc.runtime.pricing.vector`.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, pdtrc

from stratc.runtime.pricing import vector
from stratc.runtime.pricing.blocks import Array
from stratc.runtime.pricing.models import Merton
from stratc.runtime.pricing.vector import Backend, GreekArrays

REMAINDER = 1e-15
"""Probability, under either measure, of the jump counts that the series leaves out."""
_MOST_JUMPS = 10_000.0
_FARTHEST = 600.0  # |ln| of what jumps make of the spot
_NO_TIME = 1e-300  # years, for what is divided by time


class _Option(NamedTuple):
    """Broadcast arguments of one call, times not below zero."""

    call: ArrayLike
    spot: Array
    strike: Array
    t: Array
    rate: Array
    dividend: Array
    backend: Backend


@np.errstate(all="ignore")  # what is bad becomes NaN
def price(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    model: Merton,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
) -> Array:
    """Prices, in the currency of spot; arrays of the broadcast shape, NaN for a bad element.

    Raises ValueError for shapes that do not broadcast, or for jumps too many or too large for a series.
    """
    option = _option(call, spot, strike, t_years, rate, dividend, backend)
    return _average(option, model, 0, 0.0)


@np.errstate(all="ignore")  # what is bad becomes NaN
def greeks(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    model: Merton,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
) -> GreekArrays:
    """Prices and Greeks as :func:`..vector.greeks` gives them; vega is per 1.00 of the diffusion's volatility.

    theta comes from the pricing equation (Merton, 1976, eq. 14), of which all other terms are known. Errors as
    for `price`.
    """
    option = _option(call, spot, strike, t_years, rate, dividend, backend)
    total = [np.zeros(np.broadcast_shapes(option.t.shape, np.shape(call))) for _ in range(5)]
    for n, weight in _weights(option.t, model):
        moved = _spot(option, model, n)
        vol = _vol(option.t, model, n)
        one = vector.greeks(
            call, moved, option.strike, option.t, vol, option.rate, option.dividend, backend=backend
        )
        ratio = moved / option.spot
        share = np.divide(model.vol, vol, out=np.ones_like(vol), where=vol > 0.0)
        terms = (one.price, one.delta * ratio, one.gamma * ratio * ratio, one.vega * share, one.rho)
        for so_far, term in zip(total, terms, strict=True):
            np.add(so_far, weight * term, out=so_far)
    value, delta, gamma, vega, rho = total
    theta = _theta(option, model, value, delta, gamma)
    return GreekArrays(value, delta, gamma, vega, theta, rho)


@np.errstate(all="ignore")  # what is bad becomes NaN
def hedge_ratio(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    model: Merton,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
) -> Array:
    """Units of the underlying against which the option's price varies least from moment to moment.

    The diffusion's delta and the jumps' slope, weighted by the variance each brings (Cont and Tankov, 2004, eq.
    10.39): without jumps it is delta. Where neither moves the spot it is delta too. Errors as for `price`.
    """
    option = _option(call, spot, strike, t_years, rate, dividend, backend)
    all_greeks = greeks(call, spot, strike, t_years, model, rate, dividend, backend=backend)
    jumps = model.jumps
    k = jumps.mean_change
    tilt = jumps.mean + jumps.deviation * jumps.deviation
    after = _average(option, model, 1, jumps.mean)  # E[V(S J)]
    weighted = (1.0 + k) * _average(option, model, 1, tilt)  # E[J V(S J)]: J's law, tilted by J
    covariance = weighted - after - k * all_greeks.price
    variance = math.expm1(2.0 * tilt) - 2.0 * k  # E[(J - 1)²]
    diffusion = model.vol * model.vol
    whole = diffusion + jumps.intensity * variance
    if whole == 0.0:
        return all_greeks.delta
    return (diffusion * all_greeks.delta + jumps.intensity * covariance / option.spot) / whole


def _option(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    rate: ArrayLike,
    dividend: ArrayLike,
    backend: Backend,
) -> _Option:
    numbers = np.broadcast_arrays(
        *(np.asarray(x, np.float64) for x in (spot, strike, t_years, rate, dividend))
    )
    spots, strikes, t, rates, dividends = numbers
    t = np.where(np.isfinite(t), np.maximum(t, 0.0), math.nan)
    return _Option(call, spots, strikes, t, rates, dividends, backend)


def _average(option: _Option, model: Merton, more: int, shift: float) -> Array:
    """Mean price over the jumps to come, after ``more`` jumps now whose log has the mean ``shift``."""
    total = np.zeros(np.broadcast_shapes(option.t.shape, np.shape(option.call)))
    half = 0.5 * model.jumps.deviation * model.jumps.deviation
    now = math.exp(more * (shift + half))
    for n, weight in _weights(option.t, model):
        total += weight * vector.price(
            option.call,
            _spot(option, model, n) * now,
            option.strike,
            option.t,
            _vol(option.t, model, n + more),
            option.rate,
            option.dividend,
            backend=option.backend,
        )
    return total


def _spot(option: _Option, model: Merton, n: int) -> Array:
    """Spot whose forward is the mean of the spot at expiry, given n jumps."""
    jumps = model.jumps
    growth = n * (jumps.mean + 0.5 * jumps.deviation * jumps.deviation)
    return option.spot * np.exp(growth - jumps.intensity * jumps.mean_change * option.t)


def _vol(t: Array, model: Merton, n: int) -> Array:
    """Volatility to expiry given n jumps."""
    jumps = model.jumps.deviation * model.jumps.deviation
    return np.sqrt(model.vol * model.vol + n * jumps / np.maximum(t, _NO_TIME))


def _weights(t: Array, model: Merton) -> list[tuple[int, Array]]:
    """Numbers of jumps that matter for some option, and their probabilities."""
    longest = float(np.max(t, initial=0.0, where=np.isfinite(t)))
    expected = model.jumps.intensity * longest
    most = expected * (1.0 + max(model.jumps.mean_change, 0.0))
    if most > _MOST_JUMPS:
        raise ValueError(
            f"{most:.6g} jumps to expiry are too many for a series: intensity {model.jumps.intensity} "
            f"over {longest} years; make them a part of the volatility"
        )
    last = math.ceil(most)
    while pdtrc(last, most) > REMAINDER:
        last += 1
    if last * abs(model.jumps.mean + 0.5 * model.jumps.deviation**2) > _FARTHEST:
        raise ValueError(f"{last} jumps of {model.jumps} take the spot out of the range of a float")
    mean = model.jumps.intensity * t
    log_mean = np.log(np.maximum(mean, _NO_TIME))
    return [(n, np.exp(n * log_mean - mean - gammaln(n + 1.0))) for n in range(last + 1)]


def _theta(option: _Option, model: Merton, value: Array, delta: Array, gamma: Array) -> Array:
    """What the price gains as a year passes: r V - (r - q - λk) S V' - vol² S² V'' / 2 - λ (E[V(SJ)] - V)."""
    jumps = model.jumps
    spot_leg = option.spot * delta
    drift = option.rate - option.dividend - jumps.intensity * jumps.mean_change
    diffusion = 0.5 * (model.vol * option.spot) ** 2 * gamma
    change = _average(option, model, 1, jumps.mean) - value
    theta = option.rate * value - drift * spot_leg - diffusion - jumps.intensity * change
    return np.where(option.t > 0.0, theta, 0.0 * value)
