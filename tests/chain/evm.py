"""Chains that tests send transactions to, and contracts compiled for them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from eth_abi import decode, encode
from eth_utils import keccak

pytest.importorskip("vyper", reason="no compiler of contracts: vyper (the extra `chain`) is not installed")

from stratc.compiler.backends.userop.contract import CONTRACTS, compile_contract

HERE = Path(__file__).parent / "contracts"
ANYBODY = "0x00000000000000000000000000000000000000aB"
GWEI = 10**9


class Reverted(Exception):
    """What a call that was refused returned."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data.hex())
        self.data = data

    @property
    def refusal(self) -> tuple[int, int, int]:
        """The guard's check, value and bound."""
        assert self.data[:4] == keccak(text="Refused(uint256,int256,int256)")[:4], self.data
        check, value, bound = decode(["uint256", "int256", "int256"], self.data[4:])
        return check, value, bound


def compiled(name: str) -> Any:
    """A contract of the product's, or one of the tests'."""
    path = CONTRACTS / f"{name}.vy"
    return compile_contract(path if path.exists() else HERE / f"{name}.vy")


def _kind(field: dict[str, Any]) -> str:
    if not field["type"].startswith("tuple"):
        return str(field["type"])
    inner = ",".join(_kind(part) for part in field["components"])
    return f"({inner}){field['type'].removeprefix('tuple')}"


class Contract:
    """A deployed contract: its methods encode, send a transaction, and decode."""

    def __init__(self, evm: Chain, at: str, abi: list[dict[str, Any]]) -> None:
        self.evm, self.at = evm, at
        self.methods = {one["name"]: one for one in abi if one["type"] == "function"}

    def data(self, method: str, *values: Any) -> bytes:
        """The call's bytes."""
        kinds = [_kind(field) for field in self.methods[method]["inputs"]]
        return bytes(keccak(text=f"{method}({','.join(kinds)})")[:4]) + encode(kinds, values)

    def __call__(self, method: str, *values: Any, by: str = ANYBODY) -> Any:
        """Call as a transaction of its own."""
        answer = self.evm.send(by, self.at, self.data(method, *values))
        found = decode([_kind(field) for field in self.methods[method]["outputs"]], answer)
        return found[0] if len(found) == 1 else found


class Chain(ABC):
    """Where contracts are deployed and transactions sent; its clock stands where it is put."""

    block: int
    time: int
    gas_price = 0

    @abstractmethod
    def at(self, block: int, time: int) -> None:
        """Go to a block."""

    @abstractmethod
    def create(self, code: bytes) -> str:
        """Deploy; the contract's address."""

    @abstractmethod
    def send(self, by: str, to: str, data: bytes) -> bytes:
        """One transaction, and what it returned."""

    @property
    @abstractmethod
    def gas_used(self) -> int:
        """Gas of the last transaction."""

    def deploy(self, name: str, *values: Any) -> Contract:
        """Compile and deploy."""
        made = compiled(name)
        inputs = next((one["inputs"] for one in made.abi if one["type"] == "constructor"), [])
        at = self.create(made.code + encode([_kind(field) for field in inputs], values))
        return Contract(self, at, made.abi)


def in_process() -> Chain:
    """An empty chain in this process: on pyrevm, which is fast, or on py-evm, which runs on every Python."""
    if find_spec("pyrevm") is not None:
        from tests.chain.evm_rust import RustEvm

        return RustEvm()
    if find_spec("eth") is not None:
        from tests.chain.evm_python import PythonEvm

        return PythonEvm()
    pytest.skip("no EVM in this process: neither pyrevm nor py-evm (the extra `chain`) is installed")
