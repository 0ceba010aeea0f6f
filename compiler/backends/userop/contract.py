"""The guard's source, compiled by Vyper."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

CONTRACTS = Path(__file__).parent / "contracts"


class VyperMissing(Exception):
    """The compiler of the contracts is not installed."""


class Contract(NamedTuple):
    """What a deployment needs of a contract: its creation code and its interface (JSON ABI)."""

    code: bytes
    abi: list[dict[str, Any]]


@cache
def compile_contract(path: Path = CONTRACTS / "guard.vy") -> Contract:
    """Compile one contract and what it imports from its folder, once a process; the same code each time."""
    try:
        from vyper.compiler import compile_from_file_input  # noqa: PLC0415  # 0.4 s, and only to deploy
        from vyper.compiler.input_bundle import FileInput, FilesystemInputBundle  # noqa: PLC0415
    except ImportError as missing:
        fix = "install it with `pip install 'stratc[chain]'`"
        raise VyperMissing(
            f"compiling {path.name} takes the Vyper compiler, which is not here: {fix}"
        ) from missing
    bundle = FilesystemInputBundle([path.parent])
    file = bundle.load_file(path.name)
    assert isinstance(file, FileInput)
    made = compile_from_file_input(file, input_bundle=bundle, output_formats=["bytecode", "abi"])
    return Contract(bytes.fromhex(made["bytecode"].removeprefix("0x")), made["abi"])
