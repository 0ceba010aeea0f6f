"""`delta[merton]` of the projected book: delta without jumps, a sum of hedge ratios with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.messages import LOT, Contract
from stratc.runtime.engine.view import JUMP_DELTA, View
from stratc.runtime.pricing.jump_delta import jump_delta, jumps_of
from stratc.runtime.pricing.models import Jumps
from tests.engine.books import CALL, DAY, MARKET, PUT, T0, book, trade, whole

CRASHES = jumps_of(0.8, -0.12, 0.18)
SIZES = st.integers(-20 * LOT, 20 * LOT)


def jumpy(
    call: int, put: int, linear: int = 0, jumps: Jumps | None = CRASHES, **signals: float | None
) -> View:
    of = book(linear, options={CALL: call, PUT: put})
    return View(of, T0, {**MARKET, **signals}, 100_000.0, 100_000.0, jumps)


@given(SIZES, SIZES, SIZES, st.sampled_from([jumps_of(0.0, -0.3, 0.2), jumps_of(4.0, 0.0, 0.0)]))
def test_without_jumps_it_is_delta_bit_for_bit(call: int, put: int, linear: int, jumps: Jumps) -> None:
    of = jumpy(call, put, linear, jumps)
    assert of.observe(JUMP_DELTA) == of.observe("delta")


@given(SIZES)
def test_without_options_it_is_delta_and_needs_no_price(linear: int) -> None:
    of = View(book(linear), T0, {}, None, None, CRASHES)
    assert of.observe(JUMP_DELTA) == of.observe("delta") == linear / LOT


@given(SIZES, SIZES, SIZES)
def test_it_is_the_sum_of_the_hedge_ratios(call: int, put: int, linear: int) -> None:
    expected = linear / LOT
    for contract, units in ((CALL, call), (PUT, put)):
        years = (contract.expiry - T0) / (365 * DAY)
        ratio = jump_delta(contract.right == "call", 2_000.0, contract.strike, years, 0.8, CRASHES)
        expected += units / LOT * ratio
    assert jumpy(call, put, linear).observe(JUMP_DELTA) == pytest.approx(expected, abs=1e-9)


def test_a_linear_order_moves_it_by_its_size() -> None:
    of = jumpy(whole(-10), whole(-5))
    before = of.observe(JUMP_DELTA)
    of.project(trade(LOT), 3 * LOT)
    after = of.observe(JUMP_DELTA)
    assert before is not None
    assert after == pytest.approx(before + 3.0, abs=1e-12)


def test_what_it_needs_is_unavailable_not_zero() -> None:
    for missing in ("spot", "iv"):
        assert jumpy(LOT, 0, **{missing: None}).observe(JUMP_DELTA) is None
    assert jumpy(LOT, 0, jumps=None).observe(JUMP_DELTA) is None
    often, far = jumps_of(365.0, -0.1, 0.1), Contract("call", 2_000.0, T0 + 36_500 * DAY)
    of = View(book(options={far: LOT}), T0, MARKET, None, None, often)
    assert of.observe("delta") is not None
    assert of.observe(JUMP_DELTA) is None, "36,500 jumps are too many for a series"


def test_an_account_outside_may_tell_either() -> None:
    told = jumpy(LOT, 0, **{JUMP_DELTA: 3.0})
    assert told.observe(JUMP_DELTA) == 3.0
    beyond = jumpy(LOT, 0).observe(JUMP_DELTA), jumpy(LOT, 0).observe("delta")
    told = jumpy(LOT, 0, delta=3.0)
    assert told.observe("delta") == 3.0
    assert told.observe(JUMP_DELTA) == pytest.approx(3.0 + (beyond[0] or 0.0) - (beyond[1] or 0.0), abs=1e-12)
