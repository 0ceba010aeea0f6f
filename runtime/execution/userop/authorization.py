"""EIP-7702 authorizations: an ordinary key lets its address run a contract's code."""

from __future__ import annotations

from stratc.runtime.addresses import checksummed
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.signer import Signer
from stratc.runtime.keccak import keccak256

_MAGIC = b"\x05"
_SHORT = 56


def authorization_digest(chain_id: int, delegate: bytes, nonce: int) -> bytes:
    """The 32 bytes signed; `nonce` is the key's own transaction count, `delegate` the code's address.

    Raises:
        OperationError: a negative number, or a delegate that is no address.
    """
    if len(delegate) != 20:
        raise OperationError(f"delegate has {len(delegate)} bytes; an address has 20")
    body = _rlp(_minimal("chain_id", chain_id)) + _rlp(delegate) + _rlp(_minimal("nonce", nonce))
    return keccak256(_MAGIC + bytes((0xC0 + len(body),)) + body)


def authorized(signer: Signer, chain_id: int, delegate: bytes, nonce: int) -> dict[str, object]:
    """A signed authorization as JSON-RPC takes it."""
    signature = signer.sign(authorization_digest(chain_id, delegate, nonce))
    return {
        "chainId": hex(chain_id),
        "address": checksummed(delegate),
        "nonce": hex(nonce),
        "yParity": hex(signature[64] - 27),
        "r": hex(int.from_bytes(signature[:32], "big")),
        "s": hex(int.from_bytes(signature[32:64], "big")),
    }


def _minimal(name: str, value: int) -> bytes:
    if not 0 <= value < 1 << 64:
        raise OperationError(f"{name} is {value}; it must lie in 0 .. 2^64 - 1")
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _rlp(data: bytes) -> bytes:
    """RLP of a string shorter than 56 bytes."""
    assert len(data) < _SHORT
    return data if len(data) == 1 and data[0] < 0x80 else bytes((0x80 + len(data),)) + data
