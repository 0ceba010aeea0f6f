"""What a session key may do: the calls it may make, with bounds on their arguments, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from stratc.runtime.keccak import selector
from stratc.runtime.signatures import signature

MOST_RULES, MOST_BOUNDS, MOST_WORDS, MOST_BYTES, MOST_CALLS = 64, 32, 13, 6144, 16
"""What the validator has room for: calls listed, bounds and words of one, bytes of all, calls of one operation."""
LARGEST = 2**256 - 1
"""The largest value of a word."""


class Place(IntEnum):
    """What a call is in its leg; after a trade come only calls that tidy up, until the guard's mark or finish."""

    PREPARES = 0
    TRADES = 1
    TIDIES = 2


class Bound(NamedTuple):
    """An argument word, counted from 0, and its least and largest value as an unsigned number."""

    word: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Permission:
    """A call: of which contract, which function, with what in its words; the words not named are free."""

    target: str
    function: str
    words: int
    bounds: tuple[Bound, ...] = ()
    place: Place = Place.PREPARES

    def ranges(self) -> list[tuple[int, int]]:
        """The least and largest value that each word may have."""
        allowed = [(0, LARGEST)] * self.words
        for bound in self.bounds:
            low, high = allowed[bound.word]
            allowed[bound.word] = max(low, bound.low), min(high, bound.high)
        return allowed

    def within(self, other: Permission) -> bool:
        """Whether another permission of the same place lets everything through that this one does."""
        mine, others = (
            (one.target.lower(), signature(one.function).canonical, one.words, one.place)
            for one in (self, other)
        )
        return mine == others and all(
            least <= low and high <= most
            for (low, high), (least, most) in zip(self.ranges(), other.ranges(), strict=True)
        )

    def packed(self) -> bytes:
        """As the validator holds it."""
        head = bytes.fromhex(self.target[2:]) + selector(signature(self.function).canonical)
        told = bytes([self.words, self.place, len(self.bounds)])
        return head + told + b"".join(_packed(bound) for bound in self.bounds)


def _packed(bound: Bound) -> bytes:
    return bytes([bound.word]) + bound.low.to_bytes(32, "big") + bound.high.to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class Policy:
    """All that a session key of an account may do. The guard's begin, finish and mark come first."""

    account: str
    expiry: int | None
    """The last second (epoch) at which its operations are valid; None: not said yet."""
    max_fee: int
    """Wei a unit of gas."""
    max_gas: int
    """Of one operation."""
    permissions: tuple[Permission, ...]

    def packed(self) -> bytes:
        """The permissions as the validator holds them."""
        return b"".join(one.packed() for one in self.permissions)
