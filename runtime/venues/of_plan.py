"""The simulated venues a plan trades on."""

from __future__ import annotations

from stratc.runtime.plan import Plan
from stratc.runtime.venues.base import Venue
from stratc.runtime.venues.simulated import SimulatedVenues
from stratc.runtime.venues.terms import venue_terms


def venue_of(plan: Plan, seed: int) -> Venue:
    """The venues the plan names, each on the usual terms of its kind where the program states none."""
    terms = [venue_terms(v.kind, v.name, v.symbol, v.fee, dict(v.options)) for v in plan.venues]
    return SimulatedVenues(terms, seed)
