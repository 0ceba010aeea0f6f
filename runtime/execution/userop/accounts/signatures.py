"""What owners sign: a hash as it is, or as a personal message (EIP-191)."""

from __future__ import annotations

from stratc.runtime.keccak import keccak256

PLACEHOLDER = bytes.fromhex("ff" * 15 + "f0" + "00" * 16 + "7" + "a" * 63 + "1c")
"""65 bytes that recover to some address, for estimates: as dear to check as a real signature."""

_PERSONAL = b"\x19Ethereum Signed Message:\n32"


def personal(digest: bytes) -> bytes:
    """The 32 bytes signed for a 32-byte message by `personal_sign` (EIP-191, version 0x45)."""
    return keccak256(_PERSONAL + digest)
