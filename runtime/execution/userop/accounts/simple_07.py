"""SimpleAccount of EntryPoint v0.7: one owner, batches as three arrays, signed as a personal message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from stratc.runtime.execution.userop.abi import (
    Call,
    address_word,
    bytes_list_argument,
    encoded,
    list_argument,
    word,
)
from stratc.runtime.execution.userop.accounts.base import (
    MADE,
    Capabilities,
    Opening,
    at_least_one,
    lane_within,
)
from stratc.runtime.execution.userop.accounts.signatures import PLACEHOLDER, personal
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.keccak import selector

_EXECUTE_BATCH = selector("executeBatch(address[],uint256[],bytes[])")
_CREATE_ACCOUNT = selector("createAccount(address,uint256)")


@dataclass(frozen=True, slots=True)
class Simple07:
    """`SimpleAccount` of @account-abstraction/contracts 0.7."""

    kind: ClassVar[str] = "simple_07"
    capabilities: ClassVar[Capabilities] = Capabilities(
        entry_points=("0.7",),
        atomic_batch=True,
        try_batch=False,
        delegatecall=False,
        eip1271=False,
        validators=False,
        lane_bits=192,
    )
    placeholder: ClassVar[bytes] = PLACEHOLDER

    address: bytes
    first: Opening = MADE

    def batch(self, calls: Sequence[Call]) -> bytes:
        """Call data of `executeBatch`."""
        calls = at_least_one(calls)
        return _EXECUTE_BATCH + encoded(
            list_argument([address_word(call.to) for call in calls]),
            list_argument([word(call.value) for call in calls]),
            bytes_list_argument([call.data for call in calls]),
        )

    def opening(self) -> Opening:
        """The factory and its call data, if they were given."""
        return self.first

    def nonce_key(self, lane: int) -> int:
        """The lane itself."""
        return lane_within(lane, self.capabilities.lane_bits)

    def digest(self, operation: UserOperation, entry_point: EntryPoint) -> bytes:
        """`userOpHash` as a personal message."""
        return personal(user_op_hash(operation, entry_point))

    def sealed(self, signature: bytes) -> bytes:
        """As it is."""
        return signature


def create_account(owner: bytes, salt: int) -> bytes:
    """Call data of the factories of SimpleAccount, v0.7 and later."""
    return _CREATE_ACCOUNT + address_word(owner) + word(salt)
