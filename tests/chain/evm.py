"""An EVM in this process, and contracts compiled for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from eth_abi import decode, encode
from eth_utils import keccak

pyrevm = pytest.importorskip(
    "pyrevm", reason="no EVM in this process: pyrevm (the extra `chain`) is not installed"
)
pytest.importorskip("vyper", reason="no compiler of contracts: vyper (the extra `chain`) is not installed")

from stratc.compiler.backends.userop.contract import CONTRACTS, compile_contract  # noqa: E402

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


@cache
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


class Evm(Chain):
    """A chain in this process.

    `gas_used` is right for the first transaction only: what one has touched is warm for the next.
    """

    def __init__(self) -> None:
        self.evm = pyrevm.EVM(spec_id="CANCUN")
        self.at(1, 1_800_000_000)
        self.evm.set_balance(ANYBODY, 10**30)

    def at(self, block: int, time: int) -> None:
        """Go to a block."""
        self.block, self.time = block, time
        self.evm.set_block_env(pyrevm.BlockEnv(number=block, timestamp=time, basefee=0, gas_limit=10**9))

    def create(self, code: bytes) -> str:
        """Deploy."""
        try:
            return str(self.evm.deploy(ANYBODY, code))
        except RuntimeError as wrong:
            raise Reverted(_revert_data(wrong)) from wrong

    def send(self, by: str, to: str, data: bytes) -> bytes:
        """One transaction: what it changed stays, what was transient goes."""
        self.evm.set_tx_env(pyrevm.TxEnv(caller=by, gas_price=self.gas_price))
        before = self.evm.snapshot()
        try:
            answer = bytes(self.evm.message_call(by, to, calldata=data, gas_price=self.gas_price))
        except RuntimeError as wrong:
            self.evm.revert(before)
            raise Reverted(_revert_data(wrong)) from wrong
        finally:
            self.evm.reset_transient_storage()
        self.evm.commit()
        return answer

    @property
    def gas_used(self) -> int:
        """Gas of the last transaction."""
        return int(self.evm.result.gas_used)


def _revert_data(wrong: RuntimeError) -> bytes:
    told = str(wrong)
    assert "output: 0x" in told, told
    return bytes.fromhex(told.partition("output: 0x")[2].split()[0].rstrip(",)}"))
