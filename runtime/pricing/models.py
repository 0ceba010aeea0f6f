"""Parameters of the models that know crashes: numbers alone, so that pricing and path generators share them.

Variances, volatilities and intensities are per year (volatilities per root year). Under the measure that
prices, the drift is the rate less the dividend, and jumps are compensated.
"""

from dataclasses import dataclass, fields
from math import expm1, inf, isfinite


def _check(record: object, **ranges: tuple[float, float]) -> None:
    """Raise ValueError, with the range, for a field that is not finite or lies outside its own."""
    for field in fields(record):  # type: ignore[arg-type]  # every record here is a dataclass
        low, high = ranges.get(field.name, (-inf, inf))
        value = getattr(record, field.name)
        if isinstance(value, int | float) and not (isfinite(value) and low <= value <= high):
            raise ValueError(
                f"{type(record).__name__}.{field.name} is {value}; it must be finite, in [{low}, {high}]"
            )


@dataclass(frozen=True, slots=True)
class Jumps:
    """Lognormal jumps at a Poisson rate, Merton (1976): ln(spot after / before) ~ N(mean, deviation²)."""

    intensity: float  # jumps a year
    mean: float  # of ln(spot after / spot before); -0.2 is a fall of about 18 %
    deviation: float  # of the same

    def __post_init__(self) -> None:
        """Raise ValueError for an intensity or deviation below zero, or jumps beyond what a float holds."""
        _check(self, intensity=(0.0, inf), mean=(-100.0, 100.0), deviation=(0.0, 10.0))

    @property
    def mean_change(self) -> float:
        """k = E[spot after / spot before] - 1: the compensator is intensity * k a year."""
        return expm1(self.mean + 0.5 * self.deviation * self.deviation)


@dataclass(frozen=True, slots=True)
class Merton:
    """Jump diffusion, Merton (1976): a lognormal diffusion of volatility ``vol`` and jumps."""

    vol: float  # of the diffusion alone
    jumps: Jumps

    def __post_init__(self) -> None:
        """Raise ValueError for a volatility below zero."""
        _check(self, vol=(0.0, inf))


@dataclass(frozen=True, slots=True)
class Heston:
    """Stochastic variance, Heston (1993): dv = speed (mean - v) dt + vol_of_vol sqrt(v) dW."""

    variance: float  # v today
    speed: float  # kappa, per year
    mean: float  # theta, the variance that v returns to
    vol_of_vol: float  # sigma
    correlation: float  # rho, of dW with the spot's Brownian motion

    def __post_init__(self) -> None:
        """Raise ValueError for a number that is not finite or out of its range."""
        _check(
            self,
            variance=(0.0, inf),
            speed=(0.0, inf),
            mean=(0.0, inf),
            vol_of_vol=(0.0, inf),
            correlation=(-1.0, 1.0),
        )

    @property
    def feller(self) -> bool:
        """Whether the variance never reaches zero: 2 speed mean >= vol_of_vol²."""
        return 2.0 * self.speed * self.mean >= self.vol_of_vol * self.vol_of_vol


@dataclass(frozen=True, slots=True)
class Bates:
    """Stochastic variance and jumps in spot, Bates (1996): a `Heston` and independent `Jumps`."""

    heston: Heston
    jumps: Jumps
