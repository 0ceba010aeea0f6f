"""Ratios of reward to risk with their errors, expected shortfall, and what is left of the best of many trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import e, inf, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NORMAL = NormalDist()
_Z95 = _NORMAL.inv_cdf(0.975)
_EULER = 0.5772156649015329
"""Euler-Mascheroni."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its standard error."""

    value: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.value - _Z95 * self.error

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.value + _Z95 * self.error


def sharpe(returns: Floats, periods: float) -> Estimate | None:
    """The Sharpe ratio a year of returns that come `periods` times a year; None without any spread.

    Its error is that of returns that are independent but not normal (Mertens, 2002), which for normal ones is
    Lo's (2002): sqrt((1 + s²/2 - skew s + (kurtosis - 3) s²/4) / n).
    """
    moments = _moments(returns)
    if moments is None:
        return None
    ratio, skew, kurtosis = moments
    spread = 1.0 + 0.5 * ratio**2 - skew * ratio + 0.25 * (kurtosis - 3.0) * ratio**2
    scale = sqrt(periods)
    return Estimate(ratio * scale, sqrt(max(0.0, spread) / len(returns)) * scale)


def sortino(returns: Floats, periods: float) -> Estimate | None:
    """The Sortino ratio a year, against a target of 0; None when nothing was ever lost.

    Its error is by the delta method on (mean, mean square of losses), returns taken as independent.
    """
    if len(returns) < 3:
        return None
    losses = np.minimum(returns, 0.0) ** 2
    square = float(losses.mean())
    if square <= 0.0:
        return None
    mean, down = float(returns.mean()), sqrt(square)
    influence = (returns - mean) / down - mean / (2.0 * down**3) * (losses - square)
    scale = sqrt(periods)
    return Estimate(mean / down * scale, float(influence.std(ddof=1)) / sqrt(len(returns)) * scale)


def expected_shortfall(values: Floats, share: float = 0.05) -> Estimate | None:
    """The mean of the worst `share` of outcomes (at least one); None for fewer than two outcomes.

    Its error is that of Manistre and Hancock (2005): sqrt((variance of the tail + (1 - share) (ES - VaR)²) / k),
    k outcomes in the tail; of one outcome nothing can be said, and it is infinite.
    """
    if len(values) < 2:
        return None
    count = max(1, int(len(values) * share))
    tail = np.partition(values, count - 1)[:count]
    mean, edge = float(tail.mean()), float(tail.max())
    variance = float(tail.var(ddof=1)) if count > 1 else 0.0
    error = sqrt((variance + (1.0 - share) * (mean - edge) ** 2) / count) if count > 1 else inf
    return Estimate(mean, error)


def mean_of(values: Floats) -> Estimate:
    """The mean of independent outcomes."""
    error = float(values.std(ddof=1)) / sqrt(len(values)) if len(values) > 1 else 0.0
    return Estimate(float(values.mean()), error)


def probability(hits: int, trials: int) -> Estimate:
    """A share of trials; its error is that of one hit and one miss more (Agresti and Coull, 1998): never 0."""
    share = (hits + 1.0) / (trials + 2.0)
    return Estimate(hits / trials, sqrt(share * (1.0 - share) / (trials + 2.0)))


def deflated_sharpe(returns: Floats, trials: Sequence[float]) -> float | None:
    """The probability that the best of many trials has skill (Bailey and López de Prado, 2014, eq. 9).

    `returns` are those of the best, `trials` the Sharpe ratios of all, per period and not annualised. None
    where there are no two trials, or no spread.
    """
    moments = _moments(returns)
    if moments is None or len(trials) < 2:
        return None
    ratio, skew, kurtosis = moments
    spread = 1.0 - skew * ratio + 0.25 * (kurtosis - 1.0) * ratio**2
    if spread <= 0.0:
        return None
    lucky = luckiest(float(np.std(np.asarray(trials), ddof=1)), len(trials))
    return _NORMAL.cdf((ratio - lucky) * sqrt(len(returns) - 1.0) / sqrt(spread))


def luckiest(deviation: float, trials: int) -> float:
    """The highest Sharpe ratio expected of `trials` (2 or more) without skill, whose ratios spread so much.

    The same paper, eq. 6: the expected maximum of normal numbers.
    """
    first = _NORMAL.inv_cdf(1.0 - 1.0 / trials)
    second = _NORMAL.inv_cdf(1.0 - 1.0 / (trials * e))
    return deviation * ((1.0 - _EULER) * first + _EULER * second)


def _moments(returns: Floats) -> tuple[float, float, float] | None:
    """Mean over deviation, skewness, kurtosis (3 for normal ones)."""
    if len(returns) < 3:
        return None
    mean, deviation = float(returns.mean()), float(returns.std(ddof=1))
    if deviation <= 1e-15 * max(1.0, abs(mean)):
        return None
    z = (returns - mean) / float(returns.std())
    return mean / deviation, float((z**3).mean()), float((z**4).mean())
