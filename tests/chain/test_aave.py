"""Collateral of a program at the real lending market: topped up as planned, and the health factor as computed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.parts.aave import LIQUIDATION_AT
from stratc.runtime.devnet.seeding import acting_as
from stratc.runtime.devnet.world import World, move
from stratc.runtime.engine.messages import Order
from stratc.runtime.venues.onchain.aave_v3 import UNLIMITED, WAD, Position, collateral_for, health_factor
from tests.chain.planned import KINDS, Planned

PROGRAM = """\
strategy keeper
market ETH in USDC
oracle spot from chainlink "ETH/USD", max age 1 h
venue pool: uniswap_v3 "ETH/USDC"
book:
    cash 5_000 USDC
    margin 8_000 USDC
    long 10 ETH
limit topup <= 4_000 USDC
when margin_ratio < 1.5:
    top up margin to 1.8, at most 4_000 USDC
when margin_ratio > 3:
    withdraw margin to 2.5
"""
CASH, DEBT = 6_000 * tokens.DOLLAR, 14_000 * tokens.DOLLAR
ONE_DOLLAR = 10**8
"""In the oracle's unit."""


class Keeper(Planned):
    """Ten ether in, 14,000 dollars out, 6,000 dollars in hand."""

    def __init__(self, deployer: Deployer, world: World, kind: str, *, guarded: bool = False) -> None:
        super().__init__(deployer, world, PROGRAM, kind, guarded=guarded)
        tokens.give(deployer, world.tokens, self.account, weth=10 * tokens.ETHER, usdc=CASH)
        pool, (weth, usdc) = world.aave.pool, world.tokens
        with acting_as(self.rpc, self.account) as actor:
            actor.send(weth, "approve", pool.address, 10 * tokens.ETHER)
            actor.send(pool, "supply", weth.address, 10 * tokens.ETHER, self.account, 0)
            actor.send(pool, "borrow", usdc.address, DEBT, 2, 0, self.account)
            actor.send(usdc, "transfer", deployer.sender, DEBT)

    def position(self) -> Position:
        return Position(*self.world.aave.pool.call(self.rpc, "getUserAccountData", self.account))

    def top_up(self, cents: int) -> Order:
        (order,) = self.decide(spot=2_000.0, margin_ratio=1.2)
        return replace(order, units=cents)


@pytest.mark.parametrize("guarded", [False, True], ids=["bare", "guarded"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_top_up_settles_to_the_unit(
    rpc: Rpc, deployer: Deployer, world: World, kind: str, guarded: bool
) -> None:
    made = Keeper(deployer, world, kind, guarded=guarded)
    before = made.position()
    (order,) = made.decide(spot=2_000.0, margin_ratio=1.2)
    assert order.kind == "top up"
    assert 0 < order.units <= 4_000 * 10**6
    assert made.send([order], 2_000.0) is None
    assert made.holds()[1] == CASH - order.units
    assert made.allowances(world.aave.pool.address) == (0, 0)
    after = made.position()
    assert after.collateral - before.collateral == order.units * ONE_DOLLAR // tokens.DOLLAR
    assert after.health > before.health


def test_more_than_the_account_has_changes_nothing(deployer: Deployer, world: World) -> None:
    made = Keeper(deployer, world, "simple_08")
    before = made.position()
    assert made.send([made.top_up(CASH + 1)]) is not None
    assert made.holds()[1] == CASH
    assert made.position().collateral == before.collateral
    assert made.allowances(world.aave.pool.address) == (0, 0)


def test_the_guard_holds_the_spend_limit(deployer: Deployer, world: World) -> None:
    made = Keeper(deployer, world, "simple_08", guarded=True)
    reason = made.send([made.top_up(4_000_000_001)])
    assert reason is not None
    assert "line 9: `limit topup <= 4,000 USDC` does not hold on chain" in reason
    assert made.holds()[1] == CASH


def test_what_was_put_in_comes_back(deployer: Deployer, world: World) -> None:
    made = Keeper(deployer, world, "simple_08")
    top_up = made.top_up(3_000 * 10**6)
    assert made.send([top_up]) is None
    back = replace(top_up, rule=2, kind="withdraw", units=1_000 * 10**6)
    made.sent = 0  # the other rule's lane
    assert made.send([back]) is None
    assert made.holds()[1] == CASH - 2_000 * tokens.DOLLAR


@pytest.mark.parametrize("price", [2_000.0, 1_800.0, 1_700.01, 1_234.56789])
def test_the_health_factor_is_the_pools(rpc: Rpc, deployer: Deployer, world: World, price: float) -> None:
    made = Keeper(deployer, world, "simple_08")
    assert made.send([made.top_up(1_234_567_891)]) is None
    move(rpc, world, price)
    now = made.position()
    assert now.debt > 0
    assert health_factor(now.collateral, now.debt, now.threshold) == now.health


def test_without_a_debt_health_has_no_end(rpc: Rpc, world: World) -> None:
    nobody = Position(*world.aave.pool.call(rpc, "getUserAccountData", world.accounts.simple_08.address))
    assert nobody.health == UNLIMITED == health_factor(nobody.collateral, nobody.debt, nobody.threshold)


@pytest.mark.parametrize("price", [1_700.0, 1_777.77, 1_999.0])
@pytest.mark.parametrize("target", [12 * WAD // 10, 1_234_567_890_123_456_789, 16 * WAD // 10])
def test_what_is_computed_is_enough_on_the_chain(
    rpc: Rpc, deployer: Deployer, world: World, target: int, price: float
) -> None:
    """The interest of the block in which it lands is all that can be missing."""
    made = Keeper(deployer, world, "simple_08")
    tokens.give(deployer, world.tokens, made.account, usdc=50_000 * tokens.DOLLAR)
    move(rpc, world, price)
    missing = collateral_for(made.position(), target, LIQUIDATION_AT)
    assert missing > 0
    assert made.send([made.top_up(-(-missing * tokens.DOLLAR // ONE_DOLLAR))]) is None
    seconds_of_interest = target // 10**7
    assert target - seconds_of_interest <= made.position().health <= target + target // 10**6
