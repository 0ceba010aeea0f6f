"""Legs of a program on the real perpetual exchange, alone and beside a spot leg: both, or neither."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.world import World
from stratc.runtime.engine.messages import LOT, Order
from tests.chain.planned import KINDS, Planned

PROGRAM = """\
strategy carry
market ETH in USDC
venue perp: perpetual "ETH-PERP"
venue pool: uniswap_v3 "ETH/USDC"
book:
    cash 10_000 USDC
    margin 1_000 USDC
limit order size <= 5 ETH
when delta < 0.5 ETH:
    buy 1 ETH on pool, slippage <= 30 bps
    sell 2 ETH on perp, slippage <= 50 bps
when margin_ratio < 1.5:
    top up margin to 1.8, at most 4_000 USDC
when delta > 5 ETH:
    close perpetual on perp, slippage <= 50 bps
"""
WAD = 10**18
CASH = 12_000 * tokens.DOLLAR


class Carry(Planned):
    """Twelve thousand dollars, five of them as margin at the exchange once `deposit` has run."""

    def __init__(self, deployer: Deployer, world: World, kind: str = "simple_08") -> None:
        super().__init__(deployer, world, PROGRAM, kind)
        tokens.give(deployer, world.tokens, self.account, usdc=CASH)
        self.pair = self.decide(spot=2_000.0, delta=0.0)

    def deposit(self, dollars: int = 5_000) -> str | None:
        """Margin in, by the second rule's leg."""
        order = replace(self.pair[0], rule=2, kind="top up", venue=None, units=dollars * tokens.DOLLAR)
        return self.in_lane(order)

    def in_lane(self, *orders: Order) -> str | None:
        """The first operation of another rule's lane."""
        before, self.sent = self.sent, 0
        ended = self.send(orders)
        self.sent = before
        return ended

    def state(self) -> tuple[int, int, int, int]:
        """Wrapped ether, dollars, margin, position."""
        perp = self.world.perp
        return (
            *self.holds(),
            perp.vault.call(self.rpc, "getBalance", self.account),
            perp.account_balance.call(self.rpc, "getTotalPositionSize", self.account, perp.base.address),
        )


@pytest.mark.parametrize("kind", KINDS)
def test_margin_then_spot_and_perpetual_in_one_operation(deployer: Deployer, world: World, kind: str) -> None:
    made = Carry(deployer, world, kind)
    assert [order.venue for order in made.pair] == ["pool", "perp"]
    assert made.deposit() is None
    assert made.state() == (0, CASH - 5_000 * tokens.DOLLAR, 5_000 * tokens.DOLLAR, 0)
    assert made.allowances(world.perp.vault.address) == (0, 0)
    assert made.send(made.pair) is None
    weth, usdc, margin, position = made.state()
    assert (weth, position) == (WAD, -2 * WAD)
    assert 0 < CASH - 5_000 * tokens.DOLLAR - usdc <= 2_006 * tokens.DOLLAR
    assert margin == 5_000 * tokens.DOLLAR


@pytest.mark.parametrize("kind", KINDS)
def test_neither_leg_happens_when_the_second_cannot(deployer: Deployer, world: World, kind: str) -> None:
    made = Carry(deployer, world, kind)
    assert made.deposit() is None
    before = made.state()
    spot, perp = made.pair
    assert made.send([spot, replace(perp, slippage=0.0)]) is not None
    assert made.state() == before
    assert made.allowances(world.uniswap.router_02.address) == (0, 0)


@pytest.mark.parametrize("side", [1, -1], ids=["long", "short"])
def test_the_bound_is_in_the_exchanges_own_decimals(
    rpc: Rpc, deployer: Deployer, world: World, side: int
) -> None:
    """Twenty basis points of fee and impact are more than ten and less than fifty."""
    made = Carry(deployer, world)
    assert made.deposit() is None
    _, order = made.pair
    close = replace(order, rule=3, units=side * LOT)
    assert made.in_lane(replace(close, slippage=0.0005)) is not None
    made.sent = 1
    assert made.send([close]) is None
    assert made.state()[3] == side * WAD


def test_a_position_that_comes_too_late_is_refused(rpc: Rpc, deployer: Deployer, world: World) -> None:
    made = Carry(deployer, world)
    assert made.deposit() is None
    before = made.state()
    rpc.call("evm_increaseTime", 301)
    rpc.call("evm_mine")
    assert made.send(made.pair) is not None
    assert made.state() == before
