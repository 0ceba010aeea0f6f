"""The distance to liquidation: by hand, against every price on the way, and against the clearing house."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.risk.account import Account
from stratc.runtime.risk.distance import Pace, distance, pace
from stratc.runtime.risk.instruments import Instrument, Option
from stratc.runtime.risk.units import PARTS, PRICE
from tests.risk.markets import CALL, DAY, PERP, PUT, RULES, T0, house, prices

SPOT = 2_000 * PRICE
BOOKS = st.fixed_dictionaries(
    {},
    optional={
        PERP: st.integers(-30, 30),
        CALL: st.integers(-30, 30),
        PUT: st.integers(-30, 30),
        Option("put", 2_000 * PRICE, T0 + 3 * DAY): st.integers(-30, 30),
    },
)


def room(equity: int, positions: Mapping[Instrument, int]) -> Callable[[int], int]:
    """Above maintenance at a price, for an account whose equity at 2,000 is so many of the quote asset."""
    account = Account(positions={**positions})
    account.money = equity * CENT - account.equity(prices(), RULES)
    return lambda price: account.over_maintenance(prices()._replace(spot=price), RULES)


def far(equity: int, positions: Mapping[Instrument, int]) -> int | None:
    return distance(room(equity, positions), SPOT, pace(positions, RULES.standard))


def test_of_a_perpetual_by_hand() -> None:
    """Long n at S with equity E: E + n (S' - S) = 5 % n S'. Short: the other way."""
    for units, move in ((10 * LOT, 2_000 - 18_000 / 9.5), (-10 * LOT, 22_000 / 10.5 - 2_000)):
        found = far(2_000, {PERP: units})
        assert found is not None
        assert 0 <= move / 2_000 * PARTS - found < 2


def test_who_is_below_already_has_no_distance_and_who_cannot_be_has_none() -> None:
    assert far(999, {PERP: 10 * LOT}) == 0
    assert far(100, {}) is None
    assert far(2_000, {PERP: LOT}) is None  # paid in full: at a price of zero nothing is owed
    long = {CALL: 10 * LOT, PUT: 5 * LOT}
    worth = sum(prices().value(instrument, units) for instrument, units in long.items())
    assert far(worth // CENT + 1, long) is None  # what is paid for long options is all there is to lose


def test_a_short_straddle_is_hit_on_the_nearer_side() -> None:
    straddle = {CALL: -10 * LOT, PUT: -10 * LOT}
    both = far(6_000, straddle)
    up, down = far(6_000, {CALL: -10 * LOT}), far(6_000, {PUT: -10 * LOT})
    assert both is not None
    assert up is not None
    assert down is not None
    assert both < min(up, down)


@settings(max_examples=60, deadline=None)
@given(BOOKS, st.integers(0, 60_000))
def test_nothing_on_the_way_is_below_and_what_follows_is(held: dict[Instrument, int], equity: int) -> None:
    positions = {instrument: units * LOT for instrument, units in held.items() if units}
    over, found = room(equity, positions), far(equity, positions)
    if found == 0 and over(SPOT) < 0:
        return
    reach = PARTS * 9 // 10 if found is None else found
    on_the_way = range(-min(reach, PARTS - 1), reach + 1, max(1, reach // 100))
    assert all(over(SPOT + SPOT * move // PARTS) >= 0 for move in on_the_way)
    if found is not None:
        beyond = (found + 2) * SPOT // PARTS
        assert over(SPOT + beyond) < 0 or over(max(1, SPOT - beyond)) < 0


@settings(max_examples=40, deadline=None)
@given(st.integers(-20, 20).filter(bool), st.integers(0, 3_000))
def test_the_clearing_house_liquidates_there_and_not_before(eth: int, spare: int) -> None:
    of = house(ann=abs(eth) * 200 + spare, bob=10**6)
    long, short = ("ann", "bob") if eth > 0 else ("bob", "ann")
    of.trade(long, short, PERP, abs(eth) * LOT, SPOT)
    found = far(abs(eth) * 200 + spare, {PERP: eth * LOT})
    if found is None:
        return
    way = -1 if eth > 0 else 1
    of.mark(prices()._replace(spot=SPOT + way * found * SPOT // PARTS))
    assert of.unhealthy() == []
    of.mark(prices()._replace(spot=SPOT + way * (found + 2) * SPOT // PARTS))
    assert of.unhealthy() == ["ann"]


@given(BOOKS, st.integers(0, 60_000), st.integers(300, 9_000), st.integers(1, 500))
@settings(max_examples=60, deadline=None)
def test_room_shrinks_no_faster_than_it_may(
    held: dict[Instrument, int], equity: int, at: int, step: int
) -> None:
    positions = {instrument: units * LOT for instrument, units in held.items() if units}
    over, most = room(equity, positions), pace(positions, RULES.standard)
    here, there = over(at * PRICE), over((at + step) * PRICE)
    assert here - there <= most.rising * step * CENT // LOT + 10
    assert there - here <= most.falling * step * CENT // LOT + 10


@pytest.mark.parametrize(("low", "high"), [(1_500, 1_520), (2_610, 2_640)])
def test_a_gap_that_closes_again_is_found(low: int, high: int) -> None:
    """Room that is gone only between two prices, and there from above them on."""
    found = distance(
        lambda price: -1 if low * PRICE < price < high * PRICE else 1_000 * CENT, SPOT, Pace(1, 1)
    )
    assert found is None  # a pace of next to nothing is believed
    steep = Pace(500 * LOT, 500 * LOT)
    found = distance(lambda price: -1 if low * PRICE < price < high * PRICE else 1_000 * CENT, SPOT, steep)
    near = min(abs(low - 2_000), abs(high - 2_000)) * PARTS // 2_000
    assert found is not None
    assert abs(found - near) <= 1
