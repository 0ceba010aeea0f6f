"""The chain as a venue: an atomic set of orders becomes one operation, and a fill when it has settled for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import floor
from typing import TypeVar

from stratc.runtime.addresses import parsed
from stratc.runtime.bundle import Bundle, BundleError
from stratc.runtime.chain.errors import ChainError
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.chain.words import ask
from stratc.runtime.deployment import Deployment
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import LOT, Event, Fill, Order, Snapshot, Transfer
from stratc.runtime.execution.agent import Agent, Batch, Firing, InDoubt, Status
from stratc.runtime.execution.fees import CannotBid, cap_of
from stratc.runtime.execution.fill import Moment, fill
from stratc.runtime.execution.lanes import LaneBusy, activation_of
from stratc.runtime.execution.outbox import Activation
from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.live.holdings import Account, holdings, opening, positions
from stratc.runtime.live.outcomes import OutcomeError, fills
from stratc.runtime.venues.base import cancelled
from stratc.runtime.venues.onchain.asked import SECONDS_TO_LIVE, FillError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a strategy trades: the node, what the program's rules call, and for which account."""

    rpc: Rpc
    bundle: Bundle
    deployment: Deployment
    account: Account

    def batch(self, orders: Sequence[Order], snapshot: Snapshot) -> Batch:
        """The calls for one atomic set, bounded by the prices of a tick.

        Raises:
            FillError: an amount cannot be bounded.
            BundleError: the rule sends nothing here.
            ChainError: the node does not say what the guard wants to know.
        """
        guard = self.bundle.guard
        hints = ask(self.rpc, guard.address, "hints()")[0] if guard is not None else 0
        moment = Moment(snapshot.t, snapshot.signals.get("spot"), hints)
        steps = fill(self.bundle, orders, moment)
        calls = [Call(parsed(step.to), step.value, step.data) for step in steps]
        return Batch(calls, floor(snapshot.t) + SECONDS_TO_LIVE if guard is not None else None)

    def opening(self, book: Book, snapshot: Snapshot) -> list[Transfer]:
        """What the account holds before the first tick, where a price is known to value it with.

        Raises:
            ChainError: the node does not say.
        """
        price = snapshot.signals.get("spot")
        if price is None:
            return []
        return opening(book, holdings(self.rpc, self.account, price, hex(snapshot.block)), snapshot.t)

    def drift(self, book: Book, snapshot: Snapshot) -> list[Transfer]:
        """Positions of the account that the book knows nothing of.

        Raises:
            ChainError: the node does not say.
        """
        asset, perpetual = positions(self.rpc, self.account, hex(snapshot.block))
        apart = (("asset", asset - book.spot), ("perpetual", perpetual - book.perp))
        return [Transfer(what, units, snapshot.t) for what, units in apart if units]  # type: ignore[arg-type]  # words of Held


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
        self._is_open = False

    @property
    def under_way(self) -> list[str]:
        """Firings of which something may still become."""
        return list(self._sets)

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        """Send one atomic set; fills only where it ends at once, because it would be refused."""
        self._now = snapshot
        activation = activation_of(self._run, orders)
        found = _Set(activation, tuple(orders), snapshot.t + SECONDS_TO_LIVE)
        self._sets[activation] = found
        return self._submit(found)

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> list[Event]:
        """What has settled or failed since the last tick; at the first, what the account holds.

        Raises:
            ChainError: what the account holds at the start cannot be read; nothing was sent yet.
        """
        self._now = snapshot
        if not self._is_open:
            return self._open(snapshot)
        self._asking(self._agent.step)
        events: list[Event] = []
        for found in list(self._sets.values()):
            events += self._asking(partial(self._follow, found)) or []
        if events or self._sets:
            return events
        # Only while nothing is on its way, which would be counted twice.
        return list(self._asking(partial(self._drift, snapshot)) or [])

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

    def _drift(self, snapshot: Snapshot) -> list[Transfer]:
        apart = self._chain.drift(self._book, snapshot)
        for one in apart:
            self._tell(
                f"the account has {one.units / LOT:+.9g} {one.held} that no order explains: taken into the book"
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
        if status.state == "failed":
            return self._end(found, status.reason)
        if status.state != "final" or status.landing is None:
            return []
        receipt = self._chain.rpc.call("eth_getTransactionReceipt", status.landing.transaction)
        if not isinstance(receipt, dict):
            return []  # the node knows the block and not yet the receipt: asked for again at the next tick
        chain, spot = self._chain, self._now.signals.get("spot")
        try:
            made = fills(
                chain.bundle, chain.deployment, found.orders, status.landing, receipt, self._now.t, spot
            )
        except OutcomeError as error:
            return self._end(found, f"{error}; what it did is taken from the account itself")
        self._tell(f"{found.activation} settled in block {status.landing.block:,}")
        del self._sets[found.activation]
        return made

    def _end(self, found: _Set, reason: str) -> list[Fill]:
        self._unsent.pop(found.activation, None)
        self._sets.pop(found.activation, None)
        self._tell(f"{found.activation} is not carried out: {reason}")
        return [cancelled(order, self._now.t, reason) for order in found.orders]

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
