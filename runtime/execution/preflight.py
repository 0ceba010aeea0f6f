"""The whole batch, tried on the chain's present state before it is sent: what it would do, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stratc.runtime.chain.errors import Refused
from stratc.runtime.chain.reads import as_bytes, listed, odd
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.entry_point import landed
from stratc.runtime.execution.gas import carrying
from stratc.runtime.execution.reasons import (
    GuardWords,
    explained,
    is_nonce_code,
    is_nonce_refusal,
    validation,
)
from stratc.runtime.execution.traced import failed_call
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.handle_ops import handle_ops
from stratc.runtime.execution.userop.operation import UserOperation

_NO_SUCH_METHOD = frozenset({-32601, -32600, -32602})
_METHOD = "eth_simulateV1"


@dataclass(frozen=True, slots=True)
class Preflight:
    """Whether the batch would settle now; if not, why."""

    settles: bool
    reason: str = ""
    moved: bool = False
    """Only because the lane's nonce on this node is another: of the batch itself that says nothing."""


SETTLES = Preflight(True)


def preflight(
    rpc: Rpc,
    at: EntryPoint,
    operation: UserOperation,
    carrier: bytes,
    guard: GuardWords | None = None,
) -> Preflight:
    """Try the signed operation as `carrier` (20 bytes) would send it.

    A node that can run a block on paper (`eth_simulateV1`) is asked for the operation's own outcome; on another,
    validation and the batch are called one after the other.

    Raises:
        ChainError: the node does not say.
    """
    sent = {
        "from": _hex(carrier),
        "to": _hex(at.address),
        "data": _hex(handle_ops([operation], carrier, at.version)),
        "gas": hex(carrying(operation)),
    }
    try:
        return _simulated(rpc, sent, operation, guard)
    except Refused as refused:
        if refused.code not in _NO_SUCH_METHOD:
            return _refusal(refused, guard)
    return _called(rpc, at, operation, sent, guard)


def _simulated(
    rpc: Rpc, sent: dict[str, str], operation: UserOperation, guard: GuardWords | None
) -> Preflight:
    """Validation and batch in one run, the outcome read from the EntryPoint's events as after a real one."""
    told = listed(rpc, _METHOD, {"blockStateCalls": [{"calls": [sent]}]}, "latest")
    try:
        result: dict[str, Any] = told[0]["calls"][0]
        if result["status"] != "0x1":
            return _reverted(_returned(rpc, result), guard)
        (end,) = landed(rpc, [_placed(log) for log in result["logs"] if log["address"].lower() == sent["to"]])
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise odd(rpc, _METHOD, "a simulated block") from None
    if end.success:
        return SETTLES
    return Preflight(
        False, explained(end.reason, guard) if end.reason else _within(rpc, sent, operation, guard)
    )


def _within(rpc: Rpc, sent: dict[str, str], operation: UserOperation, guard: GuardWords | None) -> str:
    """Why, where the account passes nothing on of what its calls returned."""
    failed = failed_call(rpc, sent, operation.sender)
    if failed is None:
        return explained(b"")
    return f"call {failed.place} of the batch: {explained(failed.returned, guard)}"


def _returned(rpc: Rpc, result: dict[str, Any]) -> bytes:
    error = result.get("error") or {}
    return as_bytes(rpc, _METHOD, error.get("data") or result.get("returnData") or "0x")


def _placed(log: dict[str, Any]) -> dict[str, Any]:
    """A simulated log may lack the block it is not in."""
    return {"blockNumber": "0x0", "blockHash": "", "transactionHash": "", **log} | (
        {"blockNumber": "0x0"} if log.get("blockNumber") is None else {}
    )


def _called(
    rpc: Rpc, at: EntryPoint, operation: UserOperation, sent: dict[str, str], guard: GuardWords | None
) -> Preflight:
    inner = {"from": _hex(at.address), "to": _hex(operation.sender), "data": _hex(operation.call_data)}
    inner["gas"] = hex(operation.call_gas_limit)
    # The account may only come to be with this operation, so that its batch cannot be called alone.
    for call in [sent] if operation.factory_data else [sent, inner]:
        try:
            rpc.call("eth_call", call, "latest")
        except Refused as refused:
            if call is inner and refused.data == "0x":
                return Preflight(False, _within(rpc, inner, operation, guard))
            return _refusal(refused, guard)
    return SETTLES


def _refusal(refused: Refused, guard: GuardWords | None) -> Preflight:
    if refused.data.startswith("0x") and len(refused.data) > 2:
        return _reverted(bytes.fromhex(refused.data[2:]), guard)
    return Preflight(False, validation(refused.reason), is_nonce_code(refused.reason))


def _reverted(returned: bytes, guard: GuardWords | None) -> Preflight:
    return Preflight(False, explained(returned, guard), is_nonce_refusal(returned))


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
