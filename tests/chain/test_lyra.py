"""The options market: straddles sold and bought back in user operations, hedged in the same one on the perpetual."""

from __future__ import annotations

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import lyra, tokens
from stratc.runtime.devnet.parts.lyra import WAD
from stratc.runtime.devnet.parts.perp import FOREVER
from stratc.runtime.devnet.world import World, move
from tests.chain.operations import KINDS, Call, Kind, build, call, fund, handle

EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
CASH, MARGIN = 20_000 * WAD, 5_000 * tokens.DOLLAR
LONG_CALL, LONG_PUT, SHORT_CALL, SHORT_PUT = 0, 1, 3, 4
"""Lyra's kinds of options; short ones with dollars as collateral."""
ANY = 2**128
GAS = 5_000_000
"""For the calls; a Safe's are nested, and each call keeps a part of it."""


@EACH
def test_a_straddle_and_its_hedge_settle_in_one_operation(
    rpc: Rpc, deployer: Deployer, world: World, kind: Kind
) -> None:
    account = _ready(deployer, world, kind)
    legs = [*_straddle(rpc, world), *_hedge(world, at_least=0)]
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, legs, GAS)])
    assert event["success"] is True
    assert [p[2] for p in _positions(rpc, world, account)] == [SHORT_CALL, SHORT_PUT]
    assert [p[3] for p in _positions(rpc, world, account)] == [WAD, WAD]
    assert _perpetual(rpc, world, account) == -WAD // 10
    assert world.lyra.dollar.call(rpc, "balanceOf", account) > CASH - 4_000 * WAD, "premiums came in"


@EACH
def test_no_leg_happens_when_the_hedge_fails(rpc: Rpc, deployer: Deployer, world: World, kind: Kind) -> None:
    account = _ready(deployer, world, kind)
    legs = [*_straddle(rpc, world), *_hedge(world, at_least=201 * WAD)]
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, legs, GAS)])
    assert event["success"] is False
    _nothing_happened(rpc, world, account)


@EACH
def test_no_leg_happens_when_the_premium_is_too_little(
    rpc: Rpc, deployer: Deployer, world: World, kind: Kind
) -> None:
    account = _ready(deployer, world, kind)
    legs = [*_hedge(world, at_least=0), *_straddle(rpc, world, at_least=1_000 * WAD)]
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, legs, GAS)])
    assert event["success"] is False
    _nothing_happened(rpc, world, account)


def test_options_are_bought_back(rpc: Rpc, deployer: Deployer, world: World) -> None:
    kind = KINDS[0]
    account = _ready(deployer, world, kind)
    handle(rpc, world, kind, [build(rpc, world, kind, _straddle(rpc, world))])
    closes = [
        call(world.lyra.market, "closePosition", (p[1], p[0], 1, p[2], WAD, 0, 0, ANY))
        for p in _positions(rpc, world, account)
    ]
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, closes)])
    assert event["success"] is True
    assert _positions(rpc, world, account) == []
    left = world.lyra.dollar.call(rpc, "balanceOf", account)
    assert CASH * 99 // 100 < left < CASH, "collateral is back; fees and spread are gone"


