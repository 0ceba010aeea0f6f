"""Call data of `EntryPoint.handleOps`, for who sends operations without a bundler, and of `getUserOpHash`."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.runtime.execution.userop.abi import Tail, address_word, bytes_argument, encoded, word
from stratc.runtime.execution.userop.entry_points import Version
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.userop.packing import init_code, packed, paymaster_and_data
from stratc.runtime.keccak import selector

_PACKED = selector("handleOps((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)[],address)")
_V06 = selector(
    "handleOps((address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes,bytes)[],address)"
)
_HASH = selector("getUserOpHash((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes))")
_HASH_V06 = selector(
    "getUserOpHash((address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes,bytes))"
)


def handle_ops(operations: Sequence[UserOperation], beneficiary: bytes, version: Version) -> bytes:
    """Call data that settles the operations; `beneficiary` (20 bytes) is paid for their gas.

    Raises:
        OperationError: a field does not fit.
    """
    one = _tuple_06 if version == "0.6" else lambda operation: _tuple(operation, version)
    listed = Tail(word(len(operations)) + encoded(*(Tail(one(operation)) for operation in operations)))
    return (_V06 if version == "0.6" else _PACKED) + encoded(listed, address_word(beneficiary))


def hash_call(operation: UserOperation, version: Version) -> bytes:
    """Call data that asks an EntryPoint for the operation's hash.

    Raises:
        OperationError: a field does not fit.
    """
    if version == "0.6":
        return _HASH_V06 + encoded(Tail(_tuple_06(operation)))
    return _HASH + encoded(Tail(_tuple(operation, version)))


def _tuple(operation: UserOperation, version: Version) -> bytes:
    p = packed(operation, version)
    return encoded(
        address_word(p.sender),
        word(p.nonce),
        bytes_argument(p.init_code),
        bytes_argument(p.call_data),
        p.account_gas_limits,
        word(p.pre_verification_gas),
        p.gas_fees,
        bytes_argument(p.paymaster_and_data),
        bytes_argument(p.signature),
    )


def _tuple_06(operation: UserOperation) -> bytes:
    return encoded(
        address_word(operation.sender),
        word(operation.nonce),
        bytes_argument(init_code(operation, "0.6")),
        bytes_argument(operation.call_data),
        word(operation.call_gas_limit),
        word(operation.verification_gas_limit),
        word(operation.pre_verification_gas),
        word(operation.max_fee_per_gas),
        word(operation.max_priority_fee_per_gas),
        bytes_argument(paymaster_and_data(operation, "0.6")),
        bytes_argument(operation.signature),
    )
