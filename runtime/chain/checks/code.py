"""Whether a contract is at each address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from stratc.runtime.addresses import checksummed
from stratc.runtime.chain.checks.case import Case
from stratc.runtime.chain.reads import data
from stratc.runtime.deployment import Simple7702At
from stratc.runtime.deployment_errors import Finding, Path, dotted

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_DELEGATED = bytes.fromhex("ef0100")
"""What the code of a key's own address begins with, where it runs a contract's (EIP-7702)."""
_NOT_ADDRESSES = ("factory_data", "id")


def check(case: Case) -> Iterator[Finding]:
    """Addresses without code; the account may have none yet where its first operation makes it."""
    at = case.deployment.account
    for path, address in _addresses(case.deployment.model_dump(exclude_none=True)):
        code = data(case.rpc, "eth_getCode", address, "latest")
        if path == ("account", "address"):
            if isinstance(at, Simple7702At):
                yield from _delegated(at, code)
                continue
            if at.factory is not None:
                continue
        if not code:
            cause = f"{dotted(path)}: no contract is at {address} on chain {case.deployment.chain_id}"
            yield Finding(path, cause, _fix(path))


def _fix(path: Path) -> str:
    if path == ("account", "address"):
        return "deploy the account, or give factory and factory_data"
    if path[0] == "guard":
        return "deploy it: `stratc guard` writes its code"
    return "correct the address, or the chain"


def _delegated(at: Simple7702At, code: bytes) -> Iterator[Finding]:
    if not code:
        return  # the first operation brings the authorization along
    path = ("account", "delegate")
    if not code.startswith(_DELEGATED):
        cause = (
            f"account.address: {at.address} is a contract of its own, and simple_7702 is a key's own address"
        )
        yield Finding(("account", "address"), cause, "name the key's address, or the account's kind")
    elif checksummed(code[3:]) != at.delegate:
        cause = f"{dotted(path)} is {at.delegate}, and {at.address} runs the code of {checksummed(code[3:])}"
        yield Finding(path, cause, f'write delegate = "{checksummed(code[3:])}", or delegate anew')


def _addresses(told: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, str]]:
    for key, value in told.items():
        if isinstance(value, Mapping):
            yield from _addresses(value, (*path, key))
        elif isinstance(value, str) and key not in _NOT_ADDRESSES and _ADDRESS.fullmatch(value):
            yield (*path, key), value
