"""The exercise boundary of American puts, at Chebyshev points of the square root of time to expiry.

Andersen, Lake and Offengenden, "High-performance American option pricing" (2016): equations A (from the slope at the
boundary) and B (from the value there), solved by iteration from the boundary of Barone-Adesi and Whaley (1987).
"""

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from stratc.runtime.pricing.blocks import Array
from stratc.runtime.pricing.formula import INV_SQRT_2PI

_LEAST = 1e-8  # boundary, of the strike
_STEEP = 1.5  # (rate - dividend) / vol² from which equation B is taken


class Puts(NamedTuple):
    """Puts to price, arrays of one shape; rate, t and vol positive where a boundary is asked for."""

    spot: Array
    strike: Array
    t: Array
    vol: Array
    rate: Array
    dividend: Array


class Grid(NamedTuple):
    """What all options share, in units of their time t."""

    time: Array  # of the points, from 0 to 1
    to_nodes: Array  # (points - 1, nodes, points): interpolates between points at the nodes of each point
    since: Array  # (points - 1, nodes): time from the point back to each node
    weight: Array  # (points - 1, nodes): of the integral over time


@cache
def grid(points: int, nodes: int) -> Grid:
    """Chebyshev points and Gauss-Legendre nodes; at least 3 points and 2 nodes, or ValueError."""
    if points < 3 or nodes < 2:
        raise ValueError(f"{points} points and {nodes} nodes: at least 3 and 2 are needed")
    z = -np.cos(math.pi * np.arange(points) / (points - 1))
    time = (0.5 * (1.0 + z)) ** 2
    y, w = np.polynomial.legendre.leggauss(nodes)
    # since = time sin², what remains = time cos²: smooth in the root of both.
    angle = 0.25 * math.pi * (1.0 + y)
    since = np.outer(time[1:], np.sin(angle) ** 2)
    weight = np.outer(time[1:], 0.25 * math.pi * w * np.sin(2.0 * angle))
    at = np.outer(1.0 + z[1:], np.cos(angle)) - 1.0
    return Grid(time, _interpolation(z, at), since, weight)


class _Span(NamedTuple):
    """What d+ needs of a time: volatility by its root, and drift; with the discounts that go with it."""

    spread: Array
    drift: Array
    interest: Array
    lost: Array

    def d(self, ratio: Array) -> tuple[Array, Array]:
        """d+ and d- of a ratio of prices."""
        plus = (np.log(ratio) + self.drift) / self.spread + 0.5 * self.spread
        return plus, plus - self.spread


class _Held(NamedTuple):
    """What stays the same from step to step: at the points, and at the nodes of each with the weights."""

    strike: Array
    points: _Span
    nodes: _Span


_Equation = Callable[[_Held, Array, Array], Array]


def boundary(puts: Puts, scheme: Grid, iterations: int) -> Array:
    """Boundary of each put at the points of time, (options, points), from expiry on; in the currency of strike.

    Equation A converges faster, except where the drift outweighs the variance: there only B does.
    """
    start = puts.strike * np.maximum(puts.rate / np.maximum(puts.dividend, puts.rate), _LEAST)
    later = scheme.time[1:] * puts.t[:, None]
    edge = np.concatenate([start[:, None], _guess(puts, later, start)], axis=1)
    steep = puts.rate - puts.dividend > _STEEP * puts.vol * puts.vol
    for equation, here, steps in ((_by_slope, ~steep, iterations), (_by_value, steep, 3 * iterations)):
        if here.any():
            held = _held(Puts(*(x[here] for x in puts)), scheme, later[here])
            edge[here] = _solved(equation, held, edge[here], scheme, steps)
    return edge


def _solved(equation: _Equation, held: _Held, edge: Array, scheme: Grid, steps: int) -> Array:
    """The boundary after some steps of B = K N(B) / D(B), at every point but expiry."""
    for _ in range(steps):
        edge[:, 1:] = equation(held, edge, _between(edge, scheme, slice(None)))
        np.clip(edge, _LEAST * held.strike, edge[:, :1], out=edge)
    return edge


def premium(puts: Puts, edge: Array, scheme: Grid) -> Array:
    """Value of exercising early: Kim (1990), interest on the strike less dividends while in the exercise region."""
    last = scheme.to_nodes.shape[0] - 1
    at = _between(edge, scheme, slice(last, None))[:, 0]
    span = _span(puts, scheme.since[last] * puts.t[:, None])
    plus, minus = span.d(puts.spot[:, None] / at)
    interest = (puts.rate * puts.strike)[:, None] * span.interest * ndtr(-minus)
    lost = (puts.dividend * puts.spot)[:, None] * span.lost * ndtr(-plus)
    found: Array = np.sum((interest - lost) * scheme.weight[last], axis=1) * puts.t
    return found


