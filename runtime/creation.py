"""A contract that is not there yet: what deploys it, and the address that it will have."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from stratc.runtime.addresses import checksummed
from stratc.runtime.keccak import keccak256

DETERMINISTIC = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
"""The deployer whose addresses depend on code and salt alone; almost every chain has it."""
SALT = bytes(32)
_ON_ONE_LINE = re.compile(r"(?<=\s)\{[^{}\[\]]*\}")


class Said(NamedTuple):
    """An argument of the constructor, and what it means."""

    name: str
    value: str | int
    means: str


class Creation(NamedTuple):
    """A contract's creation code with its arguments, and those in words."""

    contract: str
    code: bytes
    arguments: tuple[Said, ...]

    @property
    def address(self) -> str:
        """Where the deterministic deployer puts it."""
        return address_of(SALT, self.code)

    @property
    def data(self) -> str:
        """What to send to the deterministic deployer, as hex."""
        return "0x" + (SALT + self.code).hex()


def address_of(salt: bytes, code: bytes) -> str:
    """Where the deterministic deployer puts this code (EIP-1014)."""
    return checksummed(keccak256(b"\xff" + bytes.fromhex(DETERMINISTIC[2:]) + salt + keccak256(code))[12:])


def to_text(creation: Creation, chain_id: int, **about: Any) -> str:
    """The transaction that deploys a contract, as JSON; `about` says what it is for."""
    told = {
        "contract": creation.contract,
        **about,
        "chain_id": chain_id,
        "address": creation.address,
        "arguments": [said._asdict() for said in creation.arguments],
        "to": DETERMINISTIC,
        "data": creation.data,
    }
    text = json.dumps(told, indent=2, ensure_ascii=False)
    return _ON_ONE_LINE.sub(lambda found: re.sub(r"\s*\n\s*", " ", found[0]), text) + "\n"
