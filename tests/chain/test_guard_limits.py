"""Every limit of the guard trips at one unit beyond its bound, and lets the bound itself through."""

from __future__ import annotations

import pytest

from stratc.runtime.guard import UNLIMITED, Check, GuardLimits
from tests.chain.evm import GWEI
from tests.chain.guarded import DAY, ETH, OTHER, PRICE, USDC, World, refused

pytestmark = pytest.mark.chain

BUY, SELL = (ETH, -PRICE * USDC), (-ETH, PRICE * USDC)


def test_without_limits_any_batch_passes() -> None:
    world = World()
    world.batch(world.trade(*BUY), world.trade(*SELL))
    assert world.held() == (10 * ETH, 50_000 * USDC)


@pytest.mark.parametrize("source", ["chainlink", "pyth"])
def test_price_age(source: str) -> None:
    world = World(GuardLimits(max_age=30))
    feed = {"chainlink": world.chainlink, "pyth": world.pyth}[source]

    def aged(seconds: int) -> None:
        moment = world.evm.time - seconds
        if feed is world.chainlink:
            feed("set", PRICE * 10**8, moment)
        else:
            feed("set", bytes.fromhex("ff" * 32), (PRICE * 10**8, 1, -8, moment))

    aged(30)
    world.batch()
    aged(31)
    assert refused(world.batch, Check.PRICE_AGE) == (31, 30)
    aged(-1)
    refused(world.batch, Check.NO_PRICE)


@pytest.mark.parametrize("answer", [0, -1])
def test_no_price(answer: int) -> None:
    world = World()
    world.prices(answer)
    refused(world.batch, Check.NO_PRICE)


def test_sources_agree() -> None:
    world = World(GuardLimits(agreement=5_000_000))  # 50 bps
    low, high = 2000 * 10**8, 2010 * 10**8
    for first, second in ((low, high), (high, low)):
        world.prices(first, second)
        world.batch()
    for first, second in ((low, high + 1), (high + 1, low)):
        world.prices(first, second)
        assert refused(world.batch, Check.PRICE_AGREEMENT) == (5_000_001, 5_000_000)


def test_gas_price_of_what_is_no_exit() -> None:
    world = World(GuardLimits(gas_price=50 * GWEI))
    world.evm.gas_price = 50 * GWEI
    world.batch(world.trade(*BUY), hints=0)
    world.evm.gas_price += 1
    found = refused(lambda: world.batch(world.trade(*BUY), hints=0), Check.GAS_PRICE)
    assert found == (50 * GWEI + 1, 50 * GWEI)
    refused(lambda: world.batch(orders=1, hints=0), Check.GAS_PRICE)
    world.batch(world.trade(*SELL), hints=0)
    world.batch(world.trade(0, -USDC), hints=0)


def test_deadlines() -> None:
    world = World()
    now, block = world.evm.time, world.evm.block
    world.batch(block=block, time=now)
    assert refused(lambda: world.batch(block=block - 1), Check.DEADLINE_BLOCK) == (block, block - 1)
    assert refused(lambda: world.batch(time=now - 1), Check.DEADLINE_TIME) == (now, now - 1)


def test_another_strategy() -> None:
    world = World()
    refused(lambda: world.batch(strategy=OTHER), Check.OTHER_STRATEGY)


@pytest.mark.parametrize("side", [1, -1])
def test_order_size(side: int) -> None:
    world = World(GuardLimits(order_size=2 * ETH))
    world.batch(world.trade(side * 2 * ETH, -side * 4000 * USDC))
    over = world.trade(side * (2 * ETH + 1), -side * 4000 * USDC)
    assert refused(lambda: world.batch(over), Check.ORDER_SIZE) == (2 * ETH + 1, 2 * ETH)


def test_two_legs_are_two_orders_and_one_leg_is_one() -> None:
    world = World(GuardLimits(order_size=2 * ETH))
    leg = world.trade(2 * ETH, -4000 * USDC)
    world.batch(leg, leg)
    begin, together = world.guard.data("begin", bytes.fromhex("11" * 32), UNLIMITED, UNLIMITED), (leg, leg)
    whole = [
        (world.guard.at, begin),
        *together,
        (world.guard.at, world.guard.data("finish", UNLIMITED, 2, 0)),
    ]
    assert refused(lambda: world.execute(*whole), Check.ORDER_SIZE) == (4 * ETH, 2 * ETH)


