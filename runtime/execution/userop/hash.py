"""`userOpHash`: what names an operation, and what accounts sign, for EntryPoint v0.6 to v0.9."""

from __future__ import annotations

from functools import lru_cache

from stratc.runtime.execution.userop.entry_points import VERSIONS, EntryPoint, Version
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.operation import DELEGATED, UserOperation
from stratc.runtime.execution.userop.packing import (
    PAYMASTER_MAGIC,
    gas_fees,
    gas_limits,
    init_code,
    paymaster_and_data,
)
from stratc.runtime.keccak import keccak256

_DOMAIN = keccak256(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
_NAME, _VERSION = keccak256(b"ERC4337"), keccak256(b"1")
_OPERATION = keccak256(
    b"PackedUserOperation(address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,"
    b"uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData)"
)
_NOTHING = keccak256(b"")
_PAD = bytes(12)
_ADDRESS = 20
_PAYMASTER_HEAD, _MAGIC_AND_LENGTH = 52, 10


def user_op_hash(operation: UserOperation, entry_point: EntryPoint) -> bytes:
    """The 32 bytes that `EntryPoint.getUserOpHash` returns.

    Raises:
        OperationError: a field that does not fit, or a version that is not known.
    """
    if len(operation.sender) != _ADDRESS:
        raise OperationError(f"sender has {len(operation.sender)} bytes; an address has 20")
    version = entry_point.version
    if version in ("0.8", "0.9"):
        struct = keccak256(_OPERATION + _body(operation, version))
        return keccak256(b"\x19\x01" + _domain(entry_point) + struct)
    if version == "0.7":
        return keccak256(keccak256(_body(operation, version)) + _place(entry_point))
    if version == "0.6":
        return keccak256(keccak256(_body_06(operation)) + _place(entry_point))
    raise OperationError(f"there is no EntryPoint v{version}; the versions are {', '.join(VERSIONS)}")


def _body(operation: UserOperation, version: Version) -> bytes:
    return b"".join(
        (
            _PAD,
            operation.sender,
            _word("nonce", operation.nonce),
            _init_code_hash(operation, version) if operation.factory or operation.factory_data else _NOTHING,
            keccak256(operation.call_data),
            gas_limits(operation),
            _word("pre_verification_gas", operation.pre_verification_gas),
            gas_fees(operation),
            _paymaster_hash(paymaster_and_data(operation, version), version),
        )
    )


def _body_06(operation: UserOperation) -> bytes:
    return b"".join(
        (
            _PAD,
            operation.sender,
            _word("nonce", operation.nonce),
            keccak256(init_code(operation, "0.6")),
            keccak256(operation.call_data),
            _word("call_gas_limit", operation.call_gas_limit),
            _word("verification_gas_limit", operation.verification_gas_limit),
            _word("pre_verification_gas", operation.pre_verification_gas),
            _word("max_fee_per_gas", operation.max_fee_per_gas),
            _word("max_priority_fee_per_gas", operation.max_priority_fee_per_gas),
            keccak256(paymaster_and_data(operation, "0.6")),
        )
    )


def _init_code_hash(operation: UserOperation, version: Version) -> bytes:
    code = init_code(operation, version)
    if operation.factory != DELEGATED:
        return keccak256(code)
    if len(operation.delegate) != _ADDRESS:
        raise OperationError(
            f"delegate has {len(operation.delegate)} bytes; the hash of a delegated account covers the 20 of its code"
        )
    return keccak256(operation.delegate + operation.factory_data)


def _paymaster_hash(data: bytes, version: Version) -> bytes:
    """In v0.9 a trailing signature of the paymaster is left out, its mark kept."""
    if not data:
        return _NOTHING
    if (
        version == "0.9"
        and data.endswith(PAYMASTER_MAGIC)
        and len(data) >= _PAYMASTER_HEAD + _MAGIC_AND_LENGTH
    ):
        length = int.from_bytes(data[-_MAGIC_AND_LENGTH:-8], "big")
        if length > len(data) - _PAYMASTER_HEAD - _MAGIC_AND_LENGTH:
            raise OperationError(
                f"the paymaster's part says it ends with a signature of {length} bytes, and is shorter than that"
            )
        if length:
            return keccak256(data[: -_MAGIC_AND_LENGTH - length] + PAYMASTER_MAGIC)
    return keccak256(data)


@lru_cache(maxsize=64)
def _domain(entry_point: EntryPoint) -> bytes:
    chain, address = _word("chain_id", entry_point.chain_id), _address_word(entry_point.address)
    return keccak256(_DOMAIN + _NAME + _VERSION + chain + address)


@lru_cache(maxsize=64)
def _place(entry_point: EntryPoint) -> bytes:
    return _address_word(entry_point.address) + _word("chain_id", entry_point.chain_id)


def _address_word(address: bytes) -> bytes:
    if len(address) != _ADDRESS:
        raise OperationError(f"the EntryPoint's address has {len(address)} bytes; an address has 20")
    return _PAD + address


def _word(name: str, value: int) -> bytes:
    try:
        return value.to_bytes(32, "big")
    except OverflowError:
        raise OperationError(f"{name} is {value}; it must lie in 0 .. 2^256 - 1") from None
