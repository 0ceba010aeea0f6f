"""Keeps the local chain's clock and prices at a market's: each tick of it becomes a new price on the chain."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.world import World, move
from stratc.runtime.market.base import Market

LEAD = 3_600
"""Seconds between the chain's first block and the market's first tick: what building the chain takes of its clock."""
EARLIEST = 1_000_000_000
"""Epoch seconds; a market that starts before it counts its seconds from 0, and the chain adds this."""


class Beat(NamedTuple):
    """One tick of the market as the chain has it."""

    number: int
    seconds: int
    """The chain's clock, epoch seconds."""
    price: float | None
    """Dollars per ether; None where the market has none and the oracles got nothing new."""
    block: int


def first(market: Market) -> tuple[int, float]:
    """The chain's clock at the market's first price, and that price.

    Raises:
        ValueError: it never has one.
    """
    for snapshot in market:
        price = snapshot.signals.get("spot")
        if price is not None:
            return _on_chain(snapshot.t), price
    raise ValueError(f"{market.name} has no price in it")


def follow(
    rpc: Rpc, world: World, market: Market, seconds: float, pause: Callable[[float], None] = time.sleep
) -> Iterator[Beat]:
    """Bring the market's ticks to the chain, one every so many seconds of ours."""
    for number, snapshot in enumerate(market):
        began = time.monotonic()
        price = snapshot.signals.get("spot")
        turn_to(rpc, _on_chain(snapshot.t))
        if price is None:
            rpc.call("evm_mine")
        else:
            move(rpc, world, price)
        block = rpc.call("eth_getBlockByNumber", "latest", False)
        yield Beat(number, int(block["timestamp"], 16), price, int(block["number"], 16))
        pause(max(0.0, seconds - (time.monotonic() - began)))


def turn_to(rpc: Rpc, seconds: int) -> None:
    """Let the next block have this time, or the next possible one when the clock is past it."""
    now = int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    rpc.call("evm_setNextBlockTimestamp", max(seconds, now + 1))


def _on_chain(t: float) -> int:
    return int(t) if t >= EARLIEST else int(t) + EARLIEST
