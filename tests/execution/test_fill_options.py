"""Orders for options put into the calls of a plan: as many trades as the account's positions take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratc.runtime.engine.messages import LOT, Contract, Order
from stratc.runtime.execution.fill import Moment, fill
from stratc.runtime.execution.marks import mark_of
from stratc.runtime.guard import UNLIMITED
from stratc.runtime.pricing.scalar import bs_price
from stratc.runtime.signatures import encoded
from stratc.runtime.venues.onchain.asked import FillError
from stratc.runtime.venues.onchain.listed import WAD, Listed, Position, Strike
from tests.execution.bundles import (
    DOLLAR,
    OPTION_MARKET,
    OPTIONS,
    STRADDLE,
    bundle,
    deployment,
)
from tests.execution.test_fill import words
from tests.venues.onchain import ORDER

PLAN = bundle(STRADDLE, deployment(**OPTIONS))
GUARDED = bundle(STRADDLE, deployment(guarded=True, **OPTIONS))
EXPIRY = 1_798_185_600
STRIKES = tuple(Strike(at, price * WAD, EXPIRY) for at, price in enumerate((1_800, 2_000, 2_200), 1))
SHORT_CALL, SHORT_PUT = (
    Position(number, 2, right, True, WAD, 2_000 * WAD)
    for number, right in ((5, "call"), (6, "put"))  # type: ignore[arg-type]  # rights
)


def option(right: str, units: int, strike: float = 2_000.0, rule: int = 1) -> Order:
    contract = Contract(right, strike, float(EXPIRY))  # type: ignore[arg-type]  # a right
    named = f"ETH-25DEC26-{strike:g}-{right[0].upper()}"
    return replace(
        ORDER, rule=rule, symbol=named, contract=contract, units=units, mark=180.0, venue=None, slippage=0.2
    )


def now(*positions: Position, volatility: float | None = None) -> Moment:
    listed = Listed(STRIKES, positions)
    return Moment(1_795_000_000.0, 2_000.0, volatility=volatility, options={"options": listed})


HEDGE = replace(ORDER, units=LOT // 10)
SOLD = [option("call", -LOT), option("put", -LOT), HEDGE]


def test_a_straddle_and_its_hedge_between_the_guards_calls() -> None:
    steps = fill(GUARDED, SOLD, now())
    names = [step.function.partition("(")[0] for step in steps]
    sale = ["approve", "openPosition", "approve"]
    swap = ["approve", "exactOutputSingle", "approve"]
    assert names == ["begin", *sale, "mark", *sale, "mark", *swap, "finish"]
    marks = [words(step) for step in steps if step.function.startswith("mark")]
    assert marks == [[UNLIMITED], [UNLIMITED]], "the guard sees no options; their market holds the premium"
    assert words(steps[-1])[1] == 3


def test_an_option_to_the_unit() -> None:
    approve, trade, back, *_ = fill(PLAN, SOLD, now())
    assert (approve.to, trade.to, back.to) == (DOLLAR, OPTION_MARKET, DOLLAR)
    assert words(approve) == [int(OPTION_MARKET, 16), 2_000 * WAD]
    assert words(trade) == [2, 0, 1, 3, WAD, 2_000 * WAD, 144 * WAD, UNLIMITED]
    assert trade.data == encoded(trade.function, trade.args)
    assert words(back)[1] == 0


def test_each_of_several_trades_of_an_order_is_marked() -> None:
    (mark,) = [
        step
        for step in fill(GUARDED, [option("call", 2 * LOT, rule=2)], now(SHORT_CALL))
        if step.function.startswith("mark")
    ]
    assert words(mark) == [UNLIMITED]


def test_a_roll_closes_and_opens_with_the_same_leg() -> None:
    orders = [option("put", LOT, rule=3), option("put", -LOT, 1_800.0, rule=3)]
    names = [step.function.partition("(")[0] for step in fill(PLAN, orders, now(SHORT_PUT))]
    assert names == ["closePosition", "approve", "openPosition", "approve"]


def test_everything_that_is_held_is_closed() -> None:
    orders = [replace(ORDER, rule=4), option("call", LOT, rule=4), option("put", LOT, rule=4)]
    steps = fill(PLAN, orders, now(SHORT_CALL, SHORT_PUT))
    assert [words(step)[1] for step in steps if step.to == OPTION_MARKET] == [5, 6]


def test_a_close_opens_nothing_where_the_book_holds_what_the_account_does_not() -> None:
    orders = [option("call", LOT, rule=4)]
    with pytest.raises(FillError, match=r"would open long ETH-25DEC26-2000-C .* are not those of the book"):
        fill(PLAN, orders, now())


def test_without_a_reading_of_the_market_nothing_is_sent() -> None:
    with pytest.raises(FillError, match="what options lists was not read"):
        fill(PLAN, SOLD, Moment(1_795_000_000.0, 2_000.0))


def test_an_option_is_priced_anew_where_the_volatility_is_known() -> None:
    order = option("call", -LOT)
    years = (EXPIRY - 1_795_000_000.0) / (365 * 86_400)
    fresh = mark_of(order, 1_795_000_000.0, 2_100.0, 0.8)
    assert fresh == bs_price(True, 2_100.0, 2_000.0, years, 0.8)
    assert fresh != order.mark
    assert mark_of(order, 1_795_000_000.0, 2_100.0, None) == order.mark
    assert mark_of(order, 1_795_000_000.0, None, 0.8) == order.mark
    (_, trade, *_) = fill(PLAN, [order], now(volatility=0.8))
    model = bs_price(True, 2_000.0, 2_000.0, years, 0.8)
    assert words(trade)[6] == pytest.approx(model * 0.8 * WAD, rel=1e-12)
