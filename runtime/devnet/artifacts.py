"""Compiled contracts as the packages hold them: interface, code, and the libraries to be filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stratc.runtime.chain.contract import Entry
from stratc.runtime.devnet.fetch import fetched
from stratc.runtime.devnet.packages import Package
from stratc.runtime.devnet.problems import DevnetError


@dataclass(frozen=True, slots=True)
class Artifact:
    """A contract before it is deployed; `code` is hex with gaps where libraries' addresses go."""

    name: str
    abi: tuple[Entry, ...]
    code: str
    gaps: tuple[tuple[str, int], ...] = ()
    """Library and the place of its address, in hex digits from the start of `code`."""

    def linked(self, libraries: Mapping[str, str]) -> str:
        """The code with the libraries' addresses in it."""
        code = self.code
        for library, start in self.gaps:
            code = code[:start] + libraries[library].removeprefix("0x").lower() + code[start + 40 :]
        return code


def artifact(package: Package, name: str) -> Artifact:
    """The contract of that name in a package.

    Raises:
        DevnetError: the package is not here or has no such contract.
    """
    found = sorted(fetched(package).rglob(f"{name}.json"), key=lambda path: (len(path.parts), str(path)))
    for path in found:
        told = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(told, dict) and len(told.get("bytecode", "")) > 2:
            return read(name, told)
    raise DevnetError(f"{package.name} {package.version} has no compiled contract {name}")


def read(name: str, told: Mapping[str, Any]) -> Artifact:
    """An artifact as Hardhat and the compilers write it."""
    code = str(told["bytecode"]).removeprefix("0x")
    gaps = [
        (library, 2 * place["start"])
        for libraries in told.get("linkReferences", {}).values()
        for library, places in libraries.items()
        for place in places
    ]
    return Artifact(name, tuple(told["abi"]), code, tuple(gaps))


def at_home(name: str) -> Path:
    """The source of a contract of our own."""
    return Path(__file__).parent / "contracts" / name
