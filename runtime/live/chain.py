"""An account on its chain: what a program's orders are there, and what the account holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from stratc.runtime.addresses import parsed
from stratc.runtime.bundle import Bundle
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.chain.words import ask
from stratc.runtime.deployment import Deployment
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import Order, Snapshot, Transfer
from stratc.runtime.execution.agent import Batch
from stratc.runtime.execution.fill import Moment, fill
from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.live.holdings import Account, holdings, opening, positions
from stratc.runtime.venues.onchain.asked import SECONDS_TO_LIVE


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
        hints = ask(self.rpc, guard.address, "hints()", wanted=1)[0] if guard is not None else 0
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
