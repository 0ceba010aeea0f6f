"""Who signs: a port that a key in this process or a remote signer fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, Protocol

from stratc.runtime.addresses import checksummed
from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.keccak import keccak256

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_KEY_BYTES, _DIGEST_BYTES = 32, 32
_Sign = Callable[[bytes], bytes]


class SignerError(ValueError):
    """A key or a digest that cannot be used; the message never holds the key."""


class Signer(Protocol):
    """Signs 32-byte digests as one address."""

    @property
    def address(self) -> bytes:
        """The 20 bytes that signatures recover to."""

    def sign(self, digest: bytes) -> bytes:
        """r, s (low) and v (27 or 28): 65 bytes."""


class LocalSigner:
    """A key in this process. Only its address can be seen from outside."""

    __slots__ = ("_sign", "address")

    def __init__(self, key: Secret) -> None:
        """Take a private key of 32 bytes.

        Raises:
            SignerError: it is no key of secp256k1.
        """
        self.address = b""
        if not _is_key(key):
            raise SignerError(
                "this is no private key: 32 bytes are needed, as a number above 0 and below the curve's order"
            )
        public, self._sign = _loaded(key)
        self.address = keccak256(public)[12:]

    def sign(self, digest: bytes) -> bytes:
        """r, s (low) and v (27 or 28): 65 bytes. The same digest gives the same signature (RFC 6979).

        Raises:
            SignerError: the digest has not 32 bytes.
        """
        if len(digest) != _DIGEST_BYTES:
            raise SignerError(f"a digest has 32 bytes, and this has {len(digest)}; hash the message first")
        signed = self._sign(bytes(digest))
        return signed[:64] + bytes((signed[64] + 27,))

    def __repr__(self) -> str:
        return f"LocalSigner({checksummed(self.address) if self.address else 'no key'})"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a signer cannot be pickled or copied: its key stays in this process")


def _is_key(key: Secret) -> bool:
    return len(key.reveal()) == _KEY_BYTES and 0 < int.from_bytes(key.reveal(), "big") < _ORDER


def _loaded(key: Secret) -> tuple[bytes, _Sign]:
    """The public key (64 bytes), and what signs with v of 0 or 1."""
    try:
        import coincurve  # noqa: PLC0415 - an extra; without it signing is sixty times slower
    except ImportError:
        return _portable(key)
    native = coincurve.PrivateKey(key.reveal())
    public = native.public_key.format(compressed=False)[1:]
    return public, lambda digest: native.sign_recoverable(digest, hasher=None)


def _portable(key: Secret) -> tuple[bytes, _Sign]:
    """Makes the library's key anew each time: its repr is the key itself, so it must not stay in a variable."""
    from eth_keys.datatypes import PrivateKey  # noqa: PLC0415 - half a second to import

    public = PrivateKey(key.reveal()).public_key.to_bytes()
    return public, lambda digest: PrivateKey(key.reveal()).sign_msg_hash(digest).to_bytes()
