"""Addresses: 20 bytes inside, checksummed text (EIP-55) outside."""

from __future__ import annotations

import re

from stratc.runtime.keccak import keccak256

_SHAPE = re.compile(r"0x[0-9a-fA-F]{40}")
LENGTH = 20
"""Bytes in an address."""


class AddressError(ValueError):
    """Text that is not an address to be trusted; the message says why and what to do."""


def checksummed(address: bytes) -> str:
    """An address as text, its checksum in the case of its letters."""
    if len(address) != LENGTH:
        raise AddressError(f"an address has 20 bytes, and this has {len(address)}")
    digits = address.hex()
    hashed = keccak256(digits.encode()).hex()
    return "0x" + "".join(d.upper() if h >= "8" else d for d, h in zip(digits, hashed, strict=False))


def parsed(text: str) -> bytes:
    """The 20 bytes of a checksummed address.

    Raises:
        AddressError: not an address, no checksum, a wrong one, or the zero address.
    """
    if not _SHAPE.fullmatch(text):
        raise AddressError(f"{_short(text)} is not an address; write 0x and 40 hexadecimal digits")
    address = bytes.fromhex(text[2:])
    if not any(address):
        raise AddressError("the zero address belongs to nobody; write the contract's own address")
    right = checksummed(address)
    if text != right:
        raise AddressError(_unsure(text, right))
    return address


def _unsure(text: str, right: str) -> str:
    digits = text[2:]
    if digits in (digits.lower(), digits.upper()):
        return f"{text} has no checksum; compare it with its source, then write {right}"
    return f"{text} fails its checksum: a character is wrong, or its case; copy the address again"


def _short(text: str) -> str:
    if not text:
        return "an empty text"
    return repr(text if len(text) <= 50 else text[:47] + "...") + f" ({len(text)} characters)"
