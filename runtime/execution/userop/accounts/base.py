"""What every kind of account has: what it can do, its batches, its nonces, what its signature is made over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.entry_points import EntryPoint, Version
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.operation import UserOperation


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a kind of account can do, as facts a check can read."""

    entry_points: tuple[Version, ...]
    atomic_batch: bool
    """Several calls in one operation: all of them, or none."""
    try_batch: bool
    """Several calls in one operation, each of which may fail alone."""
    delegatecall: bool
    """Runs another contract's code as its own."""
    eip1271: bool
    """Answers for signatures of messages (orders, permits), not only of operations."""
    validators: bool
    """Session keys: validator modules decide who may do what."""
    lane_bits: int
    """Bits of the nonce key that are free for lanes."""


class Opening(NamedTuple):
    """What the first operation of an account that is not there yet carries besides."""

    factory: bytes = b""
    factory_data: bytes = b""
    delegate: bytes = b""


MADE = Opening()
"""The account is there, or somebody else makes it."""


class Account(Protocol):
    """One account of a strategy; all addresses are 20 bytes."""

    kind: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    placeholder: ClassVar[bytes]
    """A signature of the right length and of nobody, for estimates of gas."""

    @property
    def address(self) -> bytes:
        """The account itself: the operation's sender."""

    def batch(self, calls: Sequence[Call]) -> bytes:
        """Call data that makes the calls in order, all or none."""

    def opening(self) -> Opening:
        """What makes the account with its first operation; empty parts when it is made otherwise."""

    def nonce_key(self, lane: int) -> int:
        """The 192-bit nonce key of a lane; operations of different lanes do not wait for each other."""

    def digest(self, operation: UserOperation, entry_point: EntryPoint) -> bytes:
        """The 32 bytes its owner signs."""

    def sealed(self, signature: bytes) -> bytes:
        """The owner's signature (65 bytes) as the operation carries it."""


def at_least_one(calls: Sequence[Call]) -> Sequence[Call]:
    """The calls of a batch that does something.

    Raises:
        OperationError: there are none.
    """
    if not calls:
        raise OperationError("a batch without a call does nothing; give at least one call")
    return calls


def lane_within(lane: int, bits: int) -> int:
    """A lane that fits the kind's nonce key.

    Raises:
        OperationError: it does not.
    """
    if not 0 <= lane < 1 << bits:
        raise OperationError(f"nonce lane {lane} is out of range; this account has lanes 0 .. 2^{bits} - 1")
    return lane
