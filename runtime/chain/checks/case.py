"""A deployment and its chain, and how contracts there are asked."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.addresses import AddressError, checksummed
from stratc.runtime.bundle import Bundle
from stratc.runtime.chain.errors import Refused
from stratc.runtime.chain.reads import data
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.chain.words import WORD, words
from stratc.runtime.deployment import Deployment
from stratc.runtime.deployment_errors import Finding, Path, dotted
from stratc.runtime.signatures import Argument, encoded


class Case(NamedTuple):
    """What is checked; with a `bundle` also for what its program needs. `now` is the newest block's time."""

    rpc: Rpc
    deployment: Deployment
    bundle: Bundle | None
    now: int

    def ask(self, to: str, function: str, *arguments: Argument) -> tuple[int, ...]:
        """The words that a contract answers; none where it knows no such function, or refuses.

        Raises:
            ChainError: the node does not say.
        """
        return self.read(to, encoded(function, arguments))

    def read(self, to: str, call: bytes) -> tuple[int, ...]:
        """The same for a call that is encoded already.

        Raises:
            ChainError: the node does not say.
        """
        try:
            told = data(self.rpc, "eth_call", {"to": to, "data": "0x" + call.hex()}, "latest")
        except Refused as refused:
            if refused.is_revert:
                return ()
            raise
        return () if len(told) % WORD else words(told)


def address(word: int) -> str:
    """The address in a word, as files have it; what is none is told as a number."""
    try:
        return checksummed(word.to_bytes(20, "big"))
    except (AddressError, OverflowError):
        return hex(word)


def differs(path: Path, told: str, found: str, fix: str) -> Finding:
    """The file says one thing, the chain another."""
    return Finding(path, f"{dotted(path)} is {told}, and the chain says {found}", fix)


def silent(path: Path, at: str, function: str, fix: str) -> Finding:
    """A contract that does not answer what its kind does."""
    name = function.partition("(")[0]
    return Finding(path, f"{dotted(path)}: the contract at {at} does not answer {name}()", fix)
