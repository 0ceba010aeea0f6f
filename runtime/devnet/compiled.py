"""Contracts that come as source, compiled once and kept beside the fetched packages."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from stratc.runtime.devnet.artifacts import Artifact, at_home, read
from stratc.runtime.devnet.cache import cache_folder
from stratc.runtime.devnet.fetch import fetched
from stratc.runtime.devnet.packages import OPENZEPPELIN, SOLC
from stratc.runtime.devnet.problems import DevnetError

SOLC_SECONDS = 120


def vyper(path: Path) -> Artifact:
    """A Vyper contract compiled.

    Raises:
        DevnetError: the compiler is not installed.
    """
    source = path.read_text(encoding="utf-8")
    try:
        compiler = version("vyper")
    except PackageNotFoundError:
        raise DevnetError("the compiler of our own contracts, vyper, is not installed", EXTRA) from None
    key = _key("vyper", compiler, source)
    return _kept(path.stem, key) or _keep(path.stem, key, _vyper(source))


EXTRA = 'pip install "stratc[chain]"'


def solidity(name: str) -> Artifact:
    """The contract `name` of our `name.sol`, which may import OpenZeppelin's.

    Raises:
        DevnetError: Node or the compiler is not here, or the source has an error.
    """
    path = at_home(f"{name}.sol")
    source = path.read_text(encoding="utf-8")
    key = _key("solc", SOLC.version, OPENZEPPELIN.version, source)
    return _kept(name, key) or _keep(name, key, _solidity(path.name, name, source))


def _vyper(source: str) -> dict[str, Any]:
    from vyper import compile_code  # noqa: PLC0415 - slow to import, needed once

    out = compile_code(source, output_formats=["abi", "bytecode"])
    return {"abi": out["abi"], "bytecode": out["bytecode"]}


def _solidity(file: str, name: str, source: str) -> dict[str, Any]:
    sources = {file: {"content": source}, **_library()}
    settings = {
        "optimizer": {"enabled": True, "runs": 200},
        "evmVersion": "prague",
        "outputSelection": {file: {name: ["abi", "evm.bytecode.object"]}},
    }
    told = _solc({"language": "Solidity", "sources": sources, "settings": settings})
    errors = [e["formattedMessage"] for e in told.get("errors", ()) if e["severity"] == "error"]
    if errors:
        raise DevnetError(f"{file} does not compile: {errors[0]}")
    made = told["contracts"][file][name]
    return {"abi": made["abi"], "bytecode": made["evm"]["bytecode"]["object"]}


def _library() -> dict[str, dict[str, str]]:
    root = fetched(OPENZEPPELIN)
    return {
        f"{OPENZEPPELIN.name}/{path.relative_to(root).as_posix()}": {
            "content": path.read_text(encoding="utf-8")
        }
        for path in sorted(root.rglob("*.sol"))
    }


_RUN = """
const solc = require(process.argv[1]);
const compile = solc.cwrap('solidity_compile', 'string', ['string', 'number', 'number']);
process.stdout.write(compile(require('fs').readFileSync(0, 'utf8'), 0, 0));
"""


def _solc(order: dict[str, Any]) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None:
        raise DevnetError(
            "Node.js is not here, and the Solidity compiler runs on it", "install Node.js 20 or later"
        )
    script = fetched(SOLC) / "soljson.js"
    done = subprocess.run(
        [node, "-e", _RUN, str(script)],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=SOLC_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise DevnetError(f"the Solidity compiler ended with {done.stderr.strip()[-200:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _place(name: str, key: str) -> Path:
    return cache_folder() / "compiled" / f"{name}-{key}.json"


def _kept(name: str, key: str) -> Artifact | None:
    try:
        return read(name, json.loads(_place(name, key).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _keep(name: str, key: str, told: dict[str, Any]) -> Artifact:
    place = _place(name, key)
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_suffix(".half")
    half.write_text(json.dumps(told), encoding="utf-8")
    half.replace(place)
    return read(name, told)
