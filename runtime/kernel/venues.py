"""What a kernel must know of a venue: when something can become due there without an order of the program's."""

from __future__ import annotations

import numpy as np

from stratc.runtime.engine.machine import Machine
from stratc.runtime.kernel.columns import Columns
from stratc.runtime.venues.base import Venue
from stratc.runtime.venues.instant import InstantVenue
from stratc.runtime.venues.none import NoVenue


class Port:
    """A venue at which nothing happens while no order is at work."""

    def every_tick(self, ticks: Columns) -> bool:
        """Whether the venue has to see each tick of a block."""
        return False

    def pays(self, machine: Machine) -> bool:
        """Whether it pays funding at each tick as the book is now."""
        return False


class _Funded(Port):
    """Simulated venues: a perpetual's funding is paid tick by tick."""

    def __init__(self) -> None:
        self._pays = False

    def every_tick(self, ticks: Columns) -> bool:
        rates = ticks.signals.get("funding_rate")
        self._pays = self._pays or (rates is not None and bool(np.any(np.nan_to_num(rates) != 0.0)))
        return False

    def pays(self, machine: Machine) -> bool:
        return self._pays and machine.book.perp != 0


class _Unknown(Port):
    """A venue of another kind: it sees every tick."""

    def every_tick(self, ticks: Columns) -> bool:
        return True


def port_of(venue: Venue) -> Port:
    """What is known of a venue."""
    kind = type(venue)  # what a subclass does is not known here
    if kind in (InstantVenue, NoVenue):
        return Port()
    from stratc.runtime.venues.simulated import SimulatedVenues  # noqa: PLC0415  # a cold start is counted in ms

    return _Funded() if kind is SimulatedVenues else _Unknown()
