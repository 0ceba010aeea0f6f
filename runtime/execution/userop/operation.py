"""A user operation, its fields apart: what every EntryPoint version packs in its own way."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.execution.userop.errors import OperationError

DELEGATED = bytes.fromhex("7702") + bytes(18)
"""Stands where a factory would for an account that is an EOA with delegated code (EIP-7702)."""

_KEY_BITS, _SEQUENCE_BITS = 192, 64


class UserOperation(NamedTuple):
    """One operation. Addresses are 20 bytes, amounts wei, gas in units; an absent address is empty bytes."""

    sender: bytes
    nonce: int
    call_data: bytes
    call_gas_limit: int = 0
    verification_gas_limit: int = 0
    pre_verification_gas: int = 0
    max_fee_per_gas: int = 0
    max_priority_fee_per_gas: int = 0
    factory: bytes = b""
    """Makes the account with the operation; `DELEGATED` for a delegated EOA."""
    factory_data: bytes = b""
    delegate: bytes = b""
    """With `DELEGATED`: the address of the code, which the hash covers in place of the marker."""
    paymaster: bytes = b""
    paymaster_verification_gas_limit: int = 0
    paymaster_post_op_gas_limit: int = 0
    paymaster_data: bytes = b""
    paymaster_signature: bytes = b""
    """v0.9: signed by the paymaster at the same time as by the account, so outside the hash."""
    signature: bytes = b""


def nonce_of(key: int, sequence: int) -> int:
    """The nonce of one lane: operations of different keys do not wait for each other.

    Raises:
        OperationError: the key has more than 192 bits or the sequence more than 64.
    """
    for name, value, bits in (("key", key, _KEY_BITS), ("sequence", sequence, _SEQUENCE_BITS)):
        if not 0 <= value < 1 << bits:
            raise OperationError(f"the nonce's {name} is {value}; it must lie in 0 .. 2^{bits} - 1")
    return key << _SEQUENCE_BITS | sequence


def key_and_sequence(nonce: int) -> tuple[int, int]:
    """What `nonce_of` put together."""
    return nonce >> _SEQUENCE_BITS, nonce & ((1 << _SEQUENCE_BITS) - 1)