@pytest.mark.parametrize("side", [1, -1])
def test_order_notional_is_rounded_up(side: int) -> None:
    world = World(GuardLimits(order_notional=2000 * USDC))
    world.batch(world.trade(side * ETH, -side * 2000 * USDC))
    over = world.trade(side * (ETH + 1), -side * 2000 * USDC)
    assert refused(lambda: world.batch(over), Check.ORDER_NOTIONAL) == (2000 * USDC + 1, 2000 * USDC)


def test_slippage_of_a_purchase_is_rounded_down() -> None:
    world = World(GuardLimits(slippage=3_000_000))  # 30 bps
    most = 2006 * USDC
    world.batch(world.trade(ETH, -most))
    over = world.trade(ETH, -most - 1)
    assert refused(lambda: world.batch(over), Check.BOUGHT_TOO_DEAR) == (most + 1, most)
    less = world.trade(ETH - 1, -most)
    assert refused(lambda: world.batch(less), Check.BOUGHT_TOO_DEAR) == (most, most - 1)


def test_slippage_of_a_sale_is_rounded_up() -> None:
    world = World(GuardLimits(slippage=3_000_000))
    least = 1994 * USDC
    world.batch(world.trade(-ETH, least))
    under = world.trade(-ETH, least - 1)
    assert refused(lambda: world.batch(under), Check.SOLD_TOO_CHEAP) == (least - 1, least)
    more = world.trade(-ETH - 1, least)
    assert refused(lambda: world.batch(more), Check.SOLD_TOO_CHEAP) == (least, least + 1)


def test_a_leg_may_be_held_to_less_slippage_but_not_to_more() -> None:
    world = World(GuardLimits(slippage=3_000_000))
    leg = world.trade(ETH, -2002 * USDC)
    world.batch(leg, slippage=1_000_000)
    refused(
        lambda: world.batch(world.trade(ETH, -2002 * USDC - 1), slippage=1_000_000), Check.BOUGHT_TOO_DEAR
    )
    refused(lambda: world.batch(world.trade(ETH, -2007 * USDC), slippage=UNLIMITED), Check.BOUGHT_TOO_DEAR)


def test_base_that_is_given_away_is_sold_for_nothing() -> None:
    world = World(GuardLimits(slippage=500_000_000))
    assert refused(lambda: world.batch(world.trade(-ETH, 0)), Check.SOLD_TOO_CHEAP) == (0, 1000 * USDC)
    assert refused(lambda: world.batch(world.trade(-ETH, -5)), Check.SOLD_TOO_CHEAP) == (-5, 1000 * USDC)


def test_top_up() -> None:
    world = World(GuardLimits(top_up=1000 * USDC))
    world.batch(world.trade(0, -1000 * USDC))
    over = world.trade(0, -1000 * USDC - 1)
    assert refused(lambda: world.batch(over), Check.TOP_UP) == (1000 * USDC + 1, 1000 * USDC)


def test_exposure_above() -> None:
    world = World(GuardLimits(exposure_high=12 * ETH))
    world.batch(world.trade(2 * ETH, -4000 * USDC))
    assert refused(lambda: world.batch(world.trade(1, 0)), Check.EXPOSURE_HIGH) == (12 * ETH + 1, 12 * ETH)


def test_exposure_that_is_broken_may_only_come_nearer() -> None:
    world = World(GuardLimits(exposure_high=12 * ETH, exposure_low=5 * ETH))
    world.hold(20 * ETH, 0)
    world.batch(world.trade(-1, 1))
    refused(world.batch, Check.EXPOSURE_HIGH)
    refused(lambda: world.batch(world.trade(-16 * ETH, 0)), Check.EXPOSURE_LOW)
    world.hold(4 * ETH, 10)
    world.batch(world.trade(1, -1))
    refused(lambda: world.batch(world.trade(-1, 1)), Check.EXPOSURE_LOW)


