"""European options from the transform of the log return: the COS method of Fang and Oosterlee (2008).

The density's cosine series is integrated against a put's payoff in closed form, with one series an expiry for
all its strikes; calls come from parity. The range comes from moments (Chernoff), the number of terms from the
transform's decay, so that the error is near 1e-14 of spot and strike, discounted. Arguments, edges and backends
are those of :mod:`stratc.runtime.pricing.vector`.
"""

import importlib
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from stratc.runtime.pricing import vector
from stratc.runtime.pricing.blocks import Array
from stratc.runtime.pricing.law import Law, Series, series
from stratc.runtime.pricing.vector import Backend, GreekArrays

_Sums = Callable[[Array, Array], Array]


class _Options(NamedTuple):
    """Options of one expiry, each a flat array."""

    call: Array
    spot: Array
    strike: Array
    rate: Array
    dividend: Array


def price(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    law: Law,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
) -> Array:
    """Prices, in the currency of spot; arrays of the broadcast shape, NaN for a bad element.

    Raises ValueError for shapes that do not broadcast, or a law that :func:`..law.series` cannot resolve.
    """
    return _by_expiry((call, spot, strike, t_years, rate, dividend), law, _price, 1, backend)[0]


def greeks(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    law: Law,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
) -> GreekArrays:
    """Prices and Greeks, from the same series differentiated; vega is per 1.00 of the law's volatility today."""
    found = _by_expiry((call, spot, strike, t_years, rate, dividend), law, _greeks, 6, backend)
    return GreekArrays(*found)


@np.errstate(all="ignore")  # what is bad becomes NaN
def _by_expiry(
    arguments: tuple[ArrayLike, ...],
    law: Law,
    work: Callable[[_Options, Series, float, _Sums], tuple[Array, ...]],
    count: int,
    backend: Backend,
) -> list[Array]:
    """Apply ``work`` to the options of each expiry; what has expired or is bad is left to Black-Scholes."""
    call, *numbers = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in arguments))
    spot, strike, t_years, rate, dividend = numbers
    edge = vector.greeks(
        call != 0.0, spot, strike, np.minimum(t_years, 0.0), 0.0, rate, dividend, backend="numpy"
    )
    out = [np.array(values) for values in edge[:count]]
    alive = np.isfinite(out[0]) & (t_years > 0.0) & np.isfinite(t_years)
    for values in out:
        values[~np.isfinite(t_years)] = math.nan
    for t in np.unique(t_years[alive]):
        here = alive & (t_years == t)
        options = _Options(*(x[here] for x in (call, spot, strike, rate, dividend)))
        for values, found in zip(
            out, work(options, series(law, float(t)), float(t), _load(backend)), strict=True
        ):
            values[here] = found
    return out


def _price(options: _Options, terms: Series, t: float, sums: _Sums) -> tuple[Array, ...]:
    place = _Place(options, terms, t)
    put, _ = place.put(terms.density, sums)
    return (place.value(put),)


def _greeks(options: _Options, terms: Series, t: float, sums: _Sums) -> tuple[Array, ...]:
    place = _Place(options, terms, t)
    put, slope = place.put(terms.density, sums)
    by_vol, _ = place.put(terms.by_vol, sums)
    by_time, _ = place.put(terms.by_time, sums)
    density = place.inside(sums(place.angle, terms.density[None, :])[0, 0], 0.0)
    value = place.value(put)
    delta = place.discount * place.growth * (slope + options.call)
    gamma = place.discount * place.growth * np.maximum(density, 0.0) * place.ratio / options.spot
    forward = place.discount * place.forward
    cash = options.spot * delta - value  # strike leg: what rate works on
    drift = options.rate * cash - options.dividend * options.spot * delta
    theta = -(drift + forward * place.inside(by_time, 0.0))
    return value, delta, gamma, forward * place.inside(by_vol, 0.0), theta, t * cash


class _Place:
    """Where strikes lie in a series: everything per unit of forward, undiscounted."""

    def __init__(self, options: _Options, terms: Series, t: float) -> None:
        self.options, self.terms = options, terms
        self.discount = np.exp(-options.rate * t)
        self.growth = np.exp((options.rate - options.dividend) * t)
        self.forward = options.spot * self.growth
        self.ratio = options.strike / self.forward
        self.log_ratio = np.log(self.ratio)
        within = np.clip(self.log_ratio, terms.low, terms.high) - terms.low
        self.angle = within * (math.pi / (terms.high - terms.low))

    def put(self, density: Array, sums: _Sums) -> tuple[Array, Array]:
        """A put and its slope by forward, strike held, from coefficients of a density (or of its derivative)."""
        terms = self.terms
        scaled = density / (1.0 + terms.frequency * terms.frequency)
        over = np.zeros_like(scaled)
        over[1:] = scaled[1:] / terms.frequency[1:]
        found = sums(self.angle, np.stack([scaled, over, scaled * terms.frequency]))
        cosine, sine, steep = found[0, 0], found[1, 1], found[2, 1]
        sine = sine + scaled[0] * (self.angle * (terms.high - terms.low) / math.pi)
        start = math.exp(terms.low) * float(np.sum(scaled))
        return self.ratio * (sine - cosine) + start, start - self.ratio * (cosine + steep)

    def inside(self, values: Array, beyond: Array | float) -> Array:
        """Values where the strike is in the range, ``beyond`` above it, zero below."""
        above = np.where(self.log_ratio >= self.terms.high, beyond, values)
        return np.where(self.log_ratio <= self.terms.low, 0.0, above)

    def value(self, put: Array) -> Array:
        """Price in the currency of spot, between what no arbitrage allows."""
        forward, ratio, call = self.forward, self.ratio, self.options.call
        put = np.clip(self.inside(put, ratio - 1.0), np.maximum(ratio - 1.0, 0.0), ratio)
        return self.discount * forward * (put + call * (1.0 - ratio))


def _load(backend: Backend) -> _Sums:
    name = vector.load_kernels(backend).__name__.rpartition(".")[2]
    module = "clenshaw_numba" if name == "numba_kernels" else "clenshaw"
    found: _Sums = importlib.import_module(f"stratc.runtime.pricing.{module}").sums
    return found
