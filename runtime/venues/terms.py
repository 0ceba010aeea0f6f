"""What trading at a simulated venue costs, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

KINDS = ("perpetual", "spot", "uniswap_v3", "options")
DEPTH = 20_000_000.0
"""Quote worth of depth where a venue states none."""
PROPERTIES = ("spread", "depth", "latency", "gas", "lot", "tick", "impact", "sandwich", "noise", "floor")


@dataclass(frozen=True, slots=True)
class VenueTerms:
    """A simulated venue.

    A trade of q pays, as a share of mid: half the spread, times 1 to 1 + `noise` (seeded by the order), the
    average impact 1 % x (q / depth)^impact / (1 + impact), and on the public route up to `sandwich`. Spread
    and depth are those of an implied volatility of 60 %: above it they get worse in proportion.
    """

    name: str
    kind: str
    symbol: str | None
    fee: float = 0.0005
    """Share of notional; for options of the underlying's notional, at most 12.5 % of the premium."""
    spread: float = 0.0002
    """Best ask minus best bid over mid; for options over the option's price."""
    depth: float | None = None
    """Base units (contracts) that move the price by 1 %: the most that fills at one tick (None: DEPTH)."""
    impact: float = 0.5
    """Exponent of impact: 0.5 square root (order books), 1 linear (constant liquidity)."""
    latency: float = 0.0
    """Seconds until an order arrives; it then fills at the first tick at or after that."""
    gas: float | None = None
    """Quote an execution (None: the tick's `gas_cost`)."""
    lot: float = 0.0
    """Smallest amount and step of amounts, base units (0: any)."""
    tick: float = 0.0
    """Step of prices, quote per base (0: any)."""
    noise: float = 0.5
    sandwich: float = 0.0
    """Most that a public order loses to others who see it coming, share of mid."""
    floor: float = 0.0
    """Least half spread of an option, as a share of spot."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"venue {self.name} is of kind {self.kind!r}; known: {', '.join(KINDS)}")
        numbers = {name: getattr(self, name) for name in ("fee", *PROPERTIES)}
        for name, value in numbers.items():
            if value is not None and not (isfinite(value) and value >= 0.0):
                raise ValueError(f"venue {self.name}: {name} is {value}; it must be finite and not negative")
        if self.depth == 0.0 or self.impact == 0.0:
            raise ValueError(f"venue {self.name}: depth and impact must be above 0")

    @property
    def perpetual(self) -> bool:
        """Whether a position here is a perpetual's."""
        return self.kind == "perpetual"


_BY_KIND = {
    "perpetual": VenueTerms("perp", "perpetual", None),
    "spot": VenueTerms("spot", "spot", None, spread=0.0004),
    "uniswap_v3": VenueTerms("pool", "uniswap_v3", None, spread=0.0, impact=1.0, sandwich=0.0002),
    "options": VenueTerms("options", "options", None, fee=0.0003, spread=0.02, floor=0.0001),
}


def venue_terms(
    kind: str,
    name: str | None = None,
    symbol: str | None = None,
    fee: float | None = None,
    properties: Mapping[str, float] | None = None,
) -> VenueTerms:
    """The usual terms of a kind, with what is known better: `fee`, and `properties` named as in PROPERTIES.

    ValueError for an unknown kind or property, or a number that makes no sense.
    """
    usual = _BY_KIND.get(kind)
    if usual is None:
        raise ValueError(f"no venue is of kind {kind!r}; known: {', '.join(KINDS)}")
    known: dict[str, Any] = dict(properties or {})
    unknown = [each for each in known if each not in PROPERTIES]
    if unknown:
        raise ValueError(f"a venue has no {unknown[0]!r}; it has {', '.join(PROPERTIES)}")
    return replace(
        usual,
        name=usual.name if name is None else name,
        symbol=symbol,
        fee=usual.fee if fee is None else fee,
        **known,
    )
