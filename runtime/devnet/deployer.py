"""Sends transactions through the accounts the local node holds, and says why one reverted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.address import to_checksum_address

from stratc.runtime.chain.contract import Contract, types
from stratc.runtime.chain.errors import Refused
from stratc.runtime.chain.receipts import receipt_of
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.creation import DETERMINISTIC, address_of
from stratc.runtime.devnet.artifacts import Artifact
from stratc.runtime.devnet.people import DEPLOYER
from stratc.runtime.devnet.problems import DevnetError

GAS = 15_000_000


class Deployer:
    """One sender on a local node; every call returns when its transaction is in a block."""

    def __init__(self, rpc: Rpc, sender: str = DEPLOYER.address) -> None:
        """`sender` must be an account the node can sign for."""
        self.rpc = rpc
        self.sender = sender

    def create(
        self, artifact: Artifact, *arguments: Any, libraries: Mapping[str, str] | None = None
    ) -> Contract:
        """Deploy a contract with its constructor's arguments."""
        receipt = self.transact(None, "0x" + code_of(artifact, arguments, libraries or {}), artifact.name)
        return Contract(to_checksum_address(receipt["contractAddress"]), artifact.abi)

    def create2(self, artifact: Artifact, salt: bytes, *arguments: Any) -> Contract:
        """Deploy a contract where its code and the salt put it; nothing happens where it already is."""
        code = bytes.fromhex(code_of(artifact, arguments, {}))
        address = address_of(salt, code)
        if self.rpc.call("eth_getCode", address, "latest") == "0x":
            self.transact(DETERMINISTIC, "0x" + (salt + code).hex(), artifact.name)
        return Contract(address, artifact.abi)

    def send(self, contract: Contract, function: str, *arguments: Any, value: int = 0) -> dict[str, Any]:
        """Call a function in a transaction; the receipt."""
        return self.transact(contract.address, contract.data(function, *arguments), function, value)

    def transact(self, to: str | None, data: str, what: str, value: int = 0) -> dict[str, Any]:
        """Any transaction; `what` names it in the error.

        Raises:
            DevnetError: it reverted.
        """
        request = {"from": self.sender, "data": data, "value": hex(value), "gas": hex(GAS)}
        if to is not None:
            request["to"] = to
        receipt = receipt_of(self.rpc, self.rpc.call("eth_sendTransaction", request))
        if receipt["status"] != "0x1":
            raise DevnetError(f"{what} was reverted on the local chain: {self._reason(request)}")
        return receipt

    def _reason(self, request: dict[str, str]) -> str:
        try:
            self.rpc.call("eth_call", request, "latest")
        except Refused as refused:
            return revert_reason(refused)
        return "it no longer is"


def code_of(artifact: Artifact, arguments: tuple[Any, ...], libraries: Mapping[str, str]) -> str:
    """The code that creates the contract: its own, libraries filled in, arguments behind."""
    inputs = next((entry["inputs"] for entry in artifact.abi if entry["type"] == "constructor"), ())
    return artifact.linked(libraries) + encode(types(inputs), arguments).hex()


def revert_reason(refused: Refused) -> str:
    """The text of a revert, else its data, else what the node said."""
    if refused.data.startswith("0x08c379a0"):
        return str(decode(["string"], bytes.fromhex(refused.data[10:]))[0])
    return f"{refused.reason} {refused.data}".strip()
