"""The EntryPoints of ERC-4337, at the addresses they have on every chain."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.chain.contract import Contract
from stratc.runtime.devnet.artifacts import artifact
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.packages import ACCOUNT_ABSTRACTION_07, ACCOUNT_ABSTRACTION_08, Package
from stratc.runtime.devnet.problems import DevnetError


class EntryPoints(NamedTuple):
    """One contract a version."""

    v07: Contract
    v08: Contract


ADDRESSES = EntryPoints(
    Contract("0x0000000071727De22E5E9d8BAf0edAc6f37da032", ()),
    Contract("0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108", ()),
)
_SALTS = (
    "90d8084deab30c2a37c45e8d47f49f2f7965183cb6990a98943ef94940681de3",
    "0a59dbff790c23c976a548690c27297883cc66b4c67024f9117b0238995e35e9",
)


def deploy(deployer: Deployer) -> EntryPoints:
    """Both, or an error when one lands elsewhere than it must."""
    return EntryPoints(
        _one(deployer, ACCOUNT_ABSTRACTION_07, _SALTS[0], ADDRESSES.v07.address),
        _one(deployer, ACCOUNT_ABSTRACTION_08, _SALTS[1], ADDRESSES.v08.address),
    )


def _one(deployer: Deployer, package: Package, salt: str, expected: str) -> Contract:
    made = deployer.create2(artifact(package, "EntryPoint"), bytes.fromhex(salt))
    if made.address != expected:
        raise DevnetError(f"the EntryPoint of {package.version} landed on {made.address}, not {expected}")
    return made
