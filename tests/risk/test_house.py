"""Operations of the clearing house one by one: what they do, and what they refuse."""

from __future__ import annotations

import pytest

from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.risk.house import HOUSE, ClearingHouse
from stratc.runtime.risk.instruments import Option
from stratc.runtime.risk.invariants import broken
from stratc.runtime.risk.units import PARTS, PRICE, RiskError
from tests.risk.markets import CALL, DAY, PERP, T0, house, prices


def state(of: ClearingHouse) -> object:
    return [of.holds, *((name, account) for name, account in of.accounts.items())]


def refused(of: ClearingHouse, why: str, operation: str, *args: object) -> None:
    before = repr(state(of))
    with pytest.raises(RiskError, match=why):
        getattr(of, operation)(*args)
    assert repr(state(of)) == before


def test_dust_goes_to_the_fund() -> None:
    of = house(ann=100, bob=100)
    of.trade("ann", "bob", PERP, 1, 2_000 * PRICE + 1)
    assert [of.accounts[name].money for name in ("ann", "bob", HOUSE)] == [100 * CENT - 3, 100 * CENT + 2, 1]
    assert not broken(of)


def test_initial_margin_holds_back_trades_and_withdrawals() -> None:
    of = house(ann=1_000, bob=5_000)
    refused(
        of, "ann would be 200.00 below initial margin", "trade", "ann", "bob", PERP, 6 * LOT, 2_000 * PRICE
    )
    of.trade("ann", "bob", PERP, 4 * LOT, 2_000 * PRICE)
    refused(of, "ann would be 0.00 below", "withdraw", "ann", 200 * CENT + 1)
    of.withdraw("ann", 200 * CENT)
    assert of.accounts["ann"].over_initial(of.prices, of.rules) == 0
    assert not broken(of)


def test_below_initial_margin_one_may_only_come_nearer_to_it() -> None:
    of = house(ann=1_000, bob=5_000)
    of.trade("ann", "bob", PERP, 4 * LOT, 2_000 * PRICE)
    of.mark(prices(1_900))
    refused(of, "below initial margin", "trade", "ann", "bob", PERP, 1, 1_900 * PRICE)
    refused(of, "below initial margin", "trade", "bob", "ann", PERP, LOT, 1_700 * PRICE)  # giving it away
    of.trade("bob", "ann", PERP, LOT, 1_900 * PRICE)
    assert of.accounts["ann"].positions == {PERP: 3 * LOT}


def test_isolated_margin_loses_what_it_was_given_and_no_more() -> None:
    of = house(fund=10_000, ann=10_000, bob=10_000)
    of.open("ann/perp", "isolated", PERP)
    of.transfer("ann", "ann/perp", 500 * CENT)
    refused(of, "is isolated, for Perpetual", "trade", "ann/perp", "bob", CALL, LOT, 100 * PRICE)
    of.trade("ann/perp", "bob", PERP, 2 * LOT, 2_000 * PRICE)
    of.mark(prices(1_700))
    assert of.unhealthy() == ["ann/perp"]
    assert of.accounts["ann"].money == 9_500 * CENT


def test_collateral_counts_for_less_than_it_is_worth() -> None:
    of = house(ann=1, bob=10_000)
    of.deposit("ann", 10**18, "WETH")
    refused(of, "below initial", "trade", "ann", "bob", PERP, 9 * LOT, 2_000 * PRICE)
    of.trade("ann", "bob", PERP, 8 * LOT, 2_000 * PRICE)  # 1,600 of 1,701
    refused(of, "below initial", "withdraw", "ann", 10**18, "WETH")
    of.withdraw("ann", 10**16, "WETH")
    assert of.holds["WETH"] == of.accounts["ann"].held["WETH"] == 99 * 10**16
    refused(of, "DOGE is no collateral here", "deposit", "ann", 1, "DOGE")


def test_funding_moves_money_from_longs_to_shorts() -> None:
    of = house(ann=1_000, bob=1_000, cat=1_000)
    of.trade("ann", "bob", PERP, LOT // 3, 2_000 * PRICE)
    of.trade("cat", "bob", PERP, LOT // 3, 2_000 * PRICE)
    before = {name: account.money for name, account in of.accounts.items()}
    of.fund(PERP, PARTS // 1_000)
    moved = {name: account.money - before[name] for name, account in of.accounts.items()}
    assert moved == {HOUSE: 1, "ann": -666_667, "bob": 1_333_333, "cat": -666_667}
    assert not broken(of)


def test_options_are_settled_once_and_at_their_time() -> None:
    of = house(ann=1_000, bob=3_000)
    of.trade("ann", "bob", CALL, LOT, 150 * PRICE)
    refused(of, "expires at", "expire", CALL, 2_000 * PRICE)
    of.mark(prices(2_500, t=CALL.expiry))
    refused(of, "has expired", "trade", "ann", "bob", CALL, LOT, 300 * PRICE)
    for _ in range(2):
        of.expire(CALL, 2_500 * PRICE)
        assert of.accounts["ann"].money == (1_000 - 150 + 300) * CENT
    assert not of.accounts["bob"].positions
    assert not broken(of)


def test_debts_come_before_withdrawals() -> None:
    of = house(ann=1_000, bob=1_000)
    of.trade("ann", "bob", PERP, 5 * LOT, 2_000 * PRICE)
    of.mark(prices(1_800))
    refused(of, r"\['ann'\] are below maintenance margin", "withdraw", "bob", CENT)


@pytest.mark.parametrize(
    ("why", "operation", "args"),
    [
        ("account ann already", "open", ("ann",)),
        ("names the one instrument", "open", ("eve", "isolated")),
        ("a deposit of 0", "deposit", ("ann", 0)),
        ("no account eve", "deposit", ("eve", 1)),
        ("no account eve", "withdraw", ("eve", 1, "WETH")),
        ("no account eve", "trade", ("ann", "eve", PERP, LOT, PRICE)),
        ("there are 0 units of WETH", "withdraw", ("ann", 1, "WETH")),
        ("a transfer of -1", "transfer", ("ann", "bob", -1)),
        ("between two", "trade", ("ann", "ann", PERP, LOT, PRICE)),
        ("time goes on", "mark", (prices(t=T0 - 1),)),
        ("a spot of 0", "mark", (prices(0),)),
        ("more than everything", "fund", (PERP, 2 * PARTS)),
        ("has expired", "trade", ("ann", "bob", Option("put", PRICE, T0), LOT, PRICE)),
    ],
)
def test_what_is_refused_changes_nothing(why: str, operation: str, args: tuple[object, ...]) -> None:
    refused(house(ann=1_000, bob=1_000), why, operation, *args)


def test_collateral_keeps_having_a_price() -> None:
    of = house(ann=1)
    of.deposit("ann", 1, "WETH")
    refused(of, "collateral without a price", "mark", prices(t=T0 + DAY)._replace(assets={}))
