"""How much gas an operation may use, where no bundler says it."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.runtime.chain.reads import number
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.handle_ops import handle_ops
from stratc.runtime.execution.userop.operation import UserOperation

MARGIN_PERCENT = 25
"""Added to what a batch uses now, for a state that has moved by the time it runs."""
VERIFICATION = 300_000
"""For checking a signature; a Safe's takes the most."""
CREATION = 1_500_000
"""For making the account with its first operation."""
OVERHEAD = 60_000
"""What a transaction of one operation uses outside it, besides its data."""
_ZERO_BYTE, _OTHER_BYTE = 10, 40
"""Gas for a byte of data at its dearest (EIP-7623)."""
_CARRIED = 80_000


@dataclass(frozen=True, slots=True)
class GasLimits:
    """Units of gas for the three parts of an operation."""

    call: int
    verification: int
    pre_verification: int


def estimated(rpc: Rpc, at: EntryPoint, operation: UserOperation) -> GasLimits:
    """Limits for an account that is there, from its own call; the opening of one that is not is not in `call`.

    Raises:
        Refused: the batch would be reverted.
        ChainError: the node does not say.
    """
    asked = {"from": _hex(at.address), "to": _hex(operation.sender), "data": _hex(operation.call_data)}
    used = number(rpc, "eth_estimateGas", asked, "latest")
    verification = VERIFICATION + (CREATION if operation.factory_data else 0)
    return GasLimits(-(-used * (100 + MARGIN_PERCENT) // 100), verification, pre_verification(operation, at))


def pre_verification(operation: UserOperation, at: EntryPoint) -> int:
    """What its transaction uses outside the operation, its data among it."""
    return OVERHEAD + data_gas(handle_ops([operation], operation.sender, at.version))


def data_gas(data: bytes) -> int:
    """Gas that a transaction's data takes at most."""
    zeros = data.count(0)
    return _ZERO_BYTE * zeros + _OTHER_BYTE * (len(data) - zeros)


def limited(operation: UserOperation, limits: GasLimits) -> UserOperation:
    """The operation with these limits."""
    return operation._replace(
        call_gas_limit=limits.call,
        verification_gas_limit=limits.verification,
        pre_verification_gas=limits.pre_verification,
    )


def total(operation: UserOperation) -> int:
    """All gas that the account may have to pay for."""
    return (
        operation.call_gas_limit
        + operation.verification_gas_limit
        + operation.pre_verification_gas
        + operation.paymaster_verification_gas_limit
        + operation.paymaster_post_op_gas_limit
    )


def carrying(operation: UserOperation) -> int:
    """The gas limit of a transaction that carries the operation: an inner call gets 63 parts of 64."""
    return total(operation) * 64 // 63 + _CARRIED


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
