"""The venues trade at the market's price, through their own contracts, inside user operations."""

from __future__ import annotations

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import tokens, uniswap
from stratc.runtime.devnet.parts.uniswap import FEE, FOREVER
from stratc.runtime.devnet.people import LIQUIDATOR, TRADER
from stratc.runtime.devnet.world import World, move
from tests.chain.operations import KINDS, Kind, build, call, fund, handle

EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
WAD = 10**18


@EACH
def test_approve_and_swap_settle_together(rpc: Rpc, deployer: Deployer, world: World, kind: Kind) -> None:
    account = _with_dollars(deployer, world, kind, 2_001 * tokens.DOLLAR)
    out = WAD * 999 // 1_000
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, _buy(world, account, out))])
    assert event["success"] is True
    assert out <= world.tokens.weth.call(rpc, "balanceOf", account) < WAD
    assert world.tokens.usdc.call(rpc, "balanceOf", account) == tokens.DOLLAR
    assert world.tokens.usdc.call(rpc, "allowance", account, world.uniswap.router.address) == 0


@EACH
def test_a_swap_that_gives_too_little_takes_the_approval_with_it(
    rpc: Rpc, deployer: Deployer, world: World, kind: Kind
) -> None:
    account = _with_dollars(deployer, world, kind, 2_001 * tokens.DOLLAR)
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, _buy(world, account, WAD))])
    assert event["success"] is False
    assert world.tokens.weth.call(rpc, "balanceOf", account) == 0
    assert world.tokens.usdc.call(rpc, "balanceOf", account) == 2_001 * tokens.DOLLAR
    assert world.tokens.usdc.call(rpc, "allowance", account, world.uniswap.router.address) == 0


@pytest.mark.parametrize("price", [1_999.0, 2_100.0, 1_000.0, 90.0, 5_000.0])
def test_pools_and_oracles_follow_the_market(rpc: Rpc, world: World, price: float) -> None:
    move(rpc, world, price)
    assert uniswap.price(rpc, world.tokens, world.uniswap) == pytest.approx(price, rel=1e-9)
    assert world.oracles.ether.call(rpc, "latestAnswer") == round(price * 10**8)
    assert world.aave.oracle.call(rpc, "getAssetPrice", world.tokens.weth.address) == round(price * 10**8)


def test_collateral_is_topped_up_before_the_price_makes_it_too_little(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    trader = _borrowing(rpc, deployer, world)
    pool, weth = world.aave.pool, world.tokens.weth
    assert _health(rpc, world) == pytest.approx(1.1, rel=1e-3)
    move(rpc, world, 1_850.0)
    assert _health(rpc, world) == pytest.approx(1.0175, rel=1e-3)
    trader.send(weth, "approve", pool.address, 2 * WAD)
    trader.send(pool, "supply", weth.address, 2 * WAD, TRADER.address, 0)
    assert _health(rpc, world) == pytest.approx(1.0175 * 1.2, rel=1e-3)


def test_collateral_that_is_too_little_is_liquidated(rpc: Rpc, deployer: Deployer, world: World) -> None:
    _borrowing(rpc, deployer, world)
    pool, (weth, usdc) = world.aave.pool, world.tokens
    move(rpc, world, 1_700.0)
    assert _health(rpc, world) < 1
    tokens.give(deployer, world.tokens, LIQUIDATOR.address, usdc=10_000 * tokens.DOLLAR)
    liquidator = Deployer(rpc, LIQUIDATOR.address)
    liquidator.send(usdc, "approve", pool.address, 10_000 * tokens.DOLLAR)
    liquidator.send(
        pool, "liquidationCall", weth.address, usdc.address, TRADER.address, 1_000 * tokens.DOLLAR, False
    )
    bonus = 1_000 * 1.05 / 1_700
    assert weth.call(rpc, "balanceOf", LIQUIDATOR.address) / WAD == pytest.approx(bonus, rel=1e-6)


def _borrowing(rpc: Rpc, deployer: Deployer, world: World) -> Deployer:
    """Ten ether in, 15,000 dollars out: 1.1 of health at 2,000 dollars; two more ether in hand."""
    trader, pool, (weth, usdc) = Deployer(rpc, TRADER.address), world.aave.pool, world.tokens
    tokens.give(deployer, world.tokens, TRADER.address, weth=12 * WAD)
    trader.send(weth, "approve", pool.address, 10 * WAD)
    trader.send(pool, "supply", weth.address, 10 * WAD, TRADER.address, 0)
    trader.send(pool, "borrow", usdc.address, 15_000 * tokens.DOLLAR, 2, 0, TRADER.address)
    assert usdc.call(rpc, "balanceOf", TRADER.address) == 15_000 * tokens.DOLLAR
    return trader


def _health(rpc: Rpc, world: World) -> float:
    return float(world.aave.pool.call(rpc, "getUserAccountData", TRADER.address)[5] / WAD)


def _with_dollars(deployer: Deployer, world: World, kind: Kind, amount: int) -> str:
    account = kind.account(world).address
    fund(deployer, world, kind)
    tokens.give(deployer, world.tokens, account, usdc=amount)
    return account


def _buy(world: World, account: str, out: int) -> list[tuple[str, int, bytes]]:
    """Ether for 2,000 dollars, at least `out` wei of it."""
    (weth, usdc), router = world.tokens, world.uniswap.router
    paid = 2_000 * tokens.DOLLAR
    order = (usdc.address, weth.address, FEE, account, FOREVER, paid, out, 0)
    return [call(usdc, "approve", router.address, paid), call(router, "exactInputSingle", order)]
