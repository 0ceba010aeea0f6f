"""Liquidations by hand: in part, into the fund's book, against others, and who pays for a debt, in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.risk.deleveraging import in_proportion, in_turn, queue, score
from stratc.runtime.risk.house import HOUSE, ClearingHouse
from stratc.runtime.risk.invariants import broken, insolvent
from stratc.runtime.risk.units import PRICE, RiskError
from stratc.runtime.risk.waterfall import liquidate, liquidate_all
from tests.risk.markets import CALL, PERP, PUT, house, prices


def long(of: ClearingHouse, buyer: str, seller: str, eth: int, price: int = 2_000) -> None:
    of.trade(buyer, seller, PERP, eth * LOT, price * PRICE)


def test_a_liquidation_closes_no_more_than_it_must() -> None:
    of = house(fund=10_000, ann=1_000, bob=10_000)
    long(of, "ann", "bob", 5)
    of.mark(prices(1_890))
    done = liquidate(of, "ann")
    left = of.accounts["ann"].positions[PERP]
    assert done.taken == {PERP: 5 * LOT - left}
    assert 0 < left < 5 * LOT
    assert done.penalty == -(-(5 * LOT - left) * 1_890 * CENT // (100 * LOT))
    assert 0 <= of.accounts["ann"].over_initial(of.prices, of.rules) <= 5
    assert of.accounts[HOUSE].positions == {PERP: 5 * LOT - left}
    assert not broken(of)


def test_who_is_above_maintenance_is_left_alone() -> None:
    of = house(fund=10_000, ann=1_000, bob=10_000)
    long(of, "ann", "bob", 5)
    of.mark(prices(1_895))
    with pytest.raises(RiskError, match=r"ann is 1\.25 above maintenance margin and left alone"):
        liquidate(of, "ann")


def test_without_a_fund_the_other_side_is_closed_at_the_bankruptcy_price() -> None:
    of = house(ann=1_000, bob=10_000)
    long(of, "ann", "bob", 5)
    of.mark(prices(1_700))
    (done,) = liquidate_all(of)
    assert done.deleveraged == [("bob", PERP, 5 * LOT)]
    assert done.by_deleveraged == {"bob": 500 * CENT}
    assert of.accounts["ann"].money == 0
    assert of.accounts["bob"].money == 11_000 * CENT  # as if closed at 1,800, where ann had nothing left
    assert (done.penalty, done.by_fund, done.by_all) == (0, 0, {})
    assert not broken(of)


def test_the_fund_pays_before_anybody_else() -> None:
    of = house(fund=2_000, ann=1_000, bob=10_000)
    long(of, "ann", "bob", 5)
    of.mark(prices(1_700))
    (done,) = liquidate_all(of)
    assert done.taken == {PERP: 5 * LOT}
    assert (done.by_fund, done.by_deleveraged, done.by_all) == (500 * CENT, {}, {})
    assert of.accounts["ann"].money == 0
    assert of.accounts["bob"].equity(of.prices, of.rules) == 11_500 * CENT


def test_a_fund_that_is_too_small_pays_what_it_can() -> None:
    of = house(fund=300, ann=1_000, bob=10_000)
    long(of, "ann", "bob", 5)
    of.mark(prices(1_700))
    (done,) = liquidate_all(of)
    assert (done.by_fund, done.by_deleveraged) == (300 * CENT, {"bob": 200 * CENT})
    assert of.accounts[HOUSE].money == 0


def test_profit_and_leverage_decide_who_is_deleveraged_first() -> None:
    of = house(ann=2_000, bold=1_000, calm=9_000, late=9_000)
    long(of, "ann", "bold", 3)
    long(of, "ann", "calm", 3)
    of.mark(prices(1_900))
    long(of, "ann", "late", 1, 1_900)
    of.mark(prices(1_650))
    scores = {name: score(of.accounts[name], PERP, of.prices, of.rules) for name in ("bold", "calm", "late")}
    assert scores["bold"] > scores["calm"] > scores["late"] > 0
    assert queue(of.accounts, PERP, -1, of.prices, of.rules) == ["bold", "calm", "late"]
    (done,) = liquidate_all(of)
    assert [other for other, _, _ in done.deleveraged] == ["bold", "calm", "late"]
    assert not broken(of)


def test_collateral_is_sold_before_others_pay() -> None:
    of = house(fund=5_000, ann=100, bob=10_000)
    of.deposit("ann", 10**18, "WETH")
    long(of, "ann", "bob", 8)
    of.mark(prices(1_700))  # 2,400 lost; 100 and 85 % of 1,700 stand against it
    (done,) = liquidate_all(of)
    assert done.sold == {"WETH": 10**18}
    assert done.by_fund == (2_400 - 100 - 1_445) * CENT
    assert of.accounts["ann"].money == 0
    assert of.accounts[HOUSE].held == {"WETH": 10**18}
    assert not broken(of)


def test_what_nobody_was_deleveraged_for_is_shared_by_all() -> None:
    """The other side can pay but a part of it."""
    of = house(ann=1_000, bob=1_000, cat=3_000, dan=1_000)
    long(of, "ann", "bob", 5)
    of.accounts["bob"].money -= 2_400 * CENT  # as if it had lost them elsewhere, to cat
    of.accounts["cat"].money += 2_400 * CENT
    of.mark(prices(1_700))
    (done,) = liquidate_all(of)
    assert done.by_deleveraged == {"bob": 100 * CENT}
    assert done.by_all == {"cat": 337_500_000, "dan": 62_500_000}  # 400 shared as 5,400 to 1,000
    assert not broken(of)
    assert not insolvent(of)


def test_a_portfolio_is_closed_where_that_frees_most() -> None:
    of = house(fund=50_000, bob=50_000)
    of.open("ann", "portfolio")
    of.deposit("ann", 4_500 * CENT)
    of.trade("bob", "ann", CALL, 10 * LOT, 120 * PRICE)
    of.trade("ann", "bob", PUT, 2 * LOT, 100 * PRICE)
    of.mark(prices(2_230))
    done = liquidate(of, "ann")
    assert list(done.taken) == [CALL]
    assert of.accounts["ann"].positions[PUT] == 2 * LOT
    assert of.accounts["ann"].over_initial(of.prices, of.rules) >= 0


@given(st.integers(0, 10**6), st.dictionaries(st.sampled_from("abcdef"), st.integers(-5, 10**6)))
def test_a_debt_is_shared_to_the_unit_and_within_means(missing: int, able: dict[str, int]) -> None:
    total = min(missing, sum(amount for amount in able.values() if amount > 0))
    for paid in (in_proportion(missing, able), in_turn(missing, able.items())):
        assert sum(paid.values()) == total
        assert all(0 < amount <= able[name] for name, amount in paid.items())
