"""From calls to a signed operation under the cap, tried before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stratc.runtime.chain.errors import ChainError, Refused
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.fees import Bid, CannotBid, a_unit, bid, market, replacement
from stratc.runtime.execution.gas import limited, total
from stratc.runtime.execution.preflight import preflight
from stratc.runtime.execution.reasons import GuardWords, is_nonce_code, refused
from stratc.runtime.execution.routes.base import Route
from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.accounts.base import Account
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.execution.userop.operation import UserOperation, key_and_sequence
from stratc.runtime.execution.userop.signer import Signer
from stratc.runtime.execution.userop.signing import signed


class NotSent(ValueError):
    """An operation that must not be sent, or cannot be; the message says why."""


class NonceMoved(ChainError):
    """The chain has another nonce for the lane than the one that follows what it was seen to hold.

    A block was reorganised away, or the node is behind: the batch itself was not refused, nothing was sent.
    """

    def __init__(self, nonce: int) -> None:
        """`nonce` is the one that was not taken."""
        lane, sequence = key_and_sequence(nonce)
        super().__init__(
            f"nonce {sequence} of lane key {lane:#x} is not the next one on this node; nothing was sent",
            "look at the chain again (`step`) and ask again: what came before may have been reorganised away",
        )


@dataclass(frozen=True, slots=True)
class Maker:
    """What all operations of an account have in common."""

    rpc: Rpc
    at: EntryPoint
    account: Account
    signer: Signer
    guard: GuardWords | None = None

    def make(
        self, calls: Sequence[Call], nonce: int, route: Route, cap: int | None, before: Bid | None = None
    ) -> UserOperation:
        """A signed operation that would settle now; `before` is the bid it takes the place of, `cap` wei in all.

        Raises:
            NotSent: the cap is too low, or the batch would be refused.
            NonceMoved: the nonce is not the next on this node.
            ChainError: node or route do not say.
        """
        bare = self.bare(calls, nonce)
        operation = self._limited(bare, route)
        operation = signed(self._priced(operation, cap, before), self.account, self.at, self.signer)
        tried = preflight(self.rpc, self.at, operation, route.carrier, self.guard)
        if tried.moved:
            raise NonceMoved(nonce)
        if not tried.settles:
            raise NotSent(tried.reason)
        return operation

    def bare(self, calls: Sequence[Call], nonce: int) -> UserOperation:
        """The operation without gas, fees and signature."""
        _, sequence = key_and_sequence(nonce)
        operation = UserOperation(self.account.address, nonce, self.account.batch(calls))
        opening = self.account.opening()
        if sequence or not opening.factory or self._is_there(opening.factory_data):
            return operation
        return operation._replace(
            factory=opening.factory, factory_data=opening.factory_data, delegate=opening.delegate
        )

    def hash(self, operation: UserOperation) -> str:
        """Its `userOpHash` as text."""
        return "0x" + user_op_hash(operation, self.at).hex()

    def _is_there(self, _: bytes) -> bool:
        """Another lane's first operation may have made the account."""
        return self.rpc.call("eth_getCode", "0x" + self.account.address.hex(), "latest") not in ("0x", None)

    def _limited(self, operation: UserOperation, route: Route) -> UserOperation:
        try:
            return limited(operation, route.limits(operation))
        except Refused as error:
            if is_nonce_code(error.reason):
                raise NonceMoved(operation.nonce) from None
            raise NotSent(refused(error.reason, error.data, self.guard)) from None

    def _priced(self, operation: UserOperation, cap: int | None, before: Bid | None) -> UserOperation:
        most = a_unit(cap, total(operation))
        now = market(self.rpc)
        try:
            offered = bid(now, most) if before is None else replacement(before, now, most)
        except CannotBid as error:
            raise NotSent(f"{error} ({_capped(cap, operation)})") from None
        return operation._replace(max_fee_per_gas=offered.max_fee, max_priority_fee_per_gas=offered.tip)


def _capped(cap: int | None, operation: UserOperation) -> str:
    return f"{cap} wei for up to {total(operation)} gas"


def bid_of(operation: UserOperation) -> Bid:
    """What an operation bids."""
    return Bid(operation.max_fee_per_gas, operation.max_priority_fee_per_gas)
