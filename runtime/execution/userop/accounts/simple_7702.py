"""Simple7702Account: an ordinary key's own address, with delegated code (EIP-7702)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.accounts.base import Capabilities, Opening, lane_within
from stratc.runtime.execution.userop.accounts.signatures import PLACEHOLDER
from stratc.runtime.execution.userop.accounts.simple_batch import simple_batch
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.execution.userop.operation import DELEGATED, UserOperation


@dataclass(frozen=True, slots=True)
class Simple7702:
    """`Simple7702Account` of @account-abstraction/contracts 0.8 and later; its code names one EntryPoint."""

    kind: ClassVar[str] = "simple_7702"
    capabilities: ClassVar[Capabilities] = Capabilities(
        entry_points=("0.8", "0.9"),
        atomic_batch=True,
        try_batch=False,
        delegatecall=False,
        eip1271=True,
        validators=False,
        lane_bits=192,
    )
    placeholder: ClassVar[bytes] = PLACEHOLDER

    address: bytes
    delegate: bytes
    """The address of the code."""

    def batch(self, calls: Sequence[Call]) -> bytes:
        """Call data of `executeBatch`."""
        return simple_batch(calls)

    def opening(self) -> Opening:
        """The delegation; the operation's transaction carries its signed authorization as well."""
        return Opening(DELEGATED, b"", self.delegate)

    def nonce_key(self, lane: int) -> int:
        """The lane itself."""
        return lane_within(lane, self.capabilities.lane_bits)

    def digest(self, operation: UserOperation, entry_point: EntryPoint) -> bytes:
        """`userOpHash`, which is already the hash of typed data (EIP-712)."""
        return user_op_hash(operation, entry_point)

    def sealed(self, signature: bytes) -> bytes:
        """As it is."""
        return signature
