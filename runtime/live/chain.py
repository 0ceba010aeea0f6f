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
from stratc.runtime.live.holdings import Account, at_exchange, holdings, opening, positions
from stratc.runtime.live.options import moved
from stratc.runtime.venues.onchain.asked import SECONDS_TO_LIVE
from stratc.runtime.venues.onchain.listed import Listed
from stratc.runtime.venues.onchain.lyra_market import markets


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
        steps = fill(self.bundle, orders, self.moment(snapshot))
        calls = [Call(parsed(step.to), step.value, step.data) for step in steps]
        guarded = self.bundle.guard is not None
        return Batch(calls, floor(snapshot.t) + SECONDS_TO_LIVE if guarded else None)

    def moment(self, snapshot: Snapshot) -> Moment:
        """What orders are filled with: the prices of a tick, the guard's and the options markets' present state.

        Raises:
            ChainError: the node does not say.
        """
        guard, signals = self.bundle.guard, snapshot.signals
        hints = ask(self.rpc, guard.address, "hints()", wanted=1)[0] if guard is not None else 0
        listed = self.options(snapshot.t, "latest")
        return Moment(snapshot.t, signals.get("spot"), hints, signals.get("iv"), listed)

    def opening(self, book: Book, snapshot: Snapshot) -> list[Transfer]:
        """What the account holds before the first tick, where a price is known to value it with.

        Raises:
            ChainError: the node does not say.
        """
        price = snapshot.signals.get("spot")
        if price is None:
            return []
        found = holdings(self.rpc, self.account, price, hex(snapshot.block))
        return opening(book, found, snapshot.t) + self._options_moved(book, snapshot)

    def drift(self, book: Book, snapshot: Snapshot) -> list[Transfer]:
        """Positions of the account that the book knows nothing of.

        Raises:
            ChainError: the node does not say.
        """
        asset, perpetual = positions(self.rpc, self.account, hex(snapshot.block))
        apart = (("asset", asset - book.spot), ("perpetual", perpetual - book.perp))
        linear = [Transfer(what, units, snapshot.t) for what, units in apart if units]  # type: ignore[arg-type]  # words of Held
        return linear + self._options_moved(book, snapshot)

    def at_exchange(self, snapshot: Snapshot) -> tuple[int, int]:
        """CENT of collateral at the exchange, and of what is besides collateral and positions.

        Raises:
            ChainError: the node does not say.
        """
        return at_exchange(self.rpc, self.account, hex(snapshot.block))

    @property
    def trades_options(self) -> bool:
        """Whether a rule sends orders to an options market."""
        return any(leg.kind == "lyra" for rule in self.bundle.rules for leg in rule.legs)

    def options(self, now: float, block: str) -> dict[str, Listed]:
        """What each options market of the program lists in a block, and the account holds there, by its name.

        Raises:
            ChainError: the node does not say.
        """
        return markets(self.rpc, self.bundle, self.deployment, floor(now), block)

    def _options_moved(self, book: Book, snapshot: Snapshot) -> list[Transfer]:
        listed = self.options(snapshot.t, hex(snapshot.block))
        return moved(book, listed, snapshot.t) if listed else []
