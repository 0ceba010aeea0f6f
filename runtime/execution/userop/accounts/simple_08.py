"""SimpleAccount of EntryPoint v0.8 and v0.9: one owner, who signs the operation's typed hash itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.accounts.base import MADE, Capabilities, Opening, lane_within
from stratc.runtime.execution.userop.accounts.signatures import PLACEHOLDER
from stratc.runtime.execution.userop.accounts.simple_batch import simple_batch
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.execution.userop.operation import UserOperation


@dataclass(frozen=True, slots=True)
class Simple08:
    """`SimpleAccount` of @account-abstraction/contracts 0.8 and later."""

    kind: ClassVar[str] = "simple_08"
    capabilities: ClassVar[Capabilities] = Capabilities(
        entry_points=("0.8", "0.9"),
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
        return simple_batch(calls)

    def opening(self) -> Opening:
        """The factory and its call data, if they were given."""
        return self.first

    def nonce_key(self, lane: int) -> int:
        """The lane itself."""
        return lane_within(lane, self.capabilities.lane_bits)

    def digest(self, operation: UserOperation, entry_point: EntryPoint) -> bytes:
        """`userOpHash`, which is already the hash of typed data (EIP-712)."""
        return user_op_hash(operation, entry_point)

    def sealed(self, signature: bytes) -> bytes:
        """As it is."""
        return signature
