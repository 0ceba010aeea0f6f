"""The paths of a simulated market: volatility, returns, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, log1p, sqrt

import numpy as np

from stratc.runtime.market.presets import REGIMES, Phase, Preset
from stratc.runtime.market.realised import YEAR
from stratc.runtime.market.table import Floats

HOUR = 3_600.0
DAY = 86_400.0
FACTORS = ("price", "jump times", "jump sizes", "volatility", "implied", "gas")

CLUSTER_SD, CLUSTER_SECONDS = 0.35, 3.0 * HOUR
"""Spread of the log of volatility around its regime, and how long a deviation lasts."""
IV_START, IV_LEVEL, IV_PREMIUM = 0.55, 0.55, 1.08
IV_WEIGHT = 0.65
"""Of realised volatility, against the long-run level, in what implied volatility returns to."""
IV_SECONDS, REALISED_SECONDS = 8.0 * HOUR, 6.0 * HOUR
IV_ON_FALL, IV_ON_RISE = -1.2, -0.4
"""Points of implied volatility for each 1.0 of log return: falls raise it, rises lower it less."""
IV_NOISE = 0.04
"""Standard deviation a day of the square root."""
IV_BOUNDS = (0.20, 3.00)
FUNDING_LEVEL, FUNDING_SLOPE, FUNDING_BOUND = 0.0003, 0.03, 0.0225
"""Funding a day: its usual level, what each 1.0 of the last eight hours' return adds, its bound."""
GAS_SD, GAS_SECONDS = 0.35, 0.5 * HOUR


@dataclass(frozen=True, slots=True)
class Draws:
    """A stream of randomness for each factor: drawing more of one leaves the others as they are."""

    streams: dict[str, np.random.Generator]

    @classmethod
    def seeded(cls, seed: int) -> Draws:
        """The streams of a seed (an integer of 0 or more)."""
        children = np.random.SeedSequence(seed).spawn(len(FACTORS))
        bits = [np.random.Generator(np.random.Philox(child)) for child in children]
        return cls(dict(zip(FACTORS, bits, strict=True)))

    def normal(self, factor: str, count: int) -> Floats:
        """The next standard normal numbers of a factor."""
        return self.streams[factor].standard_normal(count)

    def uniform(self, factor: str, count: int) -> Floats:
        """The next numbers of a factor, uniform in [0, 1)."""
        return self.streams[factor].random(count)


def schedule(preset: Preset, steps: int, step_seconds: float) -> list[tuple[Phase, int]]:
    """Phases with their numbers of ticks, whole, until they cover `steps`."""
    phases = list(preset.phases)
    schedule, covered = [], 0
    while covered < steps:
        for phase in phases:
            ticks = max(1, round(phase.hours * HOUR / step_seconds))
            schedule.append((phase, ticks))
            covered += ticks
        phases = list(preset.after or preset.phases)
    return schedule


def market_paths(
    phases: list[tuple[Phase, int]], draws: Draws, spot: float, dt: float, iv: float | None
) -> dict[str, Floats]:
    """Spot, mark, implied volatility, funding (per second) and gas (ETH per gas) at ticks `dt` seconds apart.

    Rounded to digits that every platform agrees on. `iv` replaces the implied volatility.
    """
    ticks = [count for _, count in phases]
    regimes = [REGIMES[phase.regime] for phase, _ in phases]
    vol = _volatility(np.repeat([r.vol for r in regimes], ticks), draws, dt)
    returns = _returns(phases, vol, draws, dt)
    prices = _rounded(spot * np.exp(np.cumsum(returns)), 6)
    funding = _funding(returns, dt)
    gas = _gas(np.repeat([r.gas for r in regimes], ticks), draws, dt)
    implied = np.full(len(vol), iv) if iv is not None else _implied(returns, draws, dt)
    return {
        "spot": prices,
        "mark": _rounded(prices * (1.0 + funding * 8.0 * HOUR), 6),
        "iv": implied,
        "funding_rate": funding,
        "gas_price": gas,
    }


