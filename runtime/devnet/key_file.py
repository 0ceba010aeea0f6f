"""The keystore of a local chain's account owner: a key that all the world knows, in the form that wallets write."""

from __future__ import annotations

import json
from pathlib import Path

from stratc.runtime.devnet.people import BUNDLER, DELEGATING, TRADER, Person
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.execution.userop.keystore import KeystoreError, create
from stratc.runtime.execution.userop.secret import Secret

PASSWORD = "devnet"
SCRYPT_N = 1 << 12
"""Cheap to open: there is nothing to protect."""


def owner_of(kind: str) -> Person:
    """Who signs for the account of a kind."""
    return DELEGATING if kind == "simple_7702" else TRADER


def have_keystore(path: Path, kind: str) -> None:
    """Write the keystore of the owner of an account of a kind, unless it is there.

    Raises:
        DevnetError: another key's is there, or it cannot be written.
    """
    _have(path, owner_of(kind))


def have_executor(path: Path) -> None:
    """Write the keystore of a funded key that carries operations for others, unless it is there.

    Raises:
        DevnetError: another key's is there, or it cannot be written.
    """
    _have(path, BUNDLER)


def _have(path: Path, owner: Person) -> None:
    try:
        if path.exists():
            _same(path, owner)
            return
        create(path, Secret(bytes.fromhex(owner.key[2:])), Secret(PASSWORD.encode()), SCRYPT_N)
    except KeystoreError as error:
        raise DevnetError(f"{path}: {error.cause}", error.fix) from None


def _same(path: Path, owner: Person) -> None:
    try:
        found = str(json.loads(path.read_text(encoding="utf-8"))["address"]).removeprefix("0x").lower()
    except (OSError, ValueError, KeyError, TypeError):
        found = ""
    if found != owner.address[2:].lower():
        raise DevnetError(
            f"{path} is there and is not the keystore of {owner.address}", "name another file with -o"
        )
