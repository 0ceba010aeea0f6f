"""Logs of a receipt, and what a venue's logs say of an order."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from stratc.runtime.keccak import keccak256

Log = Mapping[str, Any]


class OutcomeError(ValueError):
    """A receipt that does not show what its operation must have done; the message says what is missing."""


class Traded(NamedTuple):
    """Base bought (negative: sold), quote a base asset, fee in quote; exact."""

    base: Fraction
    price: Fraction
    fee: Fraction = Fraction(0)


def topic(event: str) -> str:
    """What the logs of an event begin with."""
    return "0x" + keccak256(event.encode()).hex()
