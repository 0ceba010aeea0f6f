"""The EntryPoint contracts there are, and where they live on every chain."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from stratc.runtime.addresses import parsed

Version = Literal["0.6", "0.7", "0.8", "0.9"]
"""The versions of EntryPoint whose operations can be hashed."""

VERSIONS: tuple[Version, ...] = get_args(Version)


class EntryPoint(NamedTuple):
    """One EntryPoint on one chain: its address (20 bytes), its version, the chain's id."""

    address: bytes
    version: Version
    chain_id: int


CANONICAL: dict[Version, str] = {
    "0.6": "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789",
    "0.7": "0x0000000071727De22E5E9d8BAf0edAc6f37da032",
    "0.8": "0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108",
    "0.9": "0x433709009B8330FDa32311DF1C2AFA402eD8D009",
}
"""Where the deterministic deployer puts each version."""

_VERSION_AT: dict[bytes, Version] = {parsed(address): version for version, address in CANONICAL.items()}


def version_at(address: bytes) -> Version | None:
    """The version of a canonical EntryPoint, None at any other address."""
    return _VERSION_AT.get(address)
