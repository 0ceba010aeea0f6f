"""Whether the guard is this account's, current and not paused, and its session key still good."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.runtime.chain.checks.account import installed
from stratc.runtime.chain.checks.case import Case, address, silent
from stratc.runtime.deployment import GuardAt
from stratc.runtime.deployment_errors import Finding
from stratc.runtime.market.times import iso

_ADDRESS, _VALIDATOR, _BOOK = ("guard", "address"), ("guard", "session_validator"), ("guard", "book")


def check(case: Case) -> Iterator[Finding]:
    """Nothing where the file names no guard."""
    at = case.deployment.guard
    if at is None:
        return
    owner = case.ask(at.address, "ACCOUNT()")
    if not owner:
        yield silent(_ADDRESS, at.address, "ACCOUNT()", "name the guard's own address")
        return
    yield from _owned(case, at.address, owner[0], _ADDRESS, "the guard")
    if case.ask(at.address, "paused()") == (1,):
        yield Finding(
            _ADDRESS, f"guard.address: the guard at {at.address} is paused", "let the account resume it"
        )
    yield from _current(case, at)
    yield from _session(case, at)
    if (
        at.book is not None
        and len(case.ask(at.book, "holdings(address)", case.deployment.account.address)) != 2
    ):
        yield silent(
            _BOOK, at.book, "holdings(address)", "name the contract that the guard was deployed with"
        )


def _owned(case: Case, at: str, owner: int, path: tuple[str, ...], what: str) -> Iterator[Finding]:
    account = case.deployment.account.address
    if address(owner) != account:
        cause = f"{'.'.join(path)}: {what} at {at} is of the account {address(owner)}, not {account}"
        yield Finding(path, cause, f"name {what} of this account")


def _current(case: Case, at: GuardAt) -> Iterator[Finding]:
    if case.bundle is None:
        return
    found = case.ask(at.address, "current()")
    strategy = f"{found[0]:064x}" if found else "none"
    if strategy != case.bundle.ir_hash:
        cause = (
            f"guard.address: the guard at {at.address} is for the program 0x{strategy[:8]}…, and {case.bundle.program} "
            f"is 0x{case.bundle.ir_hash[:8]}…"
        )
        yield Finding(_ADDRESS, cause, "propose the program to it, or deploy one with `stratc guard`")


def _session(case: Case, at: GuardAt) -> Iterator[Finding]:
    key = at.session_validator
    if key is None:
        return
    owner, expiry = case.ask(key, "ACCOUNT()"), case.ask(key, "EXPIRY()")
    if not owner or not expiry:
        yield silent(_VALIDATOR, key, "EXPIRY()", "name the session key's validator")
        return
    yield from _owned(case, key, owner[0], _VALIDATOR, "the validator")
    if expiry[0] < case.now:
        cause = f"guard.session_validator: its key expired at {iso(expiry[0])}, and it is {iso(case.now)}"
        yield Finding(_VALIDATOR, cause, "install a validator of a new key")
    if not installed(case, key):
        cause = f"guard.session_validator: {key} is not installed in the account"
        yield Finding(_VALIDATOR, cause, "install it, or take the line out")