def _by_slope(held: _Held, edge: Array, at_nodes: Array) -> Array:
    """Equation A: the boundary at which the slope of the price is -1."""
    point, node = held.points, held.nodes
    plus, minus = point.d(edge[:, 1:] / held.strike)
    num = point.interest * _density(minus) / point.spread
    den = point.lost * (_density(plus) / point.spread + ndtr(plus))
    plus, minus = node.d(edge[:, 1:, None] / at_nodes)
    num += np.sum(node.interest * _density(minus) / node.spread, axis=2)
    den += np.sum(node.lost * (_density(plus) / node.spread + ndtr(plus)), axis=2)
    found: Array = held.strike * num / den
    return found


def _by_value(held: _Held, edge: Array, at_nodes: Array) -> Array:
    """Equation B: the boundary at which the price is that of exercise."""
    point, node = held.points, held.nodes
    plus, minus = point.d(edge[:, 1:] / held.strike)
    num, den = point.interest * ndtr(minus), point.lost * ndtr(plus)
    plus, minus = node.d(edge[:, 1:, None] / at_nodes)
    num += np.sum(node.interest * ndtr(minus), axis=2)
    den += np.sum(node.lost * ndtr(plus), axis=2)
    found: Array = held.strike * num / den
    return found


def _held(puts: Puts, scheme: Grid, later: Array) -> _Held:
    nodes = _span(puts, scheme.since * puts.t[:, None, None])
    weight = scheme.weight * puts.t[:, None, None]
    rate, dividend = puts.rate[:, None, None], puts.dividend[:, None, None]
    nodes = nodes._replace(interest=rate * nodes.interest * weight, lost=dividend * nodes.lost * weight)
    return _Held(puts.strike[:, None], _span(puts, later), nodes)


def _span(puts: Puts, time: Array) -> _Span:
    shape = (-1,) + (1,) * (time.ndim - 1)
    vol, rate, dividend = (x.reshape(shape) for x in (puts.vol, puts.rate, puts.dividend))
    drift = (rate - dividend) * time
    return _Span(vol * np.sqrt(time), drift, np.exp(-rate * time), np.exp(-dividend * time))


def _guess(puts: Puts, later: Array, start: Array) -> Array:
    """Barone-Adesi and Whaley (1987), eq. A-1: between the boundary at expiry and the perpetual one."""
    variance = puts.vol * puts.vol
    drift = puts.rate - puts.dividend - 0.5 * variance
    q = -(drift + np.sqrt(drift * drift + 2.0 * variance * puts.rate)) / variance
    perpetual = puts.strike * q / (q - 1.0)
    strike, gap = puts.strike[:, None], (start - perpetual)[:, None]
    carry = (puts.rate - puts.dividend)[:, None]
    fall = (carry * later - 2.0 * puts.vol[:, None] * np.sqrt(later)) * strike / (strike - perpetual[:, None])
    guess = perpetual[:, None] + gap * np.exp(np.minimum(fall, 0.0))
    return np.minimum(guess, start[:, None])


def _between(edge: Array, scheme: Grid, of: slice) -> Array:
    """Boundary at the nodes: (ln B / B_0)² is smooth in the square root of time, and is what is interpolated."""
    start = edge[:, :1]
    height = np.log(edge / start) ** 2
    found = np.einsum("ijk,nk->nij", scheme.to_nodes[of], height, optimize=True)
    result: Array = start[:, :, None] * np.exp(-np.sqrt(np.maximum(found, 0.0)))
    return result


def _density(x: Array) -> Array:
    found: Array = INV_SQRT_2PI * np.exp(-0.5 * x * x)
    return found


def _interpolation(z: Array, at: Array) -> Array:
    """Barycentric weights of Chebyshev points (Berrut and Trefethen, 2004, eq. 5.4), for values at each place."""
    sign = (-1.0) ** np.arange(z.size)
    sign[[0, -1]] *= 0.5
    gap = at[..., None] - z
    exact = gap == 0.0
    weight = sign / np.where(exact, 1.0, gap)
    weight = np.where(exact.any(axis=-1, keepdims=True), exact.astype(np.float64), weight)
    found: Array = weight / np.sum(weight, axis=-1, keepdims=True)
    return found
