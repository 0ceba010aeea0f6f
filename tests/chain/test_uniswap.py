"""Hedges of a program on the real pool: to the wei as planned, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import tokens, uniswap
from stratc.runtime.devnet.world import World
from tests.chain.planned import KINDS, Planned

PROGRAM = """\
strategy spot_hedge
market ETH in USDC
oracle spot from chainlink "ETH/USD", pyth "ETH/USD", max age 1 h, agree within 50 bps
venue pool: uniswap_v3 "ETH/USDC"
limit order size <= 5 ETH
limit orders <= 3 per rolling 1 h else defer
when abs(delta - 2 ETH) > 0.1 ETH:
    hedge delta to 2 ETH on pool, slippage <= 30 bps
"""
EACH = pytest.mark.parametrize("kind", KINDS)
GUARDED = pytest.mark.parametrize("guarded", [False, True], ids=["bare", "guarded"])
WETH, DOLLARS = 5 * tokens.ETHER, 10_000 * tokens.DOLLAR


def ready(deployer: Deployer, world: World, kind: str = "simple_08", *, guarded: bool = False) -> Planned:
    made = Planned(deployer, world, PROGRAM, kind, guarded=guarded)
    tokens.give(deployer, world.tokens, made.account, weth=WETH, usdc=DOLLARS)
    return made


def quoted_out(rpc: Rpc, world: World, amount: int) -> int:
    """What the pool gives in dollars for ether, by Uniswap's own quoter."""
    row = (world.tokens.weth.address, world.tokens.usdc.address, amount, uniswap.FEE, 0)
    return int(world.uniswap.quoter.call(rpc, "quoteExactInputSingle", row)[0])


def quoted_in(rpc: Rpc, world: World, amount: int) -> int:
    """What the pool takes in dollars for ether."""
    row = (world.tokens.usdc.address, world.tokens.weth.address, amount, uniswap.FEE, 0)
    return int(world.uniswap.quoter.call(rpc, "quoteExactOutputSingle", row)[0])


@EACH
@GUARDED
def test_a_sale_settles_to_the_wei(
    rpc: Rpc, deployer: Deployer, world: World, kind: str, guarded: bool
) -> None:
    made = ready(deployer, world, kind, guarded=guarded)
    before = made.holds()
    orders = made.decide(spot=2_000.0, delta=3.5)
    expected = quoted_out(rpc, world, 3 * tokens.ETHER // 2)
    assert 2_991_000_000 <= expected < 3_000_000_000
    assert made.send(orders, 2_000.0) is None
    assert made.holds() == (before[0] - 3 * tokens.ETHER // 2, before[1] + expected)
    assert made.allowances(world.uniswap.router_02.address) == (0, 0)


@EACH
@GUARDED
def test_a_purchase_settles_to_the_wei(
    rpc: Rpc, deployer: Deployer, world: World, kind: str, guarded: bool
) -> None:
    made = ready(deployer, world, kind, guarded=guarded)
    before = made.holds()
    orders = made.decide(spot=2_000.0, delta=1.25)
    expected = quoted_in(rpc, world, 3 * tokens.ETHER // 4)
    assert 1_500_000_000 < expected <= 1_504_500_000
    assert made.send(orders, 2_000.0) is None
    assert made.holds() == (before[0] + 3 * tokens.ETHER // 4, before[1] - expected)
    assert made.allowances(world.uniswap.router_02.address) == (0, 0)


@EACH
@pytest.mark.parametrize(("delta", "price"), [(3.5, 2_010.0), (1.25, 1_990.0)], ids=["sale", "purchase"])
def test_a_bound_that_the_pool_cannot_meet_changes_nothing(
    deployer: Deployer, world: World, kind: str, delta: float, price: float
) -> None:
    """The oracle is half a percent off the pool: what the clause allows is not to be had there."""
    made = ready(deployer, world, kind)
    before = made.holds()
    reason = made.send(made.decide(spot=price, delta=delta), price)
    assert reason is not None
    if kind != "safe_4337":  # MultiSend keeps the reason to itself
        # The router's own words: a purchase already fails at the allowance, which is no larger than the bound.
        assert "Too little received" in reason or "STF" in reason
    assert made.holds() == before
    assert made.allowances(world.uniswap.router_02.address) == (0, 0)


@pytest.mark.parametrize("side", [-1, 1], ids=["sale", "purchase"])
def test_the_bound_holds_to_the_last_unit(rpc: Rpc, deployer: Deployer, world: World, side: int) -> None:
    """A limit price of exactly what the pool pays settles; one that asks a millionth of a dollar more does not."""
    made = ready(deployer, world)
    (order,) = made.decide(spot=2_000.0, delta=2.0 - side * 1.0)
    dollars = (quoted_out if side < 0 else quoted_in)(rpc, world, tokens.ETHER)
    unit = 1 / tokens.DOLLAR
    exactly = dollars / tokens.DOLLAR
    clause = {"slippage": None, "limit_price": round(exactly - side * unit, 6)}
    assert made.send([replace(order, **clause)]) is not None
    assert made.send([replace(order, slippage=None, limit_price=exactly)]) is None


def test_the_guard_refuses_in_the_programs_words(rpc: Rpc, deployer: Deployer, world: World) -> None:
    made = ready(deployer, world, guarded=True)
    before = made.holds()
    (order,) = made.decide(spot=2_000.0, delta=3.5)
    too_large = replace(order, units=-5_000_000_001)
    tokens.give(deployer, world.tokens, made.account, weth=tokens.ETHER)
    reason = made.send([too_large], 2_000.0)
    assert reason is not None
    said = "line 5: `limit order size <= 5 ETH` does not hold on chain: 5.000000001 ETH against 5 ETH"
    assert reason.endswith(said)
    assert made.holds() == (before[0] + tokens.ETHER, before[1])
    assert made.send([order], 2_000.0) is None


def test_an_operation_that_comes_too_late_does_nothing(rpc: Rpc, deployer: Deployer, world: World) -> None:
    made = ready(deployer, world, guarded=True)
    before = made.holds()
    orders = made.decide(spot=2_000.0, delta=3.5)
    rpc.call("evm_increaseTime", 301)
    rpc.call("evm_mine")
    reason = made.send(orders, 2_000.0)
    assert reason is not None
    assert made.holds() == before
