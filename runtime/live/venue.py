"""The chain as a venue: an atomic set of orders becomes one operation, and a fill when it has settled for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from stratc.runtime.bundle import BundleError
from stratc.runtime.chain.errors import ChainError
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.instruments import symbol_of
from stratc.runtime.engine.messages import LOT, CashFlow, Event, Fill, Order, Snapshot, Transfer
from stratc.runtime.execution.agent import Agent, Batch, Firing, InDoubt, Status
from stratc.runtime.execution.entry_point import Landing
from stratc.runtime.execution.fees import CannotBid, cap_of
from stratc.runtime.execution.lanes import LaneBusy, activation_of
from stratc.runtime.execution.outbox import Activation
from stratc.runtime.live.chain import Chain
from stratc.runtime.live.logs import OutcomeError
from stratc.runtime.live.outcomes import fills, gas_cost
from stratc.runtime.venues.base import cancelled
from stratc.runtime.venues.onchain.asked import SECONDS_TO_LIVE, FillError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Set:
    """An atomic set on its way."""

    activation: str
    orders: tuple[Order, ...]
    until: float
    """Epoch seconds after which it is not sent (again)."""

    def is_late(self, snapshot: Snapshot) -> bool:
        block = self.orders[0].deadline_block
        return snapshot.t > self.until or (block is not None and snapshot.block > block)


class ChainVenue:
    """Sends what the engine orders, once each, and books what the chain says became of it."""

    def __init__(
        self, chain: Chain, agent: Callable[[Callable[[Activation], Batch | None]], Agent], run: str,
        book: Book, tell: Callable[[str], None], route: str,
    ) -> None:  # fmt: skip
        """`agent` makes one that asks back what to send again; `run` names this run for ever; `tell` takes lines.

        `route` is that of rules that name none.
        """
        self._route = route
        self._chain = chain
        self._agent = agent(self._again)
        self._run = run
        self._book = book
        self._tell = tell
        self._sets: dict[str, _Set] = {}
        self._unsent: dict[str, str] = {}
        """Sets that wait, by their activation, and what for."""
        self._now = Snapshot(0.0, 0, {})
        self._price = 0.0
        """The last that was trusted, quote per base: gas is told in it."""
        self._unread: dict[str, float] = {}
        """Sets that have landed and whose receipt is not there, and since when."""
        self._landed = 0
        """The last block that the book knows an operation of; holdings of one before lack what was booked."""
        self._exchange: tuple[int, int] | None = None
        """CENT of collateral and of the rest at the exchange when it was read last; None where orders came since."""
        self._is_open = False
        self.announce: Callable[[Sequence[Order]], None] = lambda _: None
        """Is told of orders before they are sent, so that whoever keeps a record has them whatever happens then."""

    @property
    def under_way(self) -> list[str]:
        """Firings of which something may still become."""
        return list(self._sets)

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        """Send one atomic set; fills only where it ends at once, because it would be refused."""
        self._see(snapshot)
        if not self._is_open:
            reason = "there has been no trusted price yet, so that what the account holds is not known"
            return [cancelled(order, snapshot.t, reason) for order in orders]
        self.announce(orders)
        activation = activation_of(self._run, orders)
        found = _Set(activation, tuple(orders), snapshot.t + SECONDS_TO_LIVE)
        self._sets[activation] = found
        return self._submit(found)

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> list[Event]:
        """What has settled or failed since the last tick; at the first, what the account holds.

        Raises:
            ChainError: what the account holds at the start cannot be read; nothing was sent yet.
        """
        self._see(snapshot)
        if not self._is_open:
            return self._open(snapshot)
        self._asking(self._agent.step)
        events: list[Event] = []
        for found in list(self._sets.values()):
            events += self._asking(partial(self._follow, found)) or []
        if events or self._sets or snapshot.block < self._landed:
            self._exchange = None
            return events
        # Only while nothing is on its way, which would be counted twice.
        return self._asking(partial(self._found, snapshot)) or []

    def _see(self, snapshot: Snapshot) -> None:
        self._now = snapshot
        self._price = snapshot.signals.get("spot") or self._price

    def _asking(self, question: Callable[[], T]) -> T | None:
        """The answer; None, and a line, where the node gives none: what is under way stays so."""
        try:
            return question()
        except ChainError as error:
            self._tell(f"{error.message}; what is under way stays so")
            return None

    def _open(self, snapshot: Snapshot) -> list[Event]:
        self._is_open = snapshot.signals.get("spot") is not None
        return list(self._chain.opening(self._book, snapshot))

    def _found(self, snapshot: Snapshot) -> list[Event]:
        """What has happened to the account without an order."""
        drift = self._drift(snapshot)
        if drift:
            self._exchange = None
            return list(drift)
        was, self._exchange = self._exchange, self._chain.at_exchange(snapshot)
        return [] if was is None else list(_flows(was, self._exchange, snapshot.t))

    def _drift(self, snapshot: Snapshot) -> list[Transfer]:
        apart = self._chain.drift(self._book, snapshot)
        for one in apart:
            what = one.held if one.contract is None else symbol_of(self._book.base, one.contract)
            self._tell(
                f"the account has {one.units / LOT:+.9g} {what} that no order explains: taken into the book"
            )
        return apart

    def _follow(self, found: _Set) -> list[Fill]:
        if found.activation in self._unsent:
            if found.is_late(self._now):
                return self._end(found, f"not sent in time: {self._unsent[found.activation]}")
            return self._submit(found)
        return self._ended(found, self._agent.status(found.activation))

    def _submit(self, found: _Set) -> list[Fill]:
        orders = found.orders
        try:
            batch = self._chain.batch(orders, self._now)
            cap = cap_of(orders, self._now.signals.get("spot"))
            lane = self._chain.bundle.rule(orders[0].rule).lane
            route = orders[0].route or self._route
            retries = max(order.retries for order in orders)
            status = self._agent.submit(Firing(found.activation, lane, batch, route, cap, retries))
        except (FillError, BundleError, CannotBid) as error:
            return self._end(found, str(error))
        except (LaneBusy, InDoubt, ChainError) as error:
            if self._unsent.get(found.activation) != str(error):
                self._tell(f"{found.activation} waits: {error}")
            self._unsent[found.activation] = str(error)
            return []
        self._unsent.pop(found.activation, None)
        if status.state not in ("final", "failed"):
            self._tell(
                f"{found.activation} is {status.state}" + (f": {status.reason}" if status.reason else "")
            )
        return self._ended(found, status)

    def _ended(self, found: _Set, status: Status) -> list[Fill]:
        landing = status.landing
        if status.state == "failed":
            return self._end(found, status.reason, landing)
        if status.state != "final" or landing is None:
            return []
        receipt = self._chain.rpc.call("eth_getTransactionReceipt", landing.transaction)
        if not isinstance(receipt, dict):
            return self._without_receipt(found, landing)
        chain = self._chain
        try:
            made = fills(
                chain.bundle, chain.deployment, found.orders, landing, receipt, self._now.t, self._price
            )
        except OutcomeError as error:
            return self._unseen(found, landing, str(error))
        self._tell(f"{found.activation} settled in block {landing.block:,}")
        self._forget(found, landing)
        return made

    def _without_receipt(self, found: _Set, landing: Landing) -> list[Fill]:
        """The node knows the block and not the receipt: asked again at each tick, not for ever."""
        since = self._unread.setdefault(found.activation, self._now.t)
        if self._now.t - since <= SECONDS_TO_LIVE:
            return []
        return self._unseen(
            found, landing, f"the node has had no receipt of it for {SECONDS_TO_LIVE} s, though it landed"
        )

    def _unseen(self, found: _Set, landing: Landing, why: str) -> list[Fill]:
        """It settled, and how cannot be told: its orders end, and what it did is found in the account."""
        self._tell(
            f"{found.activation} settled in block {landing.block:,}: {why}; what it did is taken from the account"
        )
        return self._closed(found, why, landing)

    def _end(self, found: _Set, reason: str, landing: Landing | None = None) -> list[Fill]:
        self._tell(f"{found.activation} is not carried out: {reason}")
        return self._closed(found, reason, landing)

    def _closed(self, found: _Set, reason: str, landing: Landing | None) -> list[Fill]:
        """Nothing filled; the gas of what landed is paid all the same."""
        self._forget(found, landing)
        first, *others = (cancelled(order, self._now.t, reason) for order in found.orders)
        gas = 0 if landing is None else gas_cost(landing, self._price)
        return [replace(first, gas=gas), *others]

    def _forget(self, found: _Set, landing: Landing | None) -> None:
        for kept in (self._sets, self._unsent, self._unread):
            kept.pop(found.activation, None)
        if landing is not None:
            self._landed = max(self._landed, landing.block)

    def _again(self, activation: Activation) -> Batch | None:
        """What to send for a firing now that it must be sent again: guards and prices as they are now."""
        found = self._sets.get(activation.id)
        if found is None or found.is_late(self._now) or self._now.signals.get("spot") is None:
            return None
        try:
            return self._chain.batch(found.orders, self._now)
        except (FillError, BundleError) as error:
            self._tell(f"{activation.id} is not sent again: {error}")
            return None


def _flows(was: tuple[int, int], now: tuple[int, int], t: float) -> Iterator[Event]:
    if now[0] != was[0]:
        yield Transfer("margin", now[0] - was[0], t)
    if now[1] != was[1]:
        yield CashFlow("funding", now[1] - was[1], t)
