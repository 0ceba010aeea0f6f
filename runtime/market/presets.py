"""The simulated markets by name: regimes of volatility, and the phases each market goes through."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Regime:
    """How the market behaves while a regime lasts."""

    vol: float
    """Annualised volatility of the diffusion (1.0 = 100 %)."""
    jumps: float
    """Jumps a day."""
    jump_mean: float
    jump_sd: float
    """Of one jump's log return (Merton, 1976)."""
    gas: float
    """The level that the price of gas returns to, gwei."""


REGIMES = {
    "calm": Regime(vol=0.45, jumps=0.3, jump_mean=0.0, jump_sd=0.008, gas=1.5),
    "nervous": Regime(vol=0.90, jumps=3.0, jump_mean=0.0, jump_sd=0.012, gas=5.0),
    "crash": Regime(vol=2.20, jumps=36.0, jump_mean=-0.010, jump_sd=0.020, gas=40.0),
    "jumpy": Regime(vol=0.55, jumps=7.0, jump_mean=0.0, jump_sd=0.028, gas=3.0),
}


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of one regime."""

    regime: str
    hours: float
    move: float | None = None
    """Return over the phase, which its path is bent to meet (None: free)."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A market to simulate. A run longer than the phases goes on with `after`, or else with them again."""

    about: str
    phases: tuple[Phase, ...]
    after: tuple[Phase, ...] = ()

    @property
    def hours(self) -> float:
        """Length of all phases."""
        return sum(phase.hours for phase in self.phases)


_FREE = (Phase("nervous", 24.0), Phase("calm", 48.0))

PRESETS = {
    "calm": Preset("quiet days", (Phase("calm", 48.0), Phase("nervous", 4.0), Phase("calm", 20.0))),
    "crash": Preset(
        "calm, then a fall of 45 % in 17 hours as in March 2020, then a nervous recovery",
        (
            Phase("calm", 20.0, -0.035),
            Phase("nervous", 6.0, -0.03),
            Phase("crash", 4.0, -0.24),
            Phase("nervous", 4.0, 0.03),
            Phase("crash", 3.0, -0.275),
            Phase("nervous", 17.0, 0.12),
            Phase("calm", 18.0, 0.03),
        ),
        after=_FREE,
    ),
    "rally": Preset(
        "a rise by a third over three days, with dear funding",
        (Phase("calm", 12.0, 0.02), Phase("nervous", 40.0, 0.24), Phase("calm", 20.0, 0.06)),
        after=_FREE,
    ),
    "chop": Preset(
        "up and down by 6 % every few hours, going nowhere",
        tuple(Phase("nervous", 6.0, move) for move in (0.06, -0.0566, -0.06, 0.0638) * 3),
    ),
    "jumps": Preset("several jumps a day of about 3 % between quiet hours", (Phase("jumpy", 72.0),)),
}
"""What `open_market` knows by name; `crash` is the default."""

DEFAULT_PRESET = "crash"
