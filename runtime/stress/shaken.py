"""Simulated venues while a fault lasts: orders are held back, lost, refused, or meet an empty book."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b

from stratc.runtime.engine.messages import Event, Fill, Order, Snapshot
from stratc.runtime.market.base import BLOCK_SECONDS
from stratc.runtime.plan import Plan
from stratc.runtime.stress.adversary import Sandwicher
from stratc.runtime.stress.faults import Fault
from stratc.runtime.venues.base import cancelled
from stratc.runtime.venues.of_plan import venue_of
from stratc.runtime.venues.terms import DEPTH, VenueTerms


class ShakenVenues:
    """The venues of a plan with one fault and somebody who watches the public route."""

    def __init__(self, plan: Plan, seed: int, fault: Fault, watcher: Sandwicher) -> None:
        """`fault` is placed already; `seed` decides what a relay loses."""
        self._inner = venue_of(plan, seed, self._strained)
        self._seed, self._fault, self._watcher = seed, fault, watcher
        self._held: list[tuple[float, tuple[Order, ...]]] = []
        self._t = self._spot = 0.0

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        """Take the legs of one atomic set, unless the fault is in the way."""
        self._note(snapshot)
        for order in orders:
            self._watcher.sees(order)
        fault = self._fault
        if not orders or not fault.on(snapshot.t):
            return self._filled(self._inner.submit_set(orders, snapshot))
        if fault.kind == "sequencer down":
            self._held.append((fault.end, tuple(orders)))
            return []
        if fault.kind == "reorg":
            self._held.append((snapshot.t + fault.size * BLOCK_SECONDS, tuple(orders)))
            return []
        if fault.kind == "venue halted":
            return [cancelled(order, snapshot.t, "the venue is halted") for order in orders]
        if fault.kind == "relay drops" and self._draw(orders) < fault.size:
            return [cancelled(order, snapshot.t, "the relay dropped it") for order in orders]
        return self._filled(self._inner.submit_set(orders, snapshot))

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> list[Event]:
        """What becomes due: inside, and of what was held back."""
        self._note(snapshot)
        events: list[Event] = [
            self._watcher.fill(event) if isinstance(event, Fill) else event
            for event in self._inner.advance(snapshot, perpetual_units)
        ]
        due = [orders for when, orders in self._held if when <= snapshot.t]
        self._held = [each for each in self._held if each[0] > snapshot.t]
        for orders in due:
            events += self._again(orders, snapshot)
        return events

    def _again(self, orders: tuple[Order, ...], snapshot: Snapshot) -> Iterator[Event]:
        if self._fault.kind == "reorg" and self._draw(orders) < 0.5:
            return iter([cancelled(order, snapshot.t, "lost in a reorganisation") for order in orders])
        return iter(self._filled(self._inner.submit_set(orders, snapshot)))

    def _filled(self, fills: Sequence[Fill]) -> list[Fill]:
        return [self._watcher.fill(fill) for fill in fills]

    def _note(self, snapshot: Snapshot) -> None:
        self._t = snapshot.t
        self._spot = snapshot.signals.get("spot") or self._spot

    def _strained(self, terms: VenueTerms) -> VenueTerms:
        fault = self._fault
        if not fault.on(self._t):
            return terms
        if fault.kind == "depth gone":
            usual = terms.depth if terms.depth is not None else DEPTH / self._spot if self._spot else 1.0
            return replace(terms, depth=usual * fault.size)
        if fault.kind == "latency spike":
            return replace(terms, latency=terms.latency + fault.size)
        return terms

    def _draw(self, orders: Sequence[Order]) -> float:
        """A number in [0, 1) by the seed and the first order's id."""
        name = f"{self._seed}/{orders[0].id}/{self._fault.kind}".encode()
        return int.from_bytes(blake2b(name, digest_size=7).digest(), "big") / 2.0**56
