"""The fields that EntryPoints pack: init code, gas limits, fees, the paymaster's part."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.execution.userop.entry_points import Version
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.operation import DELEGATED, UserOperation

PAYMASTER_MAGIC = bytes.fromhex("22e325a297439656")
"""The last eight bytes of a paymaster's part that ends with its signature (v0.9)."""

_HALF = 1 << 128
_PAYMASTER_SIGNATURE_LIMIT = (1 << 16) - 1


class Packed(NamedTuple):
    """An operation as EntryPoint v0.7 and later take it."""

    sender: bytes
    nonce: int
    init_code: bytes
    call_data: bytes
    account_gas_limits: bytes
    pre_verification_gas: int
    gas_fees: bytes
    paymaster_and_data: bytes
    signature: bytes


def packed(operation: UserOperation, version: Version) -> Packed:
    """The operation in the form of v0.7 and later.

    Raises:
        OperationError: a number does not fit its field, or the version has no such field.
    """
    if version == "0.6":
        raise OperationError("EntryPoint v0.6 takes operations that are not packed; name v0.7 or later")
    return Packed(
        operation.sender,
        operation.nonce,
        init_code(operation, version),
        operation.call_data,
        gas_limits(operation),
        operation.pre_verification_gas,
        gas_fees(operation),
        paymaster_and_data(operation, version),
        operation.signature,
    )


def gas_limits(operation: UserOperation) -> bytes:
    """Verification and call gas limits, 16 bytes each."""
    return _halves(
        operation.verification_gas_limit,
        operation.call_gas_limit,
        "verification_gas_limit",
        "call_gas_limit",
    )


def gas_fees(operation: UserOperation) -> bytes:
    """Priority fee and highest fee in wei a unit of gas, 16 bytes each."""
    return _halves(
        operation.max_priority_fee_per_gas,
        operation.max_fee_per_gas,
        "max_priority_fee_per_gas",
        "max_fee_per_gas",
    )


def init_code(operation: UserOperation, version: Version) -> bytes:
    """The factory and its call data; empty for an account that is there.

    Raises:
        OperationError: a factory that is no address, data without one, or a delegation before v0.8.
    """
    factory = operation.factory
    if not factory:
        if operation.factory_data:
            raise OperationError("factory_data is given without a factory; name the factory as well")
        return b""
    _address("factory", factory)
    if factory == DELEGATED and version in ("0.6", "0.7"):
        raise OperationError(
            f"EntryPoint v{version} knows no delegated accounts (EIP-7702); deploy to v0.8 or later"
        )
    return factory + operation.factory_data


def paymaster_and_data(operation: UserOperation, version: Version) -> bytes:
    """The paymaster, its gas limits (v0.7 on), its data, its signature (v0.9); empty without one.

    Raises:
        OperationError: a paymaster that is no address, or parts of one that is not named or not in this version.
    """
    paymaster = operation.paymaster
    if not paymaster:
        if operation.paymaster_data or operation.paymaster_signature:
            raise OperationError("paymaster data is given without a paymaster; name the paymaster as well")
        return b""
    _address("paymaster", paymaster)
    if version == "0.6":
        limits = b""
    else:
        limits = _halves(
            operation.paymaster_verification_gas_limit,
            operation.paymaster_post_op_gas_limit,
            "paymaster_verification_gas_limit",
            "paymaster_post_op_gas_limit",
        )
    return paymaster + limits + operation.paymaster_data + _signed_suffix(operation, version)


def _signed_suffix(operation: UserOperation, version: Version) -> bytes:
    signature = operation.paymaster_signature
    if not signature:
        return b""
    if version != "0.9":
        raise OperationError(
            f"EntryPoint v{version} has no paymaster_signature; put it at the end of paymaster_data"
        )
    if len(signature) > _PAYMASTER_SIGNATURE_LIMIT:
        raise OperationError(f"paymaster_signature has {len(signature)} bytes; it may have 65535")
    return signature + len(signature).to_bytes(2, "big") + PAYMASTER_MAGIC


def _halves(high: int, low: int, high_name: str, low_name: str) -> bytes:
    try:
        return high.to_bytes(16, "big") + low.to_bytes(16, "big")
    except OverflowError:
        wrong = (high_name, high) if not 0 <= high < _HALF else (low_name, low)
        raise OperationError(f"{wrong[0]} is {wrong[1]}; it must lie in 0 .. 2^128 - 1") from None


def _address(name: str, value: bytes) -> None:
    if len(value) != 20:
        raise OperationError(f"{name} has {len(value)} bytes; an address has 20")
