"""Keccak-256, from the fastest library that is installed."""

from __future__ import annotations

try:
    from sha3 import keccak_256 as _native
except ImportError:
    _native = None


def _portable(data: bytes) -> bytes:
    from Crypto.Hash import keccak  # noqa: PLC0415 - six times slower to run and to import

    return keccak.new(data=data, digest_bits=256).digest()


def _fast(data: bytes) -> bytes:
    return bytes(_native(data).digest())


keccak256 = _portable if _native is None else _fast
"""The 32-byte Keccak-256 hash of some bytes."""


def selector(signature: str) -> bytes:
    """The four bytes a call to a function starts with (`transfer(address,uint256)`)."""
    return keccak256(signature.encode())[:4]
