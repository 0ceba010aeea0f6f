"""Why a batch was reverted where its account does not say (a Safe's MultiSend): the call that failed, from a trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from stratc.runtime.chain.errors import ChainError
from stratc.runtime.chain.rpc import Rpc

_METHOD, _TRACER = "debug_traceCall", {"tracer": "callTracer"}


class Failed(NamedTuple):
    """The call of a batch that failed: its place from 1, and what it returned."""

    place: int
    returned: bytes


def failed_call(rpc: Rpc, sent: dict[str, str], account: bytes) -> Failed | None:
    """The innermost call of the account's (20 bytes) that is reverted in a transaction on paper.

    None where the node traces nothing, or shows no such call: the reason is then as little known as before.
    """
    try:
        told = rpc.call(_METHOD, sent, "latest", _TRACER)
        *_, last = _reverted(told, "0x" + account.hex())
    except (ChainError, KeyError, TypeError, ValueError, AttributeError):
        return None
    return last


def _reverted(root: dict[str, Any], account: str) -> Iterator[Failed]:
    """Calls of an account that are reverted with something to say, outer before inner."""
    frames = [(root, 1)]
    while frames:
        frame, place = frames.pop()
        returned = bytes.fromhex(frame.get("output", "0x")[2:])
        if frame["type"] == "CALL" and frame["from"].lower() == account and "error" in frame and returned:
            yield Failed(place, returned)
        frames += [(inner, at) for at, inner in reversed(list(enumerate(frame.get("calls", []), 1)))]
