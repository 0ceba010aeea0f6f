"""Encrypted keystores as wallets write them (version 3, scrypt or PBKDF2), opened into a signer."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.execution.userop.signer import LocalSigner, SignerError

_MEMORY = 1 << 30
_ROUNDS = 10_000_000
_SCRYPT_N = 1 << 18
_SCRYPT_NS = [1 << bits for bits in range(1, 21)]
_VERSION = 3


class KeystoreError(Exception):
    """A keystore that cannot be opened: which file, why, what to do. It never holds key or password."""

    def __init__(self, path: Path, cause: str, fix: str) -> None:
        """`cause` and `fix` are clauses without a full stop."""
        super().__init__(f"keystore {path}: {cause}; {fix}")
        self.path = path
        self.cause = cause
        self.fix = fix


def unlock(path: Path, password: Secret) -> LocalSigner:
    """The signer of a keystore.

    Raises:
        KeystoreError: the file is missing, broken or no keystore, or the password is wrong.
    """
    told = _read(path)
    _bearable(path, told)
    key = _decrypted(told, password)
    if isinstance(key, str):
        raise KeystoreError(path, *_REASONS[key])
    try:
        signer = LocalSigner(key)
    except SignerError:
        signer = None
    if signer is None:
        raise KeystoreError(path, "what it holds is no private key", "export the key from the wallet again")
    _same_address(path, told, signer)
    return signer


def create(path: Path, key: Secret, password: Secret, scrypt_n: int = _SCRYPT_N) -> LocalSigner:
    """Write a new keystore that only its owner may read; `scrypt_n` is what opening it costs.

    Raises:
        KeystoreError: the file is there already or cannot be written.
        SignerError: the key is none.
    """
    signer = LocalSigner(key)
    made = _encrypted(key, password, scrypt_n)
    if made is None:
        fix = "take a power of two from 2 to 2^20"
        raise KeystoreError(path, f"it cannot be encrypted with scrypt at n = {scrypt_n}", fix)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(made, file, indent=2)
            file.write("\n")
    except FileExistsError:
        raise KeystoreError(
            path, "there is a file of this name", "name another, keystores are kept"
        ) from None
    except OSError as error:
        raise KeystoreError(
            path, f"it cannot be written ({error.strerror})", "check the path and rights"
        ) from None
    return signer


def _encrypted(key: Secret, password: Secret, scrypt_n: int) -> dict[str, object] | None:
    """The keystore, or None: nothing of a failed attempt survives in an exception's frames."""
    from eth_keyfile.keyfile import create_keyfile_json  # noqa: PLC0415 - a second to import

    if scrypt_n not in _SCRYPT_NS:
        return None
    try:
        return dict(create_keyfile_json(key.reveal(), password.reveal(), iterations=scrypt_n))
    except (ValueError, TypeError, OverflowError, MemoryError):
        return None


_NO_KEYSTORE = ("this is no keystore of version 3", "export one from the wallet as an encrypted JSON file")
_REASONS = {
    "wrong": ("the password does not open it", "give the password it was made with"),
    "broken": ("it is damaged or of a kind that is not known", _NO_KEYSTORE[1]),
}


def _read(path: Path) -> dict[str, object]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KeystoreError(
            path, f"it cannot be read ({error.strerror})", "check the path and rights"
        ) from None
    except (ValueError, RecursionError):
        told = None  # the text of a broken file stays out of the error: it may be a bare key
    if not isinstance(told, dict):
        raise KeystoreError(path, *_NO_KEYSTORE)
    told = {str(key).lower(): value for key, value in told.items()}
    if told.get("version") != _VERSION or not isinstance(told.get("crypto"), dict):
        raise KeystoreError(path, *_NO_KEYSTORE)
    return told


def _bearable(path: Path, told: Mapping[str, object]) -> None:
    """Refuse a derivation that would take the machine's memory, or hours."""
    crypto = told["crypto"]
    assert isinstance(crypto, dict)
    settings = crypto.get("kdfparams")
    if not isinstance(settings, dict):
        raise KeystoreError(path, *_REASONS["broken"])
    n, r, p, rounds = (_number(settings.get(name, 1)) for name in ("n", "r", "p", "c"))
    if min(n, r, p, rounds) < 1:
        raise KeystoreError(path, *_REASONS["broken"])
    if 128 * n * r > _MEMORY or rounds * p > _ROUNDS or n * r * p > 8 * _ROUNDS:
        raise KeystoreError(
            path,
            f"opening it would take {128 * n * r >> 20:,} MiB and {rounds * p:,} rounds",
            f"make one that takes at most {_MEMORY >> 20:,} MiB and {_ROUNDS:,} rounds",
        )


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _decrypted(told: Mapping[str, object], password: Secret) -> Secret | str:
    """The key, or which of `_REASONS` it is: nothing of the attempt survives in an exception's frames."""
    from eth_keyfile.keyfile import decode_keyfile_json  # noqa: PLC0415 - a second to import

    try:
        return Secret(bytes(decode_keyfile_json(dict(told), password.reveal())))
    except ValueError as error:
        return "wrong" if "MAC mismatch" in str(error) else "broken"
    except (KeyError, TypeError, AttributeError, NotImplementedError, OverflowError, MemoryError):
        return "broken"


def _same_address(path: Path, told: Mapping[str, object], signer: LocalSigner) -> None:
    written = told.get("address")
    if written is None:
        return
    named = str(written).lower().removeprefix("0x")
    if named != signer.address.hex():
        raise KeystoreError(
            path,
            f"it says it is for 0x{named[:40]}, and its key is that of 0x{signer.address.hex()}",
            "find out which of the two is meant before anything is signed with it",
        )
