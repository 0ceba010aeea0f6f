"""A contract by address and interface: calls encoded, answers decoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from stratc.runtime.chain.rpc import Rpc

Entry = Mapping[str, Any]
"""One item of a contract's interface, as compilers write it."""


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """Where a contract is and what can be asked of it."""

    address: str
    abi: tuple[Entry, ...]

    def data(self, function: str, *arguments: Any) -> str:
        """The call as hex; name an overloaded function with its types, `f(uint256)`."""
        entry = self._entry(function, len(arguments))
        return "0x" + (selector(signature(entry)) + encode(types(entry["inputs"]), arguments)).hex()

    def call(self, rpc: Rpc, function: str, *arguments: Any, block: str = "latest") -> Any:
        """What the function answers now: one value, or a tuple of several.

        Raises:
            ChainError: the node cannot be asked, or the call reverts.
        """
        request = {"to": self.address, "data": self.data(function, *arguments)}
        raw = bytes.fromhex(rpc.call("eth_call", request, block)[2:])
        values = decode(types(self._entry(function, len(arguments))["outputs"]), raw)
        return values[0] if len(values) == 1 else values

    def events(self, receipt: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        """The contract's events of that name in a receipt, by argument name."""
        entry = next(e for e in self.abi if e["type"] == "event" and e["name"] == name)
        topic = "0x" + keccak(text=signature(entry)).hex()
        mine = self.address.lower()
        return [
            _event(entry, log)
            for log in receipt["logs"]
            if log["address"].lower() == mine and log["topics"][:1] == [topic]
        ]

    def _entry(self, function: str, arity: int) -> Entry:
        for entry in self.abi:
            if entry["type"] != "function" or len(entry["inputs"]) != arity:
                continue
            if function in (entry["name"], signature(entry)):
                return entry
        raise KeyError(f"no function {function} with {arity} arguments at {self.address}")


def selector(text: str) -> bytes:
    """The first four bytes of the hash of a signature."""
    return keccak(text=text)[:4]


def signature(entry: Entry) -> str:
    """`transfer(address,uint256)`."""
    return f"{entry['name']}({','.join(types(entry['inputs']))})"


def types(parameters: Sequence[Entry]) -> list[str]:
    """Their types, tuples written out."""
    return [_type(parameter) for parameter in parameters]


def _type(parameter: Entry) -> str:
    kind = str(parameter["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(types(parameter['components']))}){kind.removeprefix('tuple')}"


def _event(entry: Entry, log: Mapping[str, Any]) -> dict[str, Any]:
    indexed = [p for p in entry["inputs"] if p["indexed"]]
    plain = [p for p in entry["inputs"] if not p["indexed"]]
    values = dict(zip([p["name"] for p in plain], _decoded(plain, log["data"]), strict=True))
    for parameter, topic in zip(indexed, log["topics"][1:], strict=True):
        values[parameter["name"]] = _decoded([parameter], topic)[0]
    return values


def _decoded(parameters: Sequence[Entry], data: str) -> tuple[Any, ...]:
    return decode(types(parameters), bytes.fromhex(data[2:]))


def checksummed(address: str) -> str:
    """The address with its checksum in its letters' case."""
    return to_checksum_address(address)
