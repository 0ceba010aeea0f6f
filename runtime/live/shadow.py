"""A venue that sends nothing: each operation is made, signed and tried on the chain's present state, and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stratc.runtime.bundle import BundleError
from stratc.runtime.chain.errors import ChainError
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import Event, Fill, Order, Snapshot
from stratc.runtime.execution.entry_point import next_nonce
from stratc.runtime.execution.fees import CannotBid, cap_of
from stratc.runtime.execution.fill import paired
from stratc.runtime.execution.making import Maker, NotSent
from stratc.runtime.execution.routes.base import Route
from stratc.runtime.live.chain import Chain
from stratc.runtime.venues.base import cancelled
from stratc.runtime.venues.onchain.asked import FillError


class ShadowVenue:
    """What would settle now is filled at the tick's price, without costs; the chain itself does not change."""

    def __init__(
        self, chain: Chain, maker: Maker, route: Route, book: Book, tell: Callable[[str], None]
    ) -> None:
        """`tell` takes lines for people."""
        self._chain = chain
        self._maker = maker
        self._route = route
        self._book = book
        self._tell = tell
        self._is_open = False

    def submit_set(self, orders: Sequence[Order], snapshot: Snapshot) -> list[Fill]:
        """Try one atomic set."""
        try:
            told = self._tried(orders, snapshot)
        except (FillError, BundleError, CannotBid, NotSent, ChainError) as error:
            self._tell(f"would not be sent: {error}")
            return [cancelled(order, snapshot.t, str(error)) for order in orders]
        self._tell(told)
        legs = paired(self._chain.bundle.rule(orders[0].rule), orders)
        return [
            Fill(order.id, snapshot.t, order.units, order.mark, 0, 0, final=True, venue=leg.venue)
            for order, leg in legs
        ]

    def advance(self, snapshot: Snapshot, perpetual_units: int) -> list[Event]:
        """At the first tick with a price, what the account holds; nothing later, for nothing is sent."""
        if self._is_open or snapshot.signals.get("spot") is None:
            return []
        try:
            found = self._chain.opening(self._book, snapshot)
        except ChainError as error:
            self._tell(error.message)
            return []
        self._is_open = True
        return list(found)

    def _tried(self, orders: Sequence[Order], snapshot: Snapshot) -> str:
        chain, maker = self._chain, self._maker
        rule = chain.bundle.rule(orders[0].rule)
        batch = chain.batch(orders, snapshot)
        nonce = next_nonce(maker.rpc, maker.at, maker.account.address, maker.account.nonce_key(rule.lane))
        operation = maker.make(batch.calls, nonce, self._route, cap_of(orders, snapshot.signals.get("spot")))
        return f"would send {len(batch.calls)} calls for rule {rule.rule} as {maker.hash(operation)}: it would settle"
