"""Simulated venues: spread, depth, latency, fees, partial fills, funding, and the clauses of orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stratc.runtime.engine.amounts import cents_down, cents_up
from stratc.runtime.engine.messages import LOT, CashFlow, Fill, Order, Snapshot
from stratc.runtime.venues.base import cancelled, moves_money
from stratc.runtime.venues.prices import LastPrices
from stratc.runtime.venues.quoting import Conditions, Execution, Refusal, mid_of, quote
from stratc.runtime.venues.terms import VenueTerms, venue_terms

Adjust = Callable[[VenueTerms], VenueTerms]
"""What becomes of a venue's terms when an order comes: later, thinner, dearer."""
REST_TICKS = 10
"""Ticks an order without a deadline waits for depth or its limit price before the rest is cancelled."""


@dataclass(slots=True)
class _Leg:
    """An order at work."""

    order: Order
    venues: tuple[VenueTerms, ...]
    left: int
    """LOT not filled yet (not signed)."""
    since: float = 0.0
    """When its first part traded, epoch seconds."""
    tries: int = 0
    idle: int = 0
    """Ticks on which all that is left was due and nothing traded."""

    def due(self, t: float) -> int:
        """LOT that should trade now: for a split order, the parts whose time has come."""
        order = self.order
        total = abs(order.units)
        if order.split <= 1:
            return self.left
        step = order.split_seconds / order.split
        parts = order.split if step <= 0.0 else min(order.split, 1 + int((t - self.since) / step + 1e-9))
        if parts == order.split:
            return self.left
        lot = max(1, *(round(terms.lot * LOT) for terms in self.venues))
        return (total * parts // order.split - (total - self.left)) // lot * lot


@dataclass(slots=True)
class _Set:
    """Legs that start together or not at all."""

    legs: list[_Leg]
    arrives: float
    retries: int
    failed: int = field(default=0)


class SimulatedVenues:
    """All venues of a program as one, for one run.

    Orders go to the venue they name, or are split at least cost over those that trade their instrument.
    Legs of a set start together or not at all, in full; alone, an order may fill in part and go on at later
    ticks. Margin and liquidity move at once, for gas. Draws depend on `seed` and the order's id only.
    """

    def __init__(self, terms: Sequence[VenueTerms] = (), seed: int = 0, adjust: Adjust | None = None) -> None:
        """`terms` of each venue; an instrument that none of them trades finds a venue on the usual terms."""
        self._adjust = adjust
        self.terms = tuple(terms)
        self.seed = seed
        self._prices = LastPrices()
        self._arriving: list[_Set] = []
        self._working: list[_Leg] = []
        self._t: float | None = None

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        """Take the legs of one atomic set; gives the fills that come at this tick."""
        if not orders:
            return []
        self._prices.see(snapshot)
        legs = [_Leg(order, self._adjusted(order), abs(order.units)) for order in orders]
        latency = max(terms.latency for leg in legs for terms in leg.venues)
        tries = min(0 if leg.order.recheck else leg.order.retries for leg in legs)
        arriving = _Set(legs, snapshot.t + latency, tries)
        if latency > 0.0:
            self._arriving.append(arriving)
            return []
        return self._start(arriving, snapshot)

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> list[Fill | CashFlow]:
        """Funding of `perpetual_units` (LOT) since the last tick, then what orders at work get now."""
        events: list[Fill | CashFlow] = list(self._funding(snapshot, perpetual_units))
        self._prices.see(snapshot)
        working, self._working = self._working, []
        for leg in working:
            events += self._continue(leg, snapshot)
        arriving, self._arriving = self._arriving, []
        for waiting in arriving:
            if waiting.arrives <= snapshot.t or self._late(waiting.legs, snapshot):
                events += self._start(waiting, snapshot)
            else:
                self._arriving.append(waiting)
        return events

    def _adjusted(self, order: Order) -> tuple[VenueTerms, ...]:
        found = self._venues(order)
        return found if self._adjust is None else tuple(map(self._adjust, found))

    def _venues(self, order: Order) -> tuple[VenueTerms, ...]:
        named = tuple(terms for terms in self.terms if terms.name == order.venue)
        if named:
            return named
        if order.contract is not None:
            kinds: tuple[str, ...] = ("options",)
        elif order.kind in ("provide", "remove"):
            kinds = ("uniswap_v3",)
        else:
            kinds = ("perpetual",) if order.perpetual else ("spot", "uniswap_v3")
        return tuple(terms for terms in self.terms if terms.kind in kinds) or (venue_terms(kinds[0]),)

    def _funding(self, snapshot: Snapshot, units: int) -> list[CashFlow]:
        """Longs pay the rate and price that held since the last tick, rounded against the trader."""
        last, self._t = self._t, snapshot.t
        rate, spot = self._prices.get("funding_rate"), self._prices.get("spot")
        if last is None or not units or not rate or spot is None:
            return []
        amount = cents_down(-units / LOT * spot * rate * (snapshot.t - last))
        return [CashFlow("funding", amount, snapshot.t)] if amount else []

    def _conditions(self, t: float) -> Conditions:
        get = self._prices.get
        return Conditions(t, get("spot"), get("iv"), get("gas_cost") or 0.0)

    def _late(self, legs: Sequence[_Leg], snapshot: Snapshot) -> bool:
        deadlines = [leg.order.deadline_block for leg in legs if leg.order.deadline_block is not None]
        return bool(deadlines) and snapshot.block > min(deadlines)

    def _start(self, waiting: _Set, snapshot: Snapshot) -> list[Fill]:
        """The first instance of a set: every leg trades what is due, or none does."""
        if self._late(waiting.legs, snapshot):
            return self._cancel(waiting.legs, snapshot.t, "the deadline has passed")
        for leg in waiting.legs:
            leg.since = snapshot.t
        alone = len(waiting.legs) == 1
        if alone and waiting.legs[0].left and not waiting.legs[0].due(snapshot.t):
            self._working.append(waiting.legs[0])
            return []
        quotes = [self._quote(leg, snapshot.t, whole=not alone) for leg in waiting.legs]
        refused = [q for q in quotes if isinstance(q, Refusal)]
        if not refused:
            return [
                fill
                for leg, got in zip(waiting.legs, quotes, strict=True)
                if not isinstance(got, Refusal)
                for fill in self._fill(leg, got, snapshot.t)
            ]
        if alone and refused[0].waits:
            return self._wait(waiting.legs[0], refused[0], snapshot.t)
        if waiting.failed < waiting.retries:
            waiting.failed += 1
            self._arriving.append(waiting)
            return []
        reason = refused[0].reason if alone else f"no leg was filled: {refused[0].reason}"
        return self._cancel(waiting.legs, snapshot.t, reason)

    def _continue(self, leg: _Leg, snapshot: Snapshot) -> list[Fill]:
        if self._late((leg,), snapshot):
            return self._cancel([leg], snapshot.t, "the deadline has passed")
        if not leg.due(snapshot.t):
            self._working.append(leg)
            return []
        got = self._quote(leg, snapshot.t, whole=False)
        if not isinstance(got, Refusal):
            return self._fill(leg, got, snapshot.t)
        if got.waits or leg.due(snapshot.t) < leg.left:
            return self._wait(leg, got, snapshot.t)
        return self._cancel([leg], snapshot.t, got.reason)

    def _quote(self, leg: _Leg, t: float, *, whole: bool) -> list[Execution] | Refusal:
        order, now = leg.order, self._conditions(t)
        if moves_money(order):
            gas = cents_up(now.gas_cost)
            if order.gas_cap is not None and now.gas_cost > order.gas_cap:
                return Refusal(f"gas of {now.gas_cost:,.2f} is above {order.gas_cap:,.2f}")
            return [Execution(leg.venues[0].name, leg.left, self._prices.mid(order), 0, gas)]
        leg.tries += 1
        later_part = order.split > 1 and t > leg.since
        reference = (mid_of(order, now) if later_part else None) or order.mark
        due = leg.due(t)
        got = quote(order, due, reference, now, leg.venues, f"{self.seed}/{leg.tries}")
        if whole and not isinstance(got, Refusal):
            there = sum(each.units for each in got)
            if there < due:
                return Refusal(f"there is depth for {there / LOT:g} of {due / LOT:g} {order.symbol}")
        return got

    def _fill(self, leg: _Leg, found: list[Execution], t: float) -> list[Fill]:
        fills = []
        sign = 1 if leg.order.units > 0 else -1
        leg.idle = 0
        for each in found:
            leg.left -= each.units
            fills.append(
                Fill(
                    leg.order.id,
                    t,
                    sign * each.units,
                    each.price,
                    each.fee,
                    each.gas,
                    leg.left == 0,
                    each.venue,
                )
            )
        if leg.left:
            self._working.append(leg)
        return fills

    def _wait(self, leg: _Leg, refusal: Refusal, t: float) -> list[Fill]:
        if leg.due(t) == leg.left:
            leg.idle += 1
        if leg.order.deadline_block is None and leg.idle > REST_TICKS:
            return self._cancel([leg], t, refusal.reason)
        self._working.append(leg)
        return []

    def _cancel(self, legs: Sequence[_Leg], t: float, reason: str) -> list[Fill]:
        return [cancelled(leg.order, t, reason) for leg in legs]
