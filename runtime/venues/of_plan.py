"""The simulated counterparts of the venues a plan names."""

from __future__ import annotations

from stratc.runtime.plan import Plan, VenuePlan
from stratc.runtime.venues.simulated import Adjust, SimulatedVenues
from stratc.runtime.venues.terms import KINDS, PROPERTIES, VenueTerms, venue_terms

_COUNTERPARTS = {"perp_curie": "perpetual", "lyra": "options"}


def venue_of(plan: Plan, seed: int, adjust: Adjust | None = None) -> SimulatedVenues:
    """All venues of a plan, on the usual terms of their kind and what the program says of them.

    `adjust` has the last word on the terms that each order meets.
    """
    return SimulatedVenues([terms for venue in plan.venues if (terms := _terms(venue))], seed, adjust)


def _terms(venue: VenuePlan) -> VenueTerms | None:
    """The terms of a venue; None for one that does not trade (a lender)."""
    kind = _COUNTERPARTS.get(venue.kind, venue.kind)
    if kind not in KINDS:
        return None
    known = {name: value for name, value in venue.options if name in PROPERTIES}
    return venue_terms(kind, venue.name, venue.symbol, venue.fee, known)