def _volatility(level: Floats, draws: Draws, dt: float) -> Floats:
    """Around the regime's level, clustered: the log of the factor reverts to 0 in about three hours."""
    noise = (
        draws.normal("volatility", len(level))
        * CLUSTER_SD
        * sqrt(2.0 * min(dt, CLUSTER_SECONDS) / CLUSTER_SECONDS)
    )
    factor = np.exp(_reverting(noise, np.zeros(len(level)), dt / CLUSTER_SECONDS, 0.0))
    return level * factor


def _returns(phases: list[tuple[Phase, int]], vol: Floats, draws: Draws, dt: float) -> Floats:
    """Log returns into each tick (0 at the first): jumps and diffusion (Merton, 1976).

    Without drift, jumps compensated; each phase that has a move is bent to it in proportion to variance.
    """
    count = len(vol)
    ticks = [n for _, n in phases]
    regimes = [REGIMES[phase.regime] for phase, _ in phases]
    variance = vol**2 * dt / YEAR
    chance = np.repeat([r.jumps for r in regimes], ticks) * dt / DAY
    mean = np.repeat([r.jump_mean for r in regimes], ticks)
    spread = np.repeat([r.jump_sd for r in regimes], ticks)
    size = mean + spread * draws.normal("jump sizes", count)
    jumps = np.where(draws.uniform("jump times", count) < chance, size, 0.0)
    drift = -0.5 * variance - chance * np.expm1(mean + 0.5 * spread**2)
    returns = drift + np.sqrt(variance) * draws.normal("price", count) + jumps
    at = 0
    for phase, n in phases:
        part = slice(at, at + n)
        if phase.move is not None:
            returns[part] += (log1p(phase.move) - returns[part].sum()) * variance[part] / variance[part].sum()
        at += n
    returns[0] = 0.0
    return returns


def _implied(returns: Floats, draws: Draws, dt: float) -> Floats:
    """Follows realised volatility at a premium, reverting, and jumps up when the price falls."""
    keep = exp(-dt / REALISED_SECONDS)
    variance = (IV_START / IV_PREMIUM) ** 2
    fresh = ((1.0 - keep) * returns**2 * (YEAR / dt)).tolist()
    realised = []
    for square in fresh:
        variance = keep * variance + square
        realised.append(sqrt(variance))
    target = IV_PREMIUM * (IV_WEIGHT * np.array(realised) + (1.0 - IV_WEIGHT) * IV_LEVEL)
    shock = np.where(returns < 0.0, IV_ON_FALL, IV_ON_RISE) * returns
    noise = draws.normal("implied", len(returns)) * IV_NOISE * sqrt(dt / DAY)
    vol = _reverting(shock + noise, target, dt / IV_SECONDS, IV_START)
    return np.round(np.clip(vol, *IV_BOUNDS), 4).astype(np.float64)


def _funding(returns: Floats, dt: float) -> Floats:
    """Per second: longs pay after a rise, shorts after a fall."""
    momentum = _reverting(returns, np.zeros(len(returns)), dt / (8.0 * HOUR), 0.0)
    daily = np.clip(FUNDING_LEVEL + FUNDING_SLOPE * momentum, -FUNDING_BOUND, FUNDING_BOUND)
    return np.round(daily, 6) / DAY


def _gas(level: Floats, draws: Draws, dt: float) -> Floats:
    """ETH per gas: the log returns to the regime's level within half an hour, with bursts of its own."""
    noise = draws.normal("gas", len(level)) * GAS_SD * sqrt(2.0 * min(dt, GAS_SECONDS) / GAS_SECONDS)
    gwei = np.exp(_reverting(noise, np.log(level), dt / GAS_SECONDS, log(float(level[0]))))
    return np.asarray(np.round(gwei, 2) * 1e-9, np.float64)


def _reverting(noise: Floats, target: Floats, rate: float, start: float) -> Floats:
    """Ornstein-Uhlenbeck: x[i] = x[i-1] + (1 - exp(-rate)) (target[i] - x[i-1]) + noise[i]."""
    pull = 1.0 - exp(-rate)
    value = start
    path = []
    for push, level in zip(noise.tolist(), target.tolist(), strict=True):
        value += pull * (level - value) + push
        path.append(value)
    return np.array(path)


def _rounded(values: Floats, digits: int) -> Floats:
    """To so many significant digits."""
    scale = 10.0 ** (digits - 1 - np.floor(np.log10(values)))
    return np.round(values * scale) / scale
