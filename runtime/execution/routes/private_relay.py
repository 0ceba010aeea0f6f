"""A private relay: nobody sees the transaction before it is in a block (`via private`, `via bundle`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import httpx

from stratc.runtime.chain.errors import ChainError
from stratc.runtime.chain.reads import number
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.gas import GasLimits
from stratc.runtime.execution.parcel import TAKEN, Answer, Parcel
from stratc.runtime.execution.routes.base import answer_to, answer_with
from stratc.runtime.execution.routes.executor import Executor
from stratc.runtime.execution.routes.relay_signature import HEADER, relay_signature
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.userop.signer import Signer

BLOCKS = 25
"""How many blocks a relay goes on offering a private transaction."""


class SignedRequests(httpx.BaseTransport):
    """Sends requests on with the signature of their body; the key is one made for this, and holds no money."""

    def __init__(self, signer: Signer, inner: httpx.BaseTransport | None = None) -> None:
        """`inner` is what sends them, HTTP unless something else is given."""
        self._signer = signer
        self._inner = inner or httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        request.headers[HEADER] = relay_signature(self._signer, request.read())
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Let the connections go."""
        self._inner.close()


@dataclass(frozen=True, slots=True)
class PrivateRelay:
    """`eth_sendBundle` for the next block, or `eth_sendPrivateTransaction` for the next 25."""

    executor: Executor
    relay: Rpc
    """Made with `SignedRequests` as its transport."""
    form: Literal["bundle", "transaction"] = "transaction"
    patience: float = 0.0

    @property
    def carrier(self) -> bytes:
        """The executor's key."""
        return self.executor.carrier

    @property
    def pays(self) -> str:
        """The executor's key."""
        return self.executor.pays

    def limits(self, operation: UserOperation) -> GasLimits:
        """By the node's own estimate."""
        return self.executor.limits(operation)

    def pack(
        self, operation: UserOperation, hash_: str, own: Collection[int], others: Collection[int]
    ) -> Parcel:
        """A signed transaction, for the next block or blocks."""
        until = self._head() + (1 if self.form == "bundle" else BLOCKS)
        return self.executor.pack(operation, own, others, until)

    def again(self, parcel: Parcel) -> bool:
        """Never: the blocks it was for are over when this is asked."""
        return False

    def send(self, operation: UserOperation, parcel: Parcel, deadline: int | None) -> Answer:
        """Hand it to the relay."""
        assert parcel.until is not None
        try:
            if self.form == "transaction":
                request: dict[str, object] = {"tx": parcel.raw, "maxBlockNumber": hex(parcel.until)}
                return answer_with(self.relay.call("eth_sendPrivateTransaction", request), parcel.hash)
            return _bundled(self.relay.call("eth_sendBundle", _bundle(parcel.raw, parcel.until, deadline)))
        except ChainError as error:
            return answer_to(error)

    def holds(self, parcel: Parcel) -> bool | None:
        """Nobody can see it; it is given up when the last block it was for is there."""
        return None if parcel.until is not None and self._head() < parcel.until else False

    def _head(self) -> int:
        return number(self.executor.rpc, "eth_blockNumber")


def _bundle(raw: str, block: int, deadline: int | None) -> dict[str, object]:
    told: dict[str, object] = {"txs": [raw], "blockNumber": hex(block)}
    return told if deadline is None else told | {"maxTimestamp": deadline}


def _bundled(told: object) -> Answer:
    if isinstance(told, dict) and isinstance(told.get("bundleHash"), str):
        return TAKEN
    return Answer("unclear", "the relay's answer names no bundle")
