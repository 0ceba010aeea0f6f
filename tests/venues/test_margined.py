"""Venues that liquidate: when, how much, and that nothing but the penalty is lost by it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.runtime.engine.distance import RULES, standing
from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import CENT, LOT, Contract, Snapshot
from stratc.runtime.engine.view import View
from stratc.runtime.risk.instruments import Perpetual
from stratc.runtime.risk.units import PRICE, share_up, worth
from stratc.runtime.session import advance
from stratc.runtime.venues.instant import InstantVenue
from stratc.runtime.venues.margined import MarginedVenues
from tests.engine.acting import machine_of
from tests.engine.books import CALL, MARKET, PUT, T0

BOOK = 'book:\n    long 10 ETH "ETH-PERP"\n    margin {margin} USDC\n    cash {cash} USDC\n'
IDLE = 'when spot > 1e9:\n    alert "never"\n'


def at(spot: float, n: int = 0) -> Snapshot:
    return Snapshot(T0 + 60.0 * n, n, {**MARKET, "spot": spot})


def margined(margin: int, prices: Sequence[float], rules: str = IDLE, cash: int = 20_000) -> MarginedVenues:
    """Ten ETH from the first price on."""
    machine = machine_of(BOOK.format(margin=margin, cash=cash) + rules)()
    venues = MarginedVenues(InstantVenue(), machine)
    for n, spot in enumerate(prices):
        advance(machine, at(spot, n), venues)
    return venues


def over(machine: Machine, spot: float) -> tuple[int, int]:
    """Above maintenance and above initial margin, CENT."""
    found = standing(View(machine.book, T0, {**MARKET, "spot": spot}, None, None))
    assert found is not None
    account, now = found
    return account.over_maintenance(now, RULES), account.over_initial(now, RULES)


def test_the_account_is_closed_down_to_initial_margin_at_the_mark() -> None:
    venues = margined(3_000, [2_000.0, 1_780.0])  # 800 left for 890
    (closed,) = venues.closed
    assert isinstance(closed.instrument, Perpetual)
    assert closed.units < 0
    assert closed.penalty == share_up(-worth(closed.units, 1_780 * PRICE), RULES.penalty)
    machine = venues.machine
    assert machine.book.perp == 10 * LOT + closed.units
    assert 0 <= over(machine, 1_780.0)[1] <= 10
    equity = machine.valuation().equity
    assert equity == pytest.approx(20_000 + 3_000 - 2_200 - closed.penalty / CENT, abs=1e-5)


def test_above_maintenance_nothing_happens() -> None:
    venues = margined(3_000, [2_000.0, 1_800.0, 1_790.0])
    assert venues.closed == []
    assert venues.machine.book.perp == 10 * LOT


def test_who_tops_up_in_time_is_not_liquidated_and_who_does_not_is() -> None:
    prices = [2_000.0, 1_900.0, 1_800.0, 1_720.0, 1_640.0, 1_560.0]
    keeper = "when distance_to_liquidation < 8%:\n    top up margin to 2.0, at most 5_000 USDC\n"
    assert margined(3_000, prices, keeper).closed == []
    assert margined(3_000, prices).closed != []


def test_a_price_that_is_missing_liquidates_nobody() -> None:
    venues = margined(3_000, [2_000.0])
    snapshot = Snapshot(T0 + 60.0, 1, {"spot": None, "iv": 0.8})
    assert list(venues.advance(snapshot, 10 * LOT)) == []


@settings(max_examples=40, deadline=None)
@given(
    st.integers(-20, 20),
    st.integers(-20, 0),
    st.integers(-20, 20),
    st.integers(1_000, 40_000),
    st.integers(400, 6_000),
)
def test_afterwards_initial_margin_is_met_and_only_penalties_are_gone(
    perp: int, call: int, put: int, margin: int, spot: int
) -> None:
    machine = machine_of(IDLE)()
    book = machine.book
    book.margin = margin * CENT
    book.perp, book.linear_money = perp * LOT, -perp * 2_000 * CENT
    held: list[tuple[Contract, int]] = [(CALL, call), (PUT, put)]
    for contract, units in held:
        book.hold(contract, units * LOT)
    below = over(machine, spot)[0] < 0
    before = View(book, T0, {**MARKET, "spot": spot}, None, None).observe("equity")
    venues = MarginedVenues(InstantVenue(), machine)
    advance(machine, at(spot), venues)
    assert bool(venues.closed) == (below and bool(perp or call or put))
    after = View(book, T0, {**MARKET, "spot": spot}, None, None).observe("equity")
    assert before is not None
    assert after is not None
    penalties = sum(one.penalty for one in venues.closed) / CENT
    assert after == pytest.approx(before - penalties, abs=1e-3)
    if venues.closed:
        left = bool(book.perp or book.options)
        assert over(machine, spot)[1] >= -100 or not left
