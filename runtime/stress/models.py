"""Paths of price and volatility under the models that know crashes, all paths of a batch at once."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np

from stratc.runtime.market.realised import YEAR
from stratc.runtime.pricing.models import Bates, Heston, Jumps, Merton
from stratc.runtime.stress.randomness import Floats, normals, sobol_normals, uniforms

JUMPS = Jumps(intensity=18.0, mean=-0.06, deviation=0.08)
"""A fall of about 6 % every three weeks, as ETH had from 2019 to 2021."""
HESTON = Heston(variance=0.64, speed=6.0, mean=0.64, vol_of_vol=2.0, correlation=-0.35)
"""A volatility of 80 %, which moves as ETH's did."""
IV_BOUNDS = (0.05, 5.0)
TENOR = 30.0 / 365.0
"""Years that the implied volatility of a model of stochastic variance looks ahead."""

Model = float | Merton | Heston | Bates
"""A volatility alone is Black and Scholes' model."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Which paths to draw, and how."""

    seed: int
    first: int
    count: int
    sobol: bool = False


def defaults(name: str, vol: float) -> Model:
    """The model of a name (bs, merton, heston, bates), of about this total volatility (1.0 = 100 %)."""
    if name == "bs":
        return vol
    heston = Heston(vol * vol, HESTON.speed, vol * vol, HESTON.vol_of_vol, HESTON.correlation)
    of_jumps = JUMPS.intensity * (JUMPS.mean**2 + JUMPS.deviation**2)
    calm = sqrt(max(0.04, vol * vol - of_jumps))
    if name == "merton":
        return Merton(calm, JUMPS)
    if name == "heston":
        return heston
    if name == "bates":
        return Bates(Heston(calm**2, heston.speed, calm**2, heston.vol_of_vol, heston.correlation), JUMPS)
    raise ValueError(f"there is no model {name}; models: bs, merton, heston, bates")


def paths(model: Model, draw: Draw, spot: float, steps: int, dt: float) -> tuple[Floats, Floats]:
    """Spot and implied volatility, each of shape (paths, steps + 1), `dt` seconds apart, without drift."""
    years = dt / YEAR
    shocks = _shocks(draw, steps)
    jumps = model.jumps if isinstance(model, Merton | Bates) else None
    if isinstance(model, float | Merton):
        vol = model if isinstance(model, float) else model.vol
        returns = -0.5 * vol * vol * years + vol * sqrt(years) * shocks
        implied = np.full((draw.count, steps + 1), _total(vol, jumps))
    else:
        heston = model if isinstance(model, Heston) else model.heston
        returns, variance = _stochastic(heston, draw, shocks, years)
        implied = np.sqrt(_ahead(heston, variance) + (0.0 if jumps is None else _total(0.0, jumps) ** 2))
    if jumps is not None:
        returns = returns + _jumped(jumps, draw, steps, years)
    log_price = np.concatenate([np.zeros((draw.count, 1)), np.cumsum(returns, axis=1)], axis=1)
    return spot * np.exp(log_price), np.clip(implied, *IV_BOUNDS)


def _shocks(draw: Draw, steps: int) -> Floats:
    if draw.sobol:
        return sobol_normals(draw.seed, draw.first, draw.count, steps)
    return normals(draw.seed, draw.first, draw.count, "price", steps)


def _total(vol: float, jumps: Jumps | None) -> float:
    """Volatility of diffusion and jumps together."""
    square = 0.0 if jumps is None else jumps.intensity * (jumps.mean**2 + jumps.deviation**2)
    return sqrt(vol * vol + square)


def _jumped(jumps: Jumps, draw: Draw, steps: int, years: float) -> Floats:
    """Log returns of jumps, compensated; at most one a step, which is exact as steps get short (Merton, 1976)."""
    chance = 1.0 - exp(-jumps.intensity * years)
    when = uniforms(draw.seed, draw.first, draw.count, "jump times", steps) < chance
    size = jumps.mean + jumps.deviation * normals(draw.seed, draw.first, draw.count, "jump sizes", steps)
    compensator = np.log1p(chance * jumps.mean_change)
    return np.asarray(np.where(when, size, 0.0) - compensator)


def _stochastic(heston: Heston, draw: Draw, shocks: Floats, years: float) -> tuple[Floats, Floats]:
    """Log returns and variances by the full truncation scheme (Lord, Koekkoek and van Dijk, 2010)."""
    steps = shocks.shape[1]
    other = normals(draw.seed, draw.first, draw.count, "variance", steps)
    rho = heston.correlation
    v = np.full(draw.count, heston.variance)
    variance = np.empty((draw.count, steps + 1))
    variance[:, 0] = v
    returns = np.empty((draw.count, steps))
    for at in range(steps):
        held = np.maximum(v, 0.0)
        noise = rho * shocks[:, at] + sqrt(1.0 - rho * rho) * other[:, at]
        returns[:, at] = -0.5 * held * years + np.sqrt(held * years) * shocks[:, at]
        v = (
            v
            + heston.speed * (heston.mean - held) * years
            + heston.vol_of_vol * np.sqrt(held * years) * noise
        )
        variance[:, at + 1] = np.maximum(v, 0.0)
    return returns, variance


def _ahead(heston: Heston, variance: Floats) -> Floats:
    """The expected mean variance over TENOR: what an at-the-money option is priced at, nearly."""
    decay = heston.speed * TENOR
    weight = (1.0 - exp(-decay)) / decay if decay > 0.0 else 1.0
    return heston.mean + (variance - heston.mean) * weight
