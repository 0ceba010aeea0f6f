"""What a session key may do: the calls it may make, with bounds on their arguments, and until when."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import NamedTuple

from stratc.runtime.keccak import selector
from stratc.runtime.signatures import signature

MOST_RULES, MOST_BOUNDS, MOST_WORDS = 64, 32, 13
"""What the validator has room for."""


class Bound(NamedTuple):
    """An argument word, counted from 0, and its least and largest value as an unsigned number."""

    word: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Permission:
    """A call: of which contract, which function, with what in its words; the words not named are free.

    `ends_leg` calls must be followed by the guard's mark or finish.
    """

    target: str
    function: str
    words: int
    bounds: tuple[Bound, ...] = ()
    ends_leg: bool = False

    def packed(self) -> bytes:
        """As the validator holds it."""
        head = bytes.fromhex(self.target[2:]) + selector(signature(self.function).canonical)
        told = bytes([self.words, self.ends_leg, len(self.bounds)])
        return head + told + b"".join(_packed(bound) for bound in self.bounds)


def _packed(bound: Bound) -> bytes:
    return bytes([bound.word]) + bound.low.to_bytes(32, "big") + bound.high.to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class Policy:
    """All that a session key of an account may do. The guard's begin, finish and mark come first."""

    account: str
    expiry: int
    """The last second (epoch) at which its operations are valid."""
    max_fee: int
    """Wei a unit of gas."""
    max_gas: int
    """Of one operation."""
    permissions: tuple[Permission, ...]

    def packed(self) -> bytes:
        """The permissions as the validator holds them."""
        return b"".join(one.packed() for one in self.permissions)


def to_text(policy: Policy) -> str:
    """The policy as JSON for people and machines; numbers too large for JSON readers stand as text."""
    return json.dumps(_plain(asdict(policy)), indent=2) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, Bound):
        return _plain(value._asdict())
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, int) and abs(value) >= 1 << 53 else value
