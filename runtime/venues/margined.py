"""Venues that liquidate: below maintenance margin they close in part, at the mark, for a penalty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stratc.runtime.engine.distance import RULES, option_of, standing
from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import Event, Fill, Order, Snapshot, Transfer
from stratc.runtime.engine.view import View
from stratc.runtime.risk.instruments import Instrument, Perpetual
from stratc.runtime.risk.liquidation import close, order_of, units_to_close
from stratc.runtime.venues.base import Venue


class Closed(NamedTuple):
    """What a liquidation closed of one position."""

    t: float
    """Epoch seconds."""
    instrument: Instrument
    units: int
    """Signed LOT that were added: negative closes a long position."""
    penalty: int
    """CENT."""


class MarginedVenues:
    """Another venue's orders and fills, and at each tick, before the decisions, its liquidations.

    The account is brought back to initial margin, first where closing frees most, and no further. The asset,
    liquidity and the wallet are not touched; what is owed when nothing is left to close stays owed.
    """

    def __init__(self, venues: Venue, machine: Machine) -> None:
        """Around `venues`, for the account that `machine` keeps."""
        self.venues = venues
        self.machine = machine
        self.closed: list[Closed] = []
        """What liquidations have closed, in order."""

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        """As the venue inside does."""
        return self.venues.submit_set(orders, snapshot)

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> Iterator[Event]:
        """What is due inside, then what a liquidation moves."""
        yield from self.venues.advance(snapshot, perpetual_units)
        yield from self._liquidated(snapshot)

    def _liquidated(self, snapshot: Snapshot) -> Iterator[Event]:
        book, t = self.machine.book, snapshot.t
        found = standing(View(book, t, snapshot.signals, None, None))
        if found is None or found.account.over_maintenance(found.prices, RULES) >= 0:
            return
        account, now = found
        contracts = {option_of(contract): contract for contract in book.options}
        for instrument in order_of(account, now, RULES):
            if account.over_initial(now, RULES) >= 0:
                break
            held, money = account.positions[instrument], account.money
            units = units_to_close(account, instrument, now, RULES)
            signed = -units if held > 0 else units
            fine = close(account, instrument, units, now, RULES)
            self.closed.append(Closed(t, instrument, signed, fine))
            if isinstance(instrument, Perpetual):
                yield Transfer("perpetual", signed, t)  # the engine enters it at this tick's price
                paid = -fine
            else:
                yield Transfer("option", signed, t, contracts[instrument])
                paid = account.money - money
            if paid:
                yield Transfer("margin", paid, t)
