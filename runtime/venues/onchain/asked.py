"""What an adapter gets and gives: an order with the market it was decided in, and the numbers of its calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from stratc.runtime.bundle import HoleName
from stratc.runtime.engine.messages import Order


class FillError(ValueError):
    """An order that cannot be put into calls; the message gives the numbers and what to do."""


class Asked(NamedTuple):
    """An order, the oracle's price it is held against, and the decimals of both tokens."""

    order: Order
    price: float
    """Quote per base."""
    t: float
    """The tick's time, epoch seconds."""
    base_decimals: int
    quote_decimals: int
    base: str
    quote: str


Filled = dict[HoleName, int]
"""Numbers for the holes of a leg, each in the smallest part of the hole's unit."""
Adapter = Callable[[Asked], Filled]

SECONDS_TO_LIVE = 300
"""How long after its tick an operation may still be carried out, where the order does not say."""
