"""Options that are held are closed by their own positions: in part, together with new ones, and by force."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts.lyra import WAD
from stratc.runtime.devnet.world import World, move
from stratc.runtime.engine.messages import LOT
from stratc.runtime.venues.onchain.asked import FillError
from tests.chain.planned import KINDS
from tests.chain.straddles import CASH, POOL, Optioned, straddle

HOUR = 3_600


def sold(rpc: Rpc, deployer: Deployer, world: World, closed: str = "5", kind: str = "simple_08") -> Optioned:
    """A straddle that was sold and hedged, which the engine knows of; the next rule is in a lane of its own."""
    made = Optioned(deployer, world, straddle(rpc, world, POOL, closed), kind)
    orders = made.opened()
    assert made.send(orders) is None
    made.fill(orders)
    made.sent = 0
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_a_straddle_is_bought_back(rpc: Rpc, deployer: Deployer, world: World, kind: str) -> None:
    made = sold(rpc, deployer, world, kind=kind)
    had = made.dollars()
    closing = made.decide(spot=2_101.0, iv=0.8)
    assert [(order.symbol[-1], order.units) for order in closing] == [("C", LOT), ("P", LOT)]
    assert made.send(closing, 2_000.0) is None
    assert made.positions() == []
    assert had < made.dollars() < CASH, "collateral is back; fees and spread are gone"
    assert not any(made.approvals())


def test_a_part_is_bought_back_and_what_is_left_stays_secured(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    made = sold(rpc, deployer, world, closed="0.3")
    assert made.send(made.decide(spot=2_101.0, iv=0.8)) is None
    left = [(one.amount, one.collateral) for one in made.positions()]
    assert left == [(WAD * 7 // 10, 1_400 * WAD)] * 2


def test_neither_is_bought_back_when_one_would_cost_too_much(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    made = sold(rpc, deployer, world)
    call, put = made.decide(spot=2_101.0, iv=0.8)
    before = made.state()
    reason = made.send([call, replace(put, slippage=None, limit_price=1.0)])
    assert reason is not None
    assert "more than the 1.00 that the slippage allows" in reason
    assert made.state() == before


def test_more_of_the_same_adds_to_the_position(rpc: Rpc, deployer: Deployer, world: World) -> None:
    made = sold(rpc, deployer, world)
    made.sent = 1
    again = [replace(made.forgotten()[0], units=-LOT // 2)]
    assert made.send(again) is None
    call, put = made.positions()
    assert (call.amount, call.collateral) == (WAD * 3 // 2, 3_000 * WAD)
    assert (put.amount, put.collateral) == (WAD, 2_000 * WAD)


def test_an_order_closes_what_is_held_against_it_and_opens_the_rest(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    """Two calls bought where one was sold: it is bought back, and one more bought, each by the leg that can."""
    text = straddle(rpc, world, POOL) + (
        "when spot > 5_000:\n    buy 2 ETH call strike 2_000 expiring {day}, slippage <= 60%\n"
    ).format(day=straddle(rpc, world, POOL).partition("expiring ")[2][:10])
    made = Optioned(deployer, world, text)
    orders = made.opened()
    assert made.send(orders) is None
    made.sent = 0
    assert made.send([replace(orders[0], rule=4, units=2 * LOT, slippage=0.6)]) is None
    found = [(one.right, one.short, one.amount) for one in made.positions()]
    assert found == [("put", True, WAD), ("call", False, WAD)]
    assert not any(made.approvals())


def test_deep_in_the_money_only_a_forced_close_is_taken(rpc: Rpc, deployer: Deployer, world: World) -> None:
    made = sold(rpc, deployer, world)
    for price in (2_150.0, 2_400.0, 2_700.0):
        rpc.call("evm_increaseTime", 60)
        move(rpc, world, price)
    assert {one.right: one.forced for one in made.positions()} == {"call": True, "put": True}
    closing = made.decide(spot=2_700.0, iv=0.8)
    assert made.send([replace(closing[0], slippage=0.6)]) is None
    assert [one.right for one in made.positions()] == ["put"]


def test_what_has_lost_more_than_secures_it_is_bought_back_with_the_accounts_own_money(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    made = sold(rpc, deployer, world)
    for price in (2_300.0, 2_700.0, 3_200.0, 3_700.0, 4_300.0, 5_000.0):
        rpc.call("evm_increaseTime", 60)
        move(rpc, world, price)
    call, _ = made.decide(spot=5_000.0, iv=0.8)
    had = made.dollars()
    assert made.send([replace(call, slippage=0.1)]) is None
    assert [one.right for one in made.positions()] == ["put"]
    assert made.dollars() < had - 1_000 * WAD, "3,000 and more for what 2,000 secured"
    assert not any(made.approvals())


def test_near_expiry_only_a_forced_close_is_taken(rpc: Rpc, deployer: Deployer, world: World) -> None:
    made = sold(rpc, deployer, world)
    expiry = made.listed()["options"].strikes[0].expiry
    now = int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    rpc.call("evm_increaseTime", expiry - 6 * HOUR - now)
    move(rpc, world, 2_000.0)
    assert [one.forced for one in made.positions()] == [True, True]
    call, _ = made.decide(spot=2_101.0, iv=0.8)
    assert made.send([replace(call, slippage=None, limit_price=500.0)]) is None
    assert [one.right for one in made.positions()] == ["put"]


def test_what_is_not_listed_is_not_sent_and_the_nearest_is_told(
    rpc: Rpc, deployer: Deployer, world: World
) -> None:
    made = Optioned(deployer, world, straddle(rpc, world, POOL).replace("2_000", "2_010"))
    with pytest.raises(FillError, match=r"does not list ETH-\w+-2010-C; the nearest to it is ETH-\w+-2000-C"):
        made.send(made.opened())


def test_what_is_frozen_is_held_and_not_traded(rpc: Rpc, deployer: Deployer, world: World) -> None:
    made = sold(rpc, deployer, world)
    closing = made.decide(spot=2_101.0, iv=0.8)
    deployer.send(world.lyra.market, "setBoardFrozen", world.lyra.boards[0], True)
    assert {one.number for one in made.listed()["options"].strikes if one.trading} == set(range(8, 15))
    assert len(made.positions()) == 2
    with pytest.raises(FillError, match="has stopped trading ETH-"):
        made.send(closing)
    deployer.send(world.lyra.market, "setBoardFrozen", world.lyra.boards[0], False)
    assert made.send(closing) is None
