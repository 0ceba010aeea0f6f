"""Whether the account obeys the EntryPoint, and has the modules that the file says."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.runtime.addresses import parsed
from stratc.runtime.chain.checks.case import Case, address, differs, silent
from stratc.runtime.chain.reads import data
from stratc.runtime.deployment import Erc7579At, Safe4337At, Simple7702At
from stratc.runtime.deployment_errors import Finding
from stratc.runtime.execution.userop.abi import address_word, bytes_argument, encoded, word
from stratc.runtime.keccak import selector

_INSTALLED = selector("isModuleInstalled(uint256,address,bytes)")
VALIDATOR = 1
"""ERC-7579's kind of a module that decides about operations."""
_ADDRESS = ("account", "address")


def check(case: Case) -> Iterator[Finding]:
    """An account that its first operation makes is not asked."""
    at = case.deployment.account
    if not data(case.rpc, "eth_getCode", at.address, "latest"):
        if isinstance(at, Simple7702At):
            yield from _obeys(case, at.delegate)
        return
    if isinstance(at, Safe4337At):
        yield from _safe(case, at)
        return
    yield from _obeys(case, at.address)
    if isinstance(at, Erc7579At) and not installed(case, at.validator):
        cause = f"account.validator: {at.validator} is not installed in the account {at.address}"
        yield Finding(("account", "validator"), cause, "install it, or name one that is")


def installed(case: Case, validator: str) -> bool:
    """Whether a module validates operations of the account (ERC-7579)."""
    asked = encoded(word(VALIDATOR), address_word(parsed(validator)), bytes_argument(b""))
    return case.read(case.deployment.account.address, _INSTALLED + asked) == (1,)


def _obeys(case: Case, at: str) -> Iterator[Finding]:
    found, point = case.ask(at, "entryPoint()"), case.deployment.entry_point.address
    if not found:
        kind = case.deployment.account.kind
        yield silent(_ADDRESS, at, "entryPoint()", f"name an account of kind {kind}, or the kind it is of")
    elif address(found[0]) != point:
        yield _other(address(found[0]), point, at)


def _safe(case: Case, at: Safe4337At) -> Iterator[Finding]:
    found, point = case.ask(at.module, "SUPPORTED_ENTRYPOINT()"), case.deployment.entry_point.address
    if not found:
        fix = "name a Safe4337Module"
        yield silent(("account", "module"), at.module, "SUPPORTED_ENTRYPOINT()", fix)
    elif address(found[0]) != point:
        yield _other(address(found[0]), point, at.module)
    if case.ask(at.address, "isModuleEnabled(address)", at.module) != (1,):
        cause = f"account.module: {at.module} is not enabled in the Safe {at.address}"
        yield Finding(("account", "module"), cause, "enable it, or name the one that is")


def _other(found: str, point: str, at: str) -> Finding:
    told = f"the one that {at} obeys is {found}"
    fix = "name that one, or an account that obeys this one"
    return differs(("entry_point", "address"), point, told, fix)