def test_exposure_below() -> None:
    world = World(GuardLimits(exposure_low=9 * ETH))
    world.batch(world.trade(*SELL))
    assert refused(lambda: world.batch(world.trade(-1, 1)), Check.EXPOSURE_LOW) == (9 * ETH - 1, 9 * ETH)


def test_cash_that_is_kept() -> None:
    world = World(GuardLimits(cash=49_000 * USDC))
    world.batch(world.trade(0, -1000 * USDC))
    over = world.trade(0, -1)
    assert refused(lambda: world.batch(over), Check.CASH) == (49_000 * USDC - 1, 49_000 * USDC)


def test_gas_cost_is_counted_for_each_order() -> None:
    bound = 22 * USDC  # 1,100,000 gas at 10 gwei and 2,000 USDC/ETH; what the guard itself takes comes on top
    world = World(GuardLimits(gas_cost=bound), overhead=100_000)
    world.evm.gas_price = 10 * GWEI
    burn = world.call(world.venue, "burn_gas", 1_000_000)
    value, got = refused(lambda: world.batch(burn, hints=0), Check.GAS_COST)
    assert got == bound
    assert bound < value < 24 * USDC
    world.batch(burn, hints=0, orders=2)


def test_gas_cost_covers_what_the_transaction_used() -> None:
    overhead = 100_000  # the transaction itself, its data, and what `finish` does after it has counted
    burn = (World().venue.at, World().venue.data("burn_gas", 200_000))
    held, free = World(GuardLimits(gas_cost=0), overhead=overhead), World(overhead=overhead)
    held.evm.gas_price = free.evm.gas_price = 10 * GWEI
    counted, _ = refused(lambda: held.batch(burn, hints=0), Check.GAS_COST)
    free.batch(burn, hints=0)
    assert counted >= free.evm.gas_used * 10 * GWEI * PRICE * USDC // ETH


def test_a_book_at_a_venue_counts_as_held() -> None:
    world = World(GuardLimits(exposure_high=12 * ETH, slippage=1_000_000, top_up=500 * USDC), book=True)
    world.batch(world.call(world.book, "trade", 2 * ETH, -4004 * USDC))
    refused(lambda: world.batch(world.call(world.book, "trade", 1, 0)), Check.EXPOSURE_HIGH)
    dear = world.call(world.book, "trade", -ETH, 1997 * USDC)
    refused(lambda: world.batch(dear), Check.SOLD_TOO_CHEAP)
    world.batch(world.call(world.book, "deposit", 500 * USDC))
    over = world.call(world.book, "deposit", 500 * USDC + 1)
    assert refused(lambda: world.batch(over), Check.TOP_UP) == (500 * USDC + 1, 500 * USDC)


@pytest.mark.parametrize(("base", "quote"), [(8, 6), (18, 18), (6, 18), (0, 0)])
def test_tokens_of_other_decimals(base: int, quote: int) -> None:
    one, coin = 10**base, 10**quote
    world = World(GuardLimits(slippage=3_000_000), decimals=(base, quote))
    world.hold(10 * one, 50_000 * coin)
    most, least = 2006 * coin, 1994 * coin
    world.batch(world.trade(one, -most), world.trade(-one, least))
    assert refused(lambda: world.batch(world.trade(one, -most - 1)), Check.BOUGHT_TOO_DEAR) == (
        most + 1,
        most,
    )
    assert refused(lambda: world.batch(world.trade(-one, least - 1)), Check.SOLD_TOO_CHEAP) == (
        least - 1,
        least,
    )


def test_a_refused_batch_changes_nothing() -> None:
    world = World(GuardLimits(order_size=ETH))
    before = world.held(), world.guard("hints")
    refused(lambda: world.batch(world.trade(*BUY), world.trade(ETH + 1, -2000 * USDC)), Check.ORDER_SIZE)
    world.evm.at(2, world.evm.time + DAY)
    assert (world.held(), world.guard("hints")) == before
