"""A chain as a market: each new block is a tick, its inputs read from contracts in that block."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from stratc.runtime.chain.errors import ChainError, Refused
from stratc.runtime.chain.reads import quantity, record
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.execution.fees import LOWEST_TIP, WEI
from stratc.runtime.live.inputs import Inputs
from stratc.runtime.live.oracle import Price, price_at
from stratc.runtime.market.base import GAS_PER_ORDER
from stratc.runtime.market.problems import Problem

PAUSE = 0.25
"""Seconds between two looks for a new block."""
HURRIES = 20
"""How often a block is left for the one that came while it was read."""
LONGEST_PAUSE = 10.0
"""Seconds between two tries while the node does not answer."""
QUIET = 60.0
"""Seconds without a new block after which that is told."""

NO_PRICE = Price(None, "the node is still catching up with its chain")


class Head(NamedTuple):
    """A block: its number, time (epoch seconds), hash, and the price of gas in it (wei)."""

    number: int
    time: int
    hash: str
    base_fee: int


@dataclass(frozen=True, slots=True)
class ChainMarket:
    """Ticks of a chain, for as long as it is iterated over; a node that does not answer is asked again."""

    rpc: Rpc
    inputs: Inputs
    tell: Callable[[str], None]
    """Takes lines for people: no trusted price and why, a node that is silent, and when that is over."""
    blocks: int | None = None
    """End after so many ticks; None: never."""
    pause: Callable[[float], None] = time.sleep

    @property
    def name(self) -> str:
        """The node's host, without whatever secret its URL holds."""
        return self.rpc.host

    @property
    def length(self) -> int | None:
        """How many ticks there will be, if that is known."""
        return self.blocks

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the program wants to know and the chain does not say."""
        return tuple(self.inputs.problems())

    def describe(self) -> str:
        """Which node, and where the inputs come from."""
        return f"the chain at {self.name}: {self.inputs.describe()}"

    def __iter__(self) -> Iterator[Snapshot]:
        said = ""
        for number, (snapshot, why) in enumerate(self._ticks(), 1):
            if why != said:
                self.tell(f"no trusted price: {why}" if why else "the price is to be trusted again")
                said = why
            yield snapshot
            if number == self.blocks:
                return

    def _ticks(self) -> Iterator[tuple[Snapshot, str]]:
        last = Head(-1, 0, "", 0)
        silent = quiet = 0.0
        while True:
            try:
                head, found = self._settled(last)
            except ChainError as error:
                if not silent:
                    self.tell(f"{error.message}; asking again until it answers")
                silent = min(LONGEST_PAUSE, max(PAUSE, 2 * silent))
                self.pause(silent)
                continue
            if silent:
                self.tell(f"{self.name} answers again")
                silent = 0.0
            if found is None:
                if quiet < QUIET <= quiet + PAUSE:
                    self.tell(_waiting(head, last))
                quiet += PAUSE
                self.pause(PAUSE)
                continue
            last, quiet = head, 0.0
            yield found

    def _settled(self, last: Head) -> tuple[Head, tuple[Snapshot, str] | None]:
        """A block newer than the last, and what it holds; None where there is none.

        What was read while the next block came may be of both (a local node answers for its newest state, whatever
        block it is asked about): the next one is read instead, as long as they do not come faster than can be read.
        """
        head = self.head()
        for _ in range(HURRIES):
            # What a reorganisation made shorter or older waits until it has caught up: time never goes back.
            if head.hash == last.hash or head.time < last.time or head.number < last.number:
                return head, None
            found = self.look(head)
            after = self.head()
            if after.hash == head.hash:
                return head, found
            head = after
        return head, self.look(head)

    def head(self) -> Head:
        """The newest block.

        Raises:
            ChainError: the node does not say.
        """
        told = record(self.rpc, "eth_getBlockByNumber", "latest", False)
        number, moment, fee = (
            quantity(self.rpc, "eth_getBlockByNumber", told.get(name, "0x0"))
            for name in ("number", "timestamp", "baseFeePerGas")
        )
        return Head(number, moment, str(told.get("hash")), fee)

    def look(self, head: Head) -> tuple[Snapshot, str]:
        """What is known in a block, and why there is no price if there is none.

        Raises:
            ChainError: the node does not say.
        """
        block = hex(head.number)
        price = NO_PRICE if self._lags() else price_at(self.rpc, self.inputs.oracle, block, head.time)
        gas = (head.base_fee + LOWEST_TIP) / WEI
        signals: dict[str, float | None] = {
            "spot": price.value,
            "mark": price.value,
            "gas_price": gas,
            "gas_cost": None if price.value is None else GAS_PER_ORDER * gas * price.value,
            **self.inputs.read(self.rpc, block, head.time),
        }
        return Snapshot(float(head.time), head.number, signals), price.why

    def _lags(self) -> bool:
        """Whether the node is still reading the chain, so that its newest block is an old one."""
        try:
            return self.rpc.call("eth_syncing") is not False
        except Refused:
            return False  # a node without the question


def _waiting(head: Head, last: Head) -> str:
    if (head.number, head.time) < (last.number, last.time):
        return (
            f"the node is at block {head.number:,}, before block {last.number:,} that was read last; waiting until "
            "it is past that (a chain that began anew needs a new run)"
        )
    return f"no block has come after {last.number:,} for {QUIET:.0f} s; waiting for one"
