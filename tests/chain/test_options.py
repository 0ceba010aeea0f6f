"""A straddle and its hedge, each by its venue's own contracts, in one operation behind a guard: all legs, or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import lyra, tokens
from stratc.runtime.devnet.parts.lyra import WAD
from stratc.runtime.devnet.world import World
from stratc.runtime.engine.messages import LOT, Order
from tests.chain.planned import KINDS
from tests.chain.straddles import CASH, MARGIN, ORACLE, ORDERS, PERPETUAL, POOL, Optioned, spread, straddle

STRIKE = 2_000 * WAD
HEDGES = pytest.mark.parametrize("linear", [PERPETUAL, POOL], ids=["perpetual", "pool"])


def made_of(
    rpc: Rpc, deployer: Deployer, world: World, linear: str, kind: str = "simple_08"
) -> tuple[Optioned, list[Order]]:
    """The program behind its guard, with margin where its hedge needs some, and what it orders first."""
    made = Optioned(deployer, world, straddle(rpc, world, linear), kind)
    orders = made.opened()
    assert [order.symbol[-1] for order in orders[:2]] == ["C", "P"]
    if linear == PERPETUAL:
        made.deposit(orders[0])
    return made, orders


@HEDGES
@pytest.mark.parametrize("kind", KINDS)
def test_a_straddle_and_its_hedge_settle_in_one_operation(
    rpc: Rpc, deployer: Deployer, world: World, kind: str, linear: str
) -> None:
    made, orders = made_of(rpc, deployer, world, linear, kind)
    assert made.send(orders) is None
    call, put = made.positions()
    assert [(one.right, one.short, one.amount) for one in (call, put)] == [
        ("call", True, WAD),
        ("put", True, WAD),
    ]
    assert call.collateral == put.collateral == STRIKE
    least = sum(round(order.mark * 0.8 * WAD) for order in orders[:2])
    assert made.dollars() >= CASH - 2 * STRIKE + least
    hedge = orders[2].units * WAD // LOT
    weth, usdc = made.holds()
    if linear == PERPETUAL:
        assert (made.perpetual(), weth, usdc) == (hedge, 0, 0)
    else:
        assert (made.perpetual(), weth) == (0, hedge)
        assert 0 < MARGIN - usdc <= hedge * 2_020 * tokens.DOLLAR // WAD
    assert not any(made.approvals())


@HEDGES
@pytest.mark.parametrize("leg", [0, 1, 2], ids=["call", "put", "hedge"])
def test_nothing_happens_when_one_leg_would_cost_too_much(
    rpc: Rpc, deployer: Deployer, world: World, linear: str, leg: int
) -> None:
    made, orders = made_of(rpc, deployer, world, linear)
    before = made.state()
    orders[leg] = replace(orders[leg], slippage=0.0)
    reason = made.send(orders)
    assert reason is not None
    assert made.state() == before
    orders[leg] = replace(orders[leg], slippage=0.2)
    assert made.send(orders) is None
    assert made.state() != before


@HEDGES
def test_nothing_happens_when_the_options_market_has_stopped(
    rpc: Rpc, deployer: Deployer, world: World, linear: str
) -> None:
    made, orders = made_of(rpc, deployer, world, linear)
    deployer.send(world.lyra.rates, "setRateAndInvalid", lyra.ETHER, STRIKE, True)
    before = made.state()
    assert made.send(orders) is not None
    assert made.state() == before


def test_nothing_happens_when_the_exchange_has_stopped(rpc: Rpc, deployer: Deployer, world: World) -> None:
    made, orders = made_of(rpc, deployer, world, PERPETUAL)
    deployer.send(world.perp.clearing_house, "pause")
    before = made.state()
    assert made.send(orders) is not None
    assert made.state() == before


def _too_old(made: Optioned, orders: list[Order]) -> list[Order]:
    """The price is from more than an hour ago."""
    made.rpc.call("evm_increaseTime", 3_700)
    made.rpc.call("evm_mine")
    return [replace(order, t=order.t + 3_700) for order in orders]


def _too_many(made: Optioned, orders: list[Order]) -> list[Order]:
    """Three orders more within the hour, from an engine that has forgotten the first three."""
    assert made.send(orders) is None
    return made.forgotten()


@HEDGES
@pytest.mark.parametrize(("break_", "line"), [(_too_old, ORACLE), (_too_many, ORDERS)])
def test_nothing_happens_when_the_guard_refuses_and_the_line_is_told(
    rpc: Rpc,
    deployer: Deployer,
    world: World,
    linear: str,
    break_: Callable[[Optioned, list[Order]], list[Order]],
    line: int,
) -> None:
    made, orders = made_of(rpc, deployer, world, linear)
    orders = break_(made, orders)
    before = made.state()
    reason = made.send(orders)
    assert reason is not None
    assert f"line {line}:" in reason, reason
    assert made.state() == before


def test_what_else_the_account_holds_counts_for_the_guard(rpc: Rpc, deployer: Deployer, world: World) -> None:
    """The engine knows nothing of the ether that somebody gave the account; the guard sees it."""
    text = straddle(rpc, world, POOL).replace(
        "limit order size", "limit abs(position(ETH)) <= 2 ETH else clamp\nlimit order size"
    )
    made = Optioned(deployer, world, text)
    tokens.give(deployer, world.tokens, made.account, weth=3 * WAD)
    before = made.state()
    reason = made.send(made.opened())
    assert reason is not None
    assert "line 9: `limit abs(position(ETH)) <= 2 ETH` does not hold on chain" in reason
    assert made.state() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_spread_opens_and_closes_in_one_operation_each(
    rpc: Rpc, deployer: Deployer, world: World, kind: str
) -> None:
    made = Optioned(deployer, world, spread(rpc, world), kind)
    orders = made.opened()
    assert made.send(orders) is None
    assert [(one.right, one.short, one.amount) for one in made.positions()] == [
        ("call", False, WAD),
        ("call", True, WAD),
    ]
    paid = CASH - 2_200 * WAD - made.dollars()
    assert 0 < paid <= round((orders[0].mark * 1.3 - orders[1].mark * 0.7) * WAD)
    made.fill(orders)
    closing = made.decide(spot=2_150.0, iv=0.8)
    assert [order.units for order in closing] == [-LOT, LOT]
    made.sent = 0
    assert made.send(closing) is None
    assert made.positions() == []
    assert made.dollars() > CASH - paid - 200 * WAD
    assert not any(made.approvals())
