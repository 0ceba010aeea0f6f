"""The price a program may trust: fresh, and confirmed by its second source, as its guard sees it on chain."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from stratc.runtime.chain.errors import Refused
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.chain.words import ask, signed
from stratc.runtime.deployment import ChainlinkAt, PythAt

SMALLEST_EXPONENT = -18
"""Pyth's exponents that the guard reads: -18 .. 0."""


class Source(NamedTuple):
    """A contract that tells the price, and what the program calls it."""

    named: str
    at: ChainlinkAt | PythAt


@dataclass(frozen=True, slots=True)
class Oracle:
    """One source, or two that must agree: as `oracle spot from …, max age …, agree within …` says."""

    sources: tuple[Source, ...]
    max_age: float | None = None
    """Seconds."""
    agree_within: float | None = None
    """Of the lower price."""


class Price(NamedTuple):
    """Quote per base, None where none is to be trusted; then why."""

    value: float | None
    why: str = ""


def price_at(rpc: Rpc, oracle: Oracle, block: str, now: int) -> Price:
    """The price in a block whose time is `now` (epoch seconds).

    Raises:
        ChainError: the node does not say.
    """
    found: list[tuple[str, Fraction]] = []
    for source in oracle.sources:
        try:
            value, moment = _read(rpc, source, block)
        except Refused as refused:
            if not refused.is_revert:
                raise
            return Price(None, f"{source.named} tells no price: {refused.reason}")
        if value <= 0 or not 0 < moment <= now:
            return Price(None, f"{source.named} has no price")
        if oracle.max_age is not None and now - moment > oracle.max_age:
            return Price(
                None, f"{source.named} is {now - moment} s old, more than the {oracle.max_age:g} s allowed"
            )
        found.append((source.named, value))
    return _agreed(found, oracle.agree_within)


def _agreed(found: list[tuple[str, Fraction]], within: float | None) -> Price:
    first, low, high = found[0][1], min(v for _, v in found), max(v for _, v in found)
    if within is not None and high - low > Fraction(repr(within)) * low:
        told = ", ".join(f"{named} says {float(value):,.2f}" for named, value in found)
        return Price(None, f"the sources differ by {float((high - low) / low):.2%}: {told}")
    return Price(float(first))


def _read(rpc: Rpc, source: Source, block: str) -> tuple[Fraction, int]:
    """The price, and when it was set (epoch seconds)."""
    if isinstance(source.at, ChainlinkAt):
        told = ask(rpc, source.at.address, "latestRoundData()", block=block, wanted=5)
        return Fraction(signed(told[1]), 10**source.at.decimals), told[3]
    told = ask(rpc, source.at.address, "getPriceUnsafe(bytes32)", source.at.id, block=block, wanted=4)
    price, exponent, published = signed(told[0]), signed(told[2]), told[3]
    if not SMALLEST_EXPONENT <= exponent <= 0:
        return Fraction(0), published
    return Fraction(price) * Fraction(10) ** exponent, published
