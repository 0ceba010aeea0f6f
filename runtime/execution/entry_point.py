"""What the EntryPoint says: the next nonce of a lane, and which operations of an account have landed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from stratc.runtime.chain.reads import as_bytes, data, listed, odd, quantity
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.execution.userop.abi import WORD, address_word, word
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.keccak import keccak256, selector

LONGEST_RANGE = 2_000
"""Blocks asked for at once; nodes refuse longer ranges."""

_GET_NONCE = selector("getNonce(address,uint192)")
_ENDED = "0x" + keccak256(b"UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)").hex()
_REVERTED = "0x" + keccak256(b"UserOperationRevertReason(bytes32,address,uint256,bytes)").hex()
_METHOD = "eth_getLogs"


@dataclass(frozen=True, slots=True)
class Landing:
    """An operation in a block; `success` is false when its batch was reverted, whatever its transaction's status."""

    hash: str
    nonce: int
    success: bool
    cost: int
    """Wei that the account paid."""
    block: int
    block_hash: str
    transaction: str
    reason: bytes = b""
    """What a reverted batch returned."""


def next_nonce(rpc: Rpc, at: EntryPoint, sender: bytes, key: int, block: str = "latest") -> int:
    """The nonce (key and sequence) that the account's next operation of this key must have.

    Raises:
        ChainError: the node does not say.
    """
    call = {"to": _hex(at.address), "data": _hex(_GET_NONCE + address_word(sender) + word(key))}
    told = data(rpc, "eth_call", call, block)
    if len(told) != WORD:
        raise odd(rpc, "eth_call", "a nonce")
    return int.from_bytes(told, "big")


def landings(rpc: Rpc, at: EntryPoint, sender: bytes, first: int, last: int) -> dict[int, Landing]:
    """The account's operations that blocks `first` to `last` hold, by nonce: a nonce is used once.

    Raises:
        ChainError: the node does not say.
    """
    found: dict[int, Landing] = {}
    for start in range(first, last + 1, LONGEST_RANGE):
        end = min(start + LONGEST_RANGE - 1, last)
        for landing in _in_range(rpc, at, sender, start, end):
            found[landing.nonce] = landing
    return found


def _in_range(rpc: Rpc, at: EntryPoint, sender: bytes, first: int, last: int) -> Iterator[Landing]:
    wanted = {
        "address": _hex(at.address),
        "topics": [[_ENDED, _REVERTED], None, _hex(address_word(sender))],
        "fromBlock": hex(first),
        "toBlock": hex(last),
    }
    logs = [log for log in listed(rpc, _METHOD, wanted) if not log.get("removed")]
    try:
        yield from landed(rpc, logs)
    except (KeyError, IndexError, TypeError, AttributeError):
        raise odd(rpc, _METHOD, "a list of logs") from None


def landed(rpc: Rpc, logs: list[dict[str, Any]]) -> list[Landing]:
    """The operations that logs of an EntryPoint tell of, with their reasons where they reverted."""
    reasons = {log["topics"][1]: _reason(rpc, log) for log in logs if log["topics"][0] == _REVERTED}
    ends = (_landing(rpc, log) for log in logs if log["topics"][0] == _ENDED)
    return [replace(end, reason=reasons.get(end.hash, b"")) for end in ends]


def _landing(rpc: Rpc, log: Mapping[str, Any]) -> Landing:
    told = as_bytes(rpc, _METHOD, log["data"])
    nonce, success, cost = (int.from_bytes(told[i * WORD : (i + 1) * WORD], "big") for i in range(3))
    return Landing(
        log["topics"][1],
        nonce,
        success == 1,
        cost,
        quantity(rpc, _METHOD, log["blockNumber"]),
        str(log["blockHash"]),
        str(log["transactionHash"]),
    )


def _reason(rpc: Rpc, log: Mapping[str, Any]) -> bytes:
    told = as_bytes(rpc, _METHOD, log["data"])
    start = 3 * WORD
    return told[start : start + int.from_bytes(told[2 * WORD : start], "big")]


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
