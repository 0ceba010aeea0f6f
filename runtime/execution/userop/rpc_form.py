"""A user operation as JSON: what `eth_sendUserOperation` takes and bundlers return."""

from __future__ import annotations

from collections.abc import Mapping

from stratc.runtime.addresses import checksummed
from stratc.runtime.execution.userop.entry_points import Version
from stratc.runtime.execution.userop.operation import DELEGATED, UserOperation
from stratc.runtime.execution.userop.packing import init_code, paymaster_and_data

Json = dict[str, object]


def to_rpc(
    operation: UserOperation, version: Version, authorization: Mapping[str, object] | None = None
) -> Json:
    """The JSON object; `authorization` is a signed EIP-7702 one, sent along with a delegated account's first.

    Raises:
        OperationError: the version has no such field.
    """
    told: Json = {
        "sender": checksummed(operation.sender),
        "nonce": hex(operation.nonce),
        "callData": _hex(operation.call_data),
        "callGasLimit": hex(operation.call_gas_limit),
        "verificationGasLimit": hex(operation.verification_gas_limit),
        "preVerificationGas": hex(operation.pre_verification_gas),
        "maxFeePerGas": hex(operation.max_fee_per_gas),
        "maxPriorityFeePerGas": hex(operation.max_priority_fee_per_gas),
        "signature": _hex(operation.signature),
    }
    code, paid = (
        init_code(operation, version),
        paymaster_and_data(operation, version),
    )  # refuse what has no place
    if version == "0.6":
        return told | {"initCode": _hex(code), "paymasterAndData": _hex(paid)}
    if code:
        told |= _factory(operation)
    if paid:
        told |= _paymaster(operation)
    return told | ({} if authorization is None else {"eip7702Auth": dict(authorization)})


def _factory(operation: UserOperation) -> Json:
    delegated = operation.factory == DELEGATED
    return {
        "factory": "0x7702" if delegated else checksummed(operation.factory),
        "factoryData": _hex(operation.factory_data),
    }


def _paymaster(operation: UserOperation) -> Json:
    told: Json = {
        "paymaster": checksummed(operation.paymaster),
        "paymasterVerificationGasLimit": hex(operation.paymaster_verification_gas_limit),
        "paymasterPostOpGasLimit": hex(operation.paymaster_post_op_gas_limit),
        "paymasterData": _hex(operation.paymaster_data),
    }
    if operation.paymaster_signature:
        told["paymasterSignature"] = _hex(operation.paymaster_signature)
    return told


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
