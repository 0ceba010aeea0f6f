"""Safe 1.4.1 with Safe4337Module 0.3.0: batches through MultiSend, signed as Safe's own typed data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from stratc.runtime.execution.userop.abi import (
    Call,
    Tail,
    address_word,
    bytes_argument,
    encoded,
    list_argument,
    word,
)
from stratc.runtime.execution.userop.accounts.base import (
    MADE,
    Capabilities,
    Opening,
    at_least_one,
    lane_within,
)
from stratc.runtime.execution.userop.accounts.signatures import PLACEHOLDER
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.userop.packing import init_code, paymaster_and_data
from stratc.runtime.keccak import keccak256, selector

_EXECUTE = selector("executeUserOpWithErrorString(address,uint256,bytes,uint8)")
_MULTI_SEND = selector("multiSend(bytes)")
_SETUP = selector("setup(address[],uint256,address,bytes,address,address,uint256,address)")
_ENABLE_MODULES = selector("enableModules(address[])")
_CREATE_PROXY = selector("createProxyWithNonce(address,bytes,uint256)")
_DOMAIN = keccak256(b"EIP712Domain(uint256 chainId,address verifyingContract)")
_SAFE_OP = keccak256(
    b"SafeOp(address safe,uint256 nonce,bytes initCode,bytes callData,uint128 verificationGasLimit,"
    b"uint128 callGasLimit,uint256 preVerificationGas,uint128 maxPriorityFeePerGas,uint128 maxFeePerGas,"
    b"bytes paymasterAndData,uint48 validAfter,uint48 validUntil,address entryPoint)"
)
_CALL, _DELEGATECALL = b"\0", 1
_NOBODY = bytes(20)
_TIME_BYTES = 6


@dataclass(frozen=True, slots=True)
class Safe4337:
    """A Safe with one owner's signature as its threshold, the module enabled and its fallback handler."""

    kind: ClassVar[str] = "safe_4337"
    capabilities: ClassVar[Capabilities] = Capabilities(
        entry_points=("0.7",),
        atomic_batch=True,
        try_batch=False,
        delegatecall=True,
        eip1271=True,
        validators=False,
        lane_bits=192,
    )
    placeholder: ClassVar[bytes] = bytes(2 * _TIME_BYTES) + PLACEHOLDER

    address: bytes
    module: bytes
    """Safe4337Module."""
    multi_send: bytes
    """MultiSend or MultiSendCallOnly: the Safe runs its code to make several calls."""
    first: Opening = MADE
    valid_after: int = 0
    valid_until: int = 0
    """Between which times, in epoch seconds, the signature counts; 0: no end."""

    def batch(self, calls: Sequence[Call]) -> bytes:
        """Call data of the module: one call as it is, several through MultiSend; a failure's reason is passed on."""
        calls = at_least_one(calls)
        if len(calls) == 1:
            (only,) = calls
            return _executed(only.to, only.value, only.data, operation=0)
        listed = b"".join(_sent(call) for call in calls)
        data = _MULTI_SEND + encoded(bytes_argument(listed))
        return _executed(self.multi_send, 0, data, operation=_DELEGATECALL)

    def opening(self) -> Opening:
        """The factory and its call data, if they were given."""
        return self.first

    def nonce_key(self, lane: int) -> int:
        """The lane itself."""
        return lane_within(lane, self.capabilities.lane_bits)

    def digest(self, operation: UserOperation, entry_point: EntryPoint) -> bytes:
        """The module's `SafeOp` (EIP-712), not `userOpHash`."""
        domain = _domain(entry_point.chain_id, self.module)
        struct = keccak256(self._safe_op(operation, entry_point))
        return keccak256(b"\x19\x01" + domain + struct)

    def sealed(self, signature: bytes) -> bytes:
        """The times the signature counts, then the signature."""
        return _time(self.valid_after) + _time(self.valid_until) + signature

    def _safe_op(self, operation: UserOperation, entry_point: EntryPoint) -> bytes:
        return b"".join(
            (
                _SAFE_OP,
                address_word(operation.sender),
                word(operation.nonce),
                keccak256(init_code(operation, entry_point.version)),
                keccak256(operation.call_data),
                word(operation.verification_gas_limit),
                word(operation.call_gas_limit),
                word(operation.pre_verification_gas),
                word(operation.max_priority_fee_per_gas),
                word(operation.max_fee_per_gas),
                keccak256(paymaster_and_data(operation, entry_point.version)),
                word(self.valid_after),
                word(self.valid_until),
                address_word(entry_point.address),
            )
        )


def create_proxy(singleton: bytes, module: bytes, module_setup: bytes, owner: bytes, salt: int) -> bytes:
    """Call data of SafeProxyFactory for a Safe of one owner; `module_setup` is SafeModuleSetup."""
    enable = _ENABLE_MODULES + encoded(list_argument([address_word(module)]))
    setup = _SETUP + encoded(
        list_argument([address_word(owner)]),
        word(1),
        address_word(module_setup),
        bytes_argument(enable),
        address_word(module),
        address_word(_NOBODY),
        word(0),
        address_word(_NOBODY),
    )
    return _CREATE_PROXY + encoded(address_word(singleton), bytes_argument(setup), word(salt))


def _executed(to: bytes, value: int, data: bytes, operation: int) -> bytes:
    argument: Tail = bytes_argument(data)
    return _EXECUTE + encoded(address_word(to), word(value), argument, word(operation))


def _sent(call: Call) -> bytes:
    return _CALL + address_word(call.to)[12:] + word(call.value) + word(len(call.data)) + call.data


def _time(seconds: int) -> bytes:
    try:
        return seconds.to_bytes(_TIME_BYTES, "big")
    except OverflowError:
        raise OperationError(
            f"{seconds} s is no time for a signature; it must lie in 0 .. 2^48 - 1"
        ) from None


@lru_cache(maxsize=64)
def _domain(chain_id: int, module: bytes) -> bytes:
    return keccak256(_DOMAIN + word(chain_id) + address_word(module))
