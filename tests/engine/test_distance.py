"""`distance_to_liquidation` of the projected book: whose margin counts, and when it is not known."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.runtime.engine.amounts import cents_up
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.distance import RULES, standing
from stratc.runtime.engine.liquidity import Range
from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.engine.sizing import is_reducing
from stratc.runtime.risk.instruments import Instrument, Option, Perpetual
from stratc.runtime.risk.prices import Prices
from stratc.runtime.risk.standard import Terms, requirement
from stratc.runtime.risk.units import PRICE
from tests.engine.books import CALL, PUT, T0, book, trade, view, whole

NAME = "distance_to_liquidation"


def long(eth: float, money: int) -> Book:
    """So many ETH of perpetuals bought at 2,000, and margin of so many USDC."""
    made = Book("ETH", cash=money * CENT)
    made.perp = whole(eth)
    made.linear_money = -made.perp * 2_000 * CENT // LOT
    return made


def test_of_a_perpetual_by_hand() -> None:
    assert view(long(10, 2_000)).observe(NAME) == pytest.approx(1.0 - 0.9 / 0.95, abs=2e-6)
    assert view(long(-10, 2_000)).observe(NAME) == pytest.approx(1.1 / 1.05 - 1.0, abs=2e-6)
    assert view(long(10, 999)).observe(NAME) == 0.0


def test_nothing_held_cannot_be_liquidated() -> None:
    assert view(book()).observe(NAME) == inf
    assert view(book(spot=10 * LOT)).observe(NAME) == inf


def test_an_order_on_its_way_counts() -> None:
    of = view(long(10, 2_000))
    far = of.observe(NAME)
    of.project(trade(-5 * LOT), -5 * LOT)
    assert of.observe(NAME) == pytest.approx(1.0 - 0.8 / 0.95, abs=2e-6)
    added = view(long(10, 2_000))
    added.project(replace(trade(0), kind="top up"), 1_000 * CENT)
    assert added.observe(NAME) == pytest.approx(1.0 - 0.85 / 0.95, abs=2e-6)
    assert far is not None


def test_the_wallet_does_not_count_and_the_asset_does() -> None:
    apart = long(10, 2_000)
    apart.separate, apart.cash = True, 50_000 * CENT
    assert view(apart).observe(NAME) == view(long(10, 2_000)).observe(NAME)
    covered = long(-10, 2_000)
    covered.spot, covered.linear_money = 10 * LOT, 0  # every move of one is the other's
    assert view(covered).observe(NAME) == pytest.approx(2.0 - 1.0, abs=2e-6)  # 2,000 is 5 % of ten at 4,000


def test_liquidity_falls_with_spot() -> None:
    made = Book("ETH", cash=100 * CENT)
    made.ranges[Range(1_800.0, 2_200.0)] = 100 * LOT
    made.perp, made.linear_money = LOT, -2_000 * CENT
    plain = Book("ETH", cash=100 * CENT)
    plain.perp, plain.linear_money = LOT, -2_000 * CENT
    assert view(plain).observe(NAME) == 0.0
    with_it = view(made).observe(NAME)
    assert with_it is not None
    assert 0.0 < with_it < 1.0


def test_it_is_not_known_without_prices_or_where_another_account_keeps_margin() -> None:
    options = book(options={CALL: -LOT})
    assert view(options, iv=None).observe(NAME) is None
    assert view(options, spot=None).observe(NAME) is None
    assert view(book(perp=LOT), iv=None).observe(NAME) is not None
    assert view(options, margin_ratio=1.5).observe(NAME) is None
    assert view(options, margin_ratio=1.5, distance_to_liquidation=0.3).observe(NAME) == 0.3


@settings(max_examples=40, deadline=None)
@given(st.integers(-30, 30), st.integers(-30, 30), st.integers(-30, 30))
def test_at_initial_margin_there_is_distance_left(perp: int, call: int, put: int) -> None:
    made = book(perp * LOT, options={CALL: call * LOT, PUT: put * LOT})
    of = view(made, T0)
    ratio, far = of.observe("margin_ratio"), of.observe(NAME)
    assert ratio is not None
    assert far is not None
    if ratio >= 1.0:
        assert far > 0.0
    found = standing(of)
    assert found is not None
    over = found.account.over_maintenance(found.prices, RULES)
    assert far == 0.0 if over < 0 else far >= 0.0


@settings(max_examples=60, deadline=None)
@given(
    st.integers(-30, 30),
    st.integers(-30, 0),
    st.integers(-30, 0),
    st.floats(200.0, 9_000.0),
    st.floats(1.0, 3.0),
)
def test_a_top_up_is_enough_by_the_integers_too(
    perp: int, call: int, put: int, spot: float, ratio: float
) -> None:
    """What the language requires is initial margin of `runtime/risk`, and the mark of short options once more."""
    of = view(book(perp * LOT, options={CALL: call * LOT, PUT: put * LOT}, cash=10**9 * CENT), spot=spot)
    missing = of.margin_to_reach(ratio)
    assert missing is not None
    of.project(replace(trade(0), kind="top up"), max(0, cents_up(missing)))
    margin, required = of.observe("margin"), of.requirement()
    assert margin is not None
    assert required is not None
    prices = Prices(int(T0), round(spot * PRICE), 800_000)
    positions: dict[Instrument, int] = {Perpetual("ETH"): perp * LOT} if perp else {}
    options = {
        Option(held.right, round(held.strike * PRICE), int(held.expiry)): units
        for held, units in of.held.items()
        if units
    }
    exact = requirement({**positions, **options}, prices, Terms()).initial
    marks = -sum(prices.value(option, units) for option, units in options.items())
    assert abs(required * CENT - exact - marks) <= 1e-5 * exact + 10
    assert margin * CENT + 10 >= ratio * (exact + marks) * (1 - 1e-5)


@settings(max_examples=60, deadline=None)
@given(st.integers(-30, 30).filter(bool), st.integers(1, 30), st.integers(0, 60_000))
def test_what_reduces_a_linear_book_never_brings_liquidation_nearer(held: int, part: int, money: int) -> None:
    before, after = view(long(held, money)), view(long(held, money))
    order = trade((-1 if held > 0 else 1) * min(part, abs(held)) * LOT)
    assert is_reducing(order, "buy", before)
    after.project(order, order.units)
    was, now = before.observe(NAME), after.observe(NAME)
    assert was is not None
    assert now is not None
    assert now >= was
