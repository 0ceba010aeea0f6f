"""What runs a back-test: an engine takes parameters and a span of its market, and gives what the run came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, Protocol

from stratc.runtime.backtest.gauge import Gauge
from stratc.runtime.backtest.measured import Measured
from stratc.runtime.engine.machine import Machine
from stratc.runtime.loader import load_plan
from stratc.runtime.market.base import Market
from stratc.runtime.market.table import TableMarket
from stratc.runtime.session import Observer, run
from stratc.runtime.venues.base import Venue
from stratc.runtime.venues.instant import InstantVenue
from stratc.runtime.venues.margined import MarginedVenues
from stratc.runtime.venues.of_plan import venue_of
from stratc.runtime.venues.terms import VenueTerms

Fills = Literal["simulated", "instant"]
Span = tuple[float, float]
"""Epoch seconds, start included, end not."""


LATENCY = 1.0
"""An order never fills at the price it was decided on: the next tick is the first that can fill it."""


class Engine(Protocol):
    """Can be sent to another process; the same arguments give the same result there."""

    def measure(self, params: Mapping[str, float], span: Span | None = None) -> Measured:
        """One run with a fresh book (None: over the whole market)."""
        ...


@dataclass(frozen=True, slots=True)
class PlanEngine:
    """The compiled plan, stepped through its market: it sees a tick only when that tick has come."""

    plan: str
    """A plan file's text."""
    market: Market
    seed: int
    fills: Fills = "simulated"
    latency: float = LATENCY
    """Seconds that an order takes to a venue for which the program states none."""
    liquidate: bool = False
    """Whether venues close in part what is below maintenance margin."""

    def measure(self, params: Mapping[str, float], span: Span | None = None) -> Measured:
        """One run with a fresh book (None: over the whole market)."""
        gauge = Gauge(params)
        self.run(params, [gauge], span)
        return gauge.measured()

    def run(
        self, params: Mapping[str, float], observers: Sequence[Observer], span: Span | None = None
    ) -> bool:
        """The same, watched by `observers`; true when it was interrupted.

        Raises:
            TypeError: a span of a market that cannot be cut.
        """
        machine = machine_of(self.plan)(params)
        return run(machine, self.cut(span), self.venue(machine), observers)

    def venue(self, machine: Machine) -> Venue:
        """Where a run's orders go."""
        instant = self.fills == "instant"
        venue = InstantVenue() if instant else venue_of(machine.plan, self.seed, self.slowed)
        return MarginedVenues(venue, machine) if self.liquidate else venue

    def slowed(self, terms: VenueTerms) -> VenueTerms:
        """Terms with the latency of this engine, where they state none."""
        return terms if terms.latency else replace(terms, latency=self.latency)

    def cut(self, span: Span | None) -> Market:
        """The market, or a span of it."""
        if span is None:
            return self.market
        if not isinstance(self.market, TableMarket):
            raise TypeError(f"{self.market.name} cannot be cut into spans")
        return self.market.between(*span)


@lru_cache(maxsize=4)
def machine_of(plan: str) -> type[Machine]:
    """The machine of a plan file's text, loaded once a process."""
    return load_plan(plan)