def test_prices_follow_the_market_and_its_distance_to_the_strike(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    kind = KINDS[0]
    account = _ready(deployer, world, kind)
    before = _cost(rpc, deployer, world, account, LONG_CALL)
    rpc.call("evm_increaseTime", 60)
    move(rpc, world, 2_200.0)
    after = _cost(rpc, deployer, world, account, LONG_CALL)
    assert before + 90 * WAD < after < before + 160 * WAD, "a call gained 200 dollars times its delta"


def test_boards_have_round_strikes_around_the_price_and_expire_on_fridays(rpc: Rpc, world: World) -> None:
    now = int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    expiries = [world.lyra.market.call(rpc, "getOptionBoard", board)[1] for board in world.lyra.boards]
    assert all(expiry == lyra.friday(expiry) for expiry in expiries)
    assert now + 27 * 86_400 < expiries[0] < expiries[1] < now + 62 * 86_400
    (first, _) = world.lyra.boards
    listed = [
        world.lyra.market.call(rpc, "getStrike", strike)[1] // WAD
        for strike in world.lyra.market.call(rpc, "getBoardStrikes", first)
    ]
    assert listed == lyra.strikes(2_000.0) == [1_400, 1_600, 1_800, 2_000, 2_200, 2_400, 2_600]


@pytest.mark.parametrize("price", [3.0, 15.5, 130.0, 999.0, 3_200.0, 101_234.0])
def test_strikes_are_round_and_few_at_any_price(price: float) -> None:
    listed = lyra.strikes(price)
    assert listed == sorted(set(listed))
    assert 1 <= len(listed) <= len(lyra.SKEWS)
    assert min(listed) <= price <= max(listed)


def _ready(deployer: Deployer, world: World, kind: Kind) -> str:
    account = kind.account(world).address
    fund(deployer, world, kind)
    lyra.give(deployer, world.lyra, account, dollars=CASH)
    tokens.give(deployer, world.tokens, account, usdc=MARGIN)
    return account


def _at_the_money(rpc: Rpc, world: World) -> int:
    """The strike at 2,000 dollars on the first board."""
    market = world.lyra.market
    for strike in market.call(rpc, "getBoardStrikes", world.lyra.boards[0]):
        if market.call(rpc, "getStrike", strike)[1] == 2_000 * WAD:
            return int(strike)
    raise AssertionError("no strike at 2,000 dollars")


def _straddle(rpc: Rpc, world: World, at_least: int = 0) -> list[Call]:
    """A call and a put sold, 2,000 dollars of collateral for each, premiums no less than `at_least`."""
    strike, market = _at_the_money(rpc, world), world.lyra.market
    collateral = 2_000 * WAD
    return [
        call(world.lyra.dollar, "approve", market.address, 2 * collateral),
        *(
            call(market, "openPosition", (strike, 0, 1, side, WAD, collateral, at_least, ANY))
            for side in (SHORT_CALL, SHORT_PUT)
        ),
    ]


def _hedge(world: World, at_least: int) -> list[Call]:
    """Margin in, and a tenth of an ether of the perpetual sold for no less than `at_least` dollars."""
    usdc, vault = world.tokens.usdc, world.perp.vault
    order = (world.perp.base.address, True, True, WAD // 10, at_least, FOREVER, 0, bytes(32))
    return [
        call(usdc, "approve", vault.address, MARGIN),
        call(vault, "deposit", usdc.address, MARGIN),
        call(world.perp.clearing_house, "openPosition", order),
    ]


def _positions(rpc: Rpc, world: World, account: str) -> list[tuple[int, ...]]:
    """Number, strike, kind, amount, collateral and state of each."""
    return list(world.lyra.option_token.call(rpc, "getOwnerPositions", account))


def _perpetual(rpc: Rpc, world: World, account: str) -> int:
    return int(world.perp.account_balance.call(rpc, "getTotalPositionSize", account, world.perp.base.address))


def _nothing_happened(rpc: Rpc, world: World, account: str) -> None:
    assert _positions(rpc, world, account) == []
    assert _perpetual(rpc, world, account) == 0
    assert world.lyra.dollar.call(rpc, "balanceOf", account) == CASH
    assert world.lyra.dollar.call(rpc, "allowance", account, world.lyra.market.address) == 0
    assert world.tokens.usdc.call(rpc, "balanceOf", account) == MARGIN
    assert world.perp.vault.call(rpc, "getBalance", account) == 0


def _cost(rpc: Rpc, deployer: Deployer, world: World, account: str, side: int) -> int:
    """What one long option at 2,000 dollars costs now; the purchase is undone."""
    mark = rpc.call("evm_snapshot")
    kind, strike = KINDS[0], _at_the_money(rpc, world)
    order = (strike, 0, 1, side, WAD, 0, 0, ANY)
    calls = [
        call(world.lyra.dollar, "approve", world.lyra.market.address, CASH),
        call(world.lyra.market, "openPosition", order),
    ]
    had = world.lyra.dollar.call(rpc, "balanceOf", account)
    (event,) = handle(rpc, world, kind, [build(rpc, world, kind, calls)])
    assert event["success"] is True
    paid = int(had - world.lyra.dollar.call(rpc, "balanceOf", account))
    assert rpc.call("evm_revert", mark)
    return paid
