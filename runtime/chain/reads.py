"""Answers of a node, held to the shape they must have: what cannot be read was not answered."""

from __future__ import annotations

from typing import Any

from stratc.runtime.chain.errors import Unreachable
from stratc.runtime.chain.rpc import Rpc


def number(rpc: Rpc, method: str, *params: Any) -> int:
    """A quantity.

    Raises:
        ChainError: no answer, or one that is no quantity.
    """
    return quantity(rpc, method, rpc.call(method, *params))


def quantity(rpc: Rpc, method: str, told: object) -> int:
    """A number in the form `0x1b4`; `method` and the node are for the error.

    Raises:
        Unreachable: it is none.
    """
    try:
        if isinstance(told, str) and told.startswith("0x"):
            return int(told, 16)
    except ValueError:
        pass
    raise odd(rpc, method, "a number")


def data(rpc: Rpc, method: str, *params: Any) -> bytes:
    """Bytes.

    Raises:
        ChainError: no answer, or one that is no bytes.
    """
    return as_bytes(rpc, method, rpc.call(method, *params))


def as_bytes(rpc: Rpc, method: str, told: object) -> bytes:
    """Bytes in the form `0x00ff`.

    Raises:
        Unreachable: they are none.
    """
    try:
        if isinstance(told, str) and told.startswith("0x"):
            return bytes.fromhex(told[2:])
    except ValueError:
        pass
    raise odd(rpc, method, "bytes")


def listed(rpc: Rpc, method: str, *params: Any) -> list[dict[str, Any]]:
    """A list of objects.

    Raises:
        ChainError: no answer, or one that is no such list.
    """
    told = rpc.call(method, *params)
    if not isinstance(told, list) or not all(isinstance(item, dict) for item in told):
        raise odd(rpc, method, "a list")
    return told


def record(rpc: Rpc, method: str, *params: Any) -> dict[str, Any]:
    """An object.

    Raises:
        ChainError: no answer, or one that is no object (null among them).
    """
    told = rpc.call(method, *params)
    if not isinstance(told, dict):
        raise odd(rpc, method, "an object")
    return told


def odd(rpc: Rpc, method: str, wanted: str) -> Unreachable:
    """The error for an answer of another shape than it must have."""
    return Unreachable(
        f"{rpc.host} answered {method} with something that is not {wanted}", "ask again, or another node"
    )
