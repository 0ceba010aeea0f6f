"""ERC-7579 modular accounts: `execute(mode, batch)`, and a nonce that names the validator module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from stratc.runtime.execution.userop.abi import Call, address_word, bytes_argument, calls_argument, encoded
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

Signing = Literal["raw", "personal"]
"""What a validator checks: a signature of `userOpHash` itself, or of it as a personal message (EIP-191)."""

_EXECUTE = selector("execute(bytes32,bytes)")
_ALL_OR_NONE = b"\x01" + bytes(31)
_EACH_ALONE = b"\x01\x01" + bytes(30)
_LANE_BITS = 32


@dataclass(frozen=True, slots=True)
class Erc7579:
    """An account whose nonce starts with the validator's address (OpenZeppelin's `AccountERC7579`)."""

    kind: ClassVar[str] = "erc7579"
    capabilities: ClassVar[Capabilities] = Capabilities(
        entry_points=("0.7", "0.8", "0.9"),
        atomic_batch=True,
        try_batch=True,
        delegatecall=True,
        eip1271=True,
        validators=True,
        lane_bits=_LANE_BITS,
    )
    placeholder: ClassVar[bytes] = PLACEHOLDER

    address: bytes
    validator: bytes
    """The module that decides about the operation."""
    signing: Signing = "raw"
    first: Opening = MADE

    def batch(self, calls: Sequence[Call]) -> bytes:
        """Call data of `execute` in batch mode: all calls or none."""
        return _executed(_ALL_OR_NONE, calls)

    def try_batch(self, calls: Sequence[Call]) -> bytes:
        """The same in try mode: a call that fails is told by an event and leaves the others alone."""
        return _executed(_EACH_ALONE, calls)

    def opening(self) -> Opening:
        """The factory and its call data, if they were given."""
        return self.first

    def nonce_key(self, lane: int) -> int:
        """The validator's address, then the lane in 32 bits."""
        return int.from_bytes(address_word(self.validator), "big") << _LANE_BITS | lane_within(
            lane, _LANE_BITS
        )

    def digest(self, operation: UserOperation, entry_point: EntryPoint) -> bytes:
        """`userOpHash`, as a personal message where the validator wants that."""
        hashed = user_op_hash(operation, entry_point)
        return hashed if self.signing == "raw" else personal(hashed)

    def sealed(self, signature: bytes) -> bytes:
        """As it is."""
        return signature


def _executed(mode: bytes, calls: Sequence[Call]) -> bytes:
    return _EXECUTE + encoded(mode, bytes_argument(encoded(calls_argument(at_least_one(calls)))))
