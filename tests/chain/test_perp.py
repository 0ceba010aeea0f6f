"""The perpetual exchange: margin in, positions open and close, alone and with a spot leg in the same operation."""

from __future__ import annotations

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import perp, tokens
from stratc.runtime.devnet.parts.perp import FOREVER, WAD
from stratc.runtime.devnet.parts.uniswap import FEE
from stratc.runtime.devnet.world import World, move
from tests.chain.operations import KINDS, Call, Kind, build, call, fund, handle

EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
MARGIN = 5_000 * tokens.DOLLAR
SPOT = 2_000 * tokens.DOLLAR


@EACH
def test_spot_and_perpetual_trade_in_one_operation(
    rpc: Rpc, deployer: Deployer, world: World, kind: Kind
) -> None:
    account = _ready(deployer, world, kind)
    legs = [*_deposit(world), *_buy_spot(world, account), _short(world, WAD, at_least=1_990 * WAD)]
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, legs)])
    assert event["success"] is True
    assert _position(rpc, world, account) == -WAD
    assert world.tokens.weth.call(rpc, "balanceOf", account) > WAD * 99 // 100
    assert world.tokens.usdc.call(rpc, "balanceOf", account) == 0


@EACH
def test_neither_leg_happens_when_the_perpetual_gives_too_little(
    rpc: Rpc, deployer: Deployer, world: World, kind: Kind
) -> None:
    account = _ready(deployer, world, kind)
    legs = [*_deposit(world), *_buy_spot(world, account), _short(world, WAD, at_least=2_000 * WAD)]
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, legs)])
    assert event["success"] is False
    assert _position(rpc, world, account) == 0
    assert world.tokens.weth.call(rpc, "balanceOf", account) == 0
    assert world.tokens.usdc.call(rpc, "balanceOf", account) == MARGIN + SPOT
    assert world.perp.vault.call(rpc, "getBalance", account) == 0


def test_a_position_larger_than_its_margin_allows_is_refused(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    kind = KINDS[0]
    account = _ready(deployer, world, kind)
    legs = [*_deposit(world), _short(world, 30 * WAD, at_least=0)]
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, legs)])
    assert event["success"] is False
    assert _position(rpc, world, account) == 0


def test_a_short_gains_when_the_price_falls_and_closes(rpc: Rpc, deployer: Deployer, world: World) -> None:
    kind = KINDS[0]
    account = _ready(deployer, world, kind)
    legs = [*_deposit(world), _short(world, WAD, at_least=0)]
    handle(rpc, world, kind, [build(rpc, world, kind, legs)])
    rpc.call("evm_increaseTime", 60)
    move(rpc, world, 1_900.0)
    assert perp.price(rpc, world.perp) == pytest.approx(1_900.0, rel=1e-9)
    rpc.call("evm_increaseTime", 2_400)
    rpc.call("evm_mine")
    close = (world.perp.base.address, 0, 0, FOREVER, bytes(32))
    (event,) = handle(
        rpc, world, kind, [build(rpc, world, kind, [call(world.perp.clearing_house, "closePosition", close)])]
    )
    assert event["success"] is True
    assert _position(rpc, world, account) == 0
    gain = world.perp.clearing_house.call(rpc, "getAccountValue", account) / WAD - MARGIN / tokens.DOLLAR
    assert 90 < gain < 100, "a hundred dollars less fees, impact and funding"


def test_a_large_move_takes_the_exchange_several_blocks(rpc: Rpc, world: World) -> None:
    move(rpc, world, 1_500.0)
    first = perp.price(rpc, world.perp)
    assert 1_800 < first < 2_000
    for _ in range(3):
        rpc.call("evm_increaseTime", 20)
        move(rpc, world, 1_500.0)
    assert perp.price(rpc, world.perp) == pytest.approx(1_500.0, rel=1e-9)


def _ready(deployer: Deployer, world: World, kind: Kind) -> str:
    account = kind.account(world).address
    fund(deployer, world, kind)
    tokens.give(deployer, world.tokens, account, usdc=MARGIN + SPOT)
    return account


def _deposit(world: World) -> list[Call]:
    usdc, vault = world.tokens.usdc, world.perp.vault
    return [call(usdc, "approve", vault.address, MARGIN), call(vault, "deposit", usdc.address, MARGIN)]


def _buy_spot(world: World, account: str) -> list[Call]:
    (weth, usdc), router = world.tokens, world.uniswap.router
    order = (usdc.address, weth.address, FEE, account, FOREVER, SPOT, 0, 0)
    return [call(usdc, "approve", router.address, SPOT), call(router, "exactInputSingle", order)]


def _short(world: World, amount: int, at_least: int) -> Call:
    """Sell that much of the perpetual for no less than `at_least` dollars (18 decimals)."""
    order = (world.perp.base.address, True, True, amount, at_least, FOREVER, 0, bytes(32))
    return call(world.perp.clearing_house, "openPosition", order)


def _position(rpc: Rpc, world: World, account: str) -> int:
    size: int = world.perp.account_balance.call(rpc, "getTotalPositionSize", account, world.perp.base.address)
    return size
