"""A chain as a market: every new block once, in order, whatever the node does meanwhile."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import Any

import httpx
import pytest

from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.live.market import HURRIES, PAUSE, QUIET, ChainMarket
from tests.execution.nodes import error
from tests.live.contracts import Chain, block, market_of
from tests.live.test_oracle import LINK, NOW, ORACLE, ROUND, told


class End(Exception):
    """There are no more blocks: nothing else ends a market."""


class Mined:
    """Blocks that come one a look, the last one for ever; each pause is counted."""

    def __init__(self, *blocks: Any, **more: Any) -> None:
        self.blocks = list(blocks)
        self.lines: list[str] = []
        self.pauses: list[float] = []
        self.chain: Chain = told()
        self.chain.newest = self._next
        self.market: ChainMarket = market_of(self.chain, ORACLE, self.lines.append, pause=self._pause, **more)

    def _next(self) -> Any:
        return self.blocks[0]

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if len(self.blocks) == 1:
            raise End
        self.blocks.pop(0)

    def ticks(self) -> list[Snapshot]:
        found: list[Snapshot] = []
        with suppress(End):
            found.extend(self.market)
        return found


def test_every_block_is_one_tick_and_none_is_two() -> None:
    one, two = block(100, NOW), block(101, NOW + 12)
    mined = Mined(one, one, one, two, two)
    assert [(tick.block, tick.t) for tick in mined.ticks()] == [(100, NOW), (101, NOW + 12)]
    assert mined.lines == []


def test_a_tick_holds_price_and_gas_of_its_block() -> None:
    (tick,) = Mined(block(100, NOW)).ticks()
    assert tick.signals["spot"] == tick.signals["mark"] == 2_000.0
    assert tick.signals["gas_price"] == pytest.approx(1e-9)
    assert tick.signals["gas_cost"] == pytest.approx(1e-9 * 2_000 * 250_000, rel=1)


def test_it_ends_after_as_many_blocks_as_are_wanted() -> None:
    mined = Mined(*(block(100 + n, NOW + n) for n in range(9)), blocks=3)
    assert [tick.block for tick in mined.ticks()] == [100, 101, 102]
    assert mined.market.length == 3


def test_a_chain_that_was_reorganised_shorter_waits_until_it_has_caught_up() -> None:
    mined = Mined(
        block(100, NOW), block(101, NOW + 12), block(99, NOW - 12, "0xother"), block(100, NOW + 1, "0xanother"),
        block(101, NOW + 13, "0xthird"), block(102, NOW + 25),
    )  # fmt: skip
    assert [(tick.block, tick.t) for tick in mined.ticks()] == [
        (100, NOW),
        (101, NOW + 12),
        (101, NOW + 13),
        (102, NOW + 25),
    ]


def test_a_block_of_an_earlier_time_is_left_out() -> None:
    mined = Mined(block(100, NOW), block(101, NOW - 1, "0xodd"), block(102, NOW + 12))
    assert [tick.block for tick in mined.ticks()] == [100, 102]


@pytest.mark.parametrize(
    ("stands", "line"),
    [
        (block(100, NOW), "no block has come after 100 for 60 s; waiting for one"),
        (
            block(7, NOW - 900),
            (
                "the node is at block 7, before block 100 that was read last; waiting until it is past that "
                "(a chain that began anew needs a new run)"
            ),
        ),
    ],
    ids=["still", "anew"],
)
def test_a_chain_that_does_not_go_on_is_told_once(stands: Any, line: str) -> None:
    waits = int(QUIET / PAUSE)
    mined = Mined(block(100, NOW), *[stands] * (3 * waits), block(101, NOW + 12))
    assert [tick.block for tick in mined.ticks()] == [100, 101]
    assert mined.lines == [line]


def test_a_node_that_is_silent_is_told_once_and_asked_ever_less_often() -> None:
    dead = httpx.ConnectError("no")
    mined = Mined(block(100, NOW), *[dead] * 9, block(101, NOW + 12))
    assert [tick.block for tick in mined.ticks()] == [100, 101]
    assert mined.lines == [
        "node.example cannot be reached for eth_getBlockByNumber: no connection; asking again until it answers",
        "node.example answers again",
    ]
    assert mined.pauses[1:10] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0]


@pytest.mark.parametrize("answer", [None, "0x", {"number": "many"}, httpx.Response(200, text="<html>")])
def test_garbage_for_a_block_is_as_good_as_silence(answer: Any) -> None:
    mined = Mined(answer, block(101, NOW))
    assert [tick.block for tick in mined.ticks()] == [101]
    assert len(mined.lines) == 2


def test_what_was_read_while_the_next_block_came_is_read_anew() -> None:
    chain, looked = told(), 0

    def newest() -> Any:
        nonlocal looked
        looked += 1
        return block(100, NOW) if looked == 1 else block(101, NOW + 12)

    chain.newest = newest
    (tick,) = islice(market_of(chain, ORACLE), 1)
    assert tick.block == 101
    assert chain.asked_at[-1] == hex(101)


def test_blocks_that_come_faster_than_they_can_be_read_are_taken_as_they_are() -> None:
    chain, looked = told(), 0

    def newest() -> Any:
        nonlocal looked
        looked += 1
        return block(100 + looked, NOW + looked)

    chain.newest = newest
    (tick,) = islice(market_of(chain, ORACLE), 1)
    assert tick.block == 101 + HURRIES


def test_a_price_that_is_not_to_be_trusted_is_told_and_so_is_that_it_is_again() -> None:
    lines: list[str] = []
    chain, looked = told(), 0

    def newest() -> Any:
        nonlocal looked
        looked += 1
        if looked == 3:
            chain.says(LINK, ROUND, 7, 1_900 * 10**8, NOW, NOW, 7)
        if looked == 7:
            chain.says(LINK, ROUND, 7, 2_000 * 10**8, NOW, NOW, 7)
        return block(100 + looked // 2, NOW + looked // 2)

    chain.newest = newest
    ticks = list(islice(market_of(chain, ORACLE, lines.append), 5))
    assert [tick.signals["spot"] for tick in ticks].count(None) >= 1
    assert ticks[-1].signals["spot"] == 2_000.0
    assert [line.partition(":")[0] for line in lines] == [
        "no trusted price",
        "the price is to be trusted again",
    ]


def test_a_node_that_is_still_catching_up_has_no_price() -> None:
    mined = Mined(block(100, NOW))
    mined.chain.node.answers["eth_syncing"] = {"currentBlock": "0x64", "highestBlock": "0x1000"}
    (tick,) = mined.ticks()
    assert tick.signals["spot"] is None
    assert mined.lines == ["no trusted price: the node is still catching up with its chain"]


def test_a_node_that_cannot_say_whether_it_catches_up_is_believed() -> None:
    mined = Mined(block(100, NOW))
    mined.chain.node.answers["eth_syncing"] = error("no such method", -32601)
    assert [tick.signals["spot"] for tick in mined.ticks()] == [2_000.0]


def test_its_name_keeps_the_secret_of_its_url() -> None:
    market = Mined(block(100, NOW)).market
    assert market.describe() == 'the chain at node.example: price from chainlink "ETH/USD", pyth "ETH/USD"'
