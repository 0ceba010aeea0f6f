"""Collateral in tokens, and the health factor as the contracts compute it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.messages import CENT
from stratc.runtime.venues.onchain.aave_v3 import (
    PERCENT,
    UNLIMITED,
    WAD,
    Position,
    after,
    collateral_for,
    fill,
    health_factor,
)
from stratc.runtime.venues.onchain.asked import FillError
from tests.venues.onchain import asked

VALUES = st.integers(1, 10**18)
THRESHOLDS = st.integers(2, PERCENT)


def test_a_top_up_moves_the_amount() -> None:
    assert fill(asked(kind="top up", units=1_234_567_890)) == {"amount": 1_234_567_890}


@given(st.integers(1, 2**63 - 1), st.integers(0, 24))
def test_never_more_than_asked(units: int, decimals: int) -> None:
    order = asked(kind="top up", units=units, quote_decimals=decimals)
    try:
        amount = fill(order)["amount"]
    except FillError:
        assert units * 10**decimals < CENT
        return
    assert 0 <= units * 10**decimals - amount * CENT < CENT


def test_no_debt_is_no_danger() -> None:
    assert health_factor(10**12, 0, 8_250) == UNLIMITED


def test_halves_are_rounded_up_in_each_step() -> None:
    assert health_factor(2, 10**18, 2_500) == 1  # half a unit counts as one
    assert health_factor(1, 2 * 10**18, PERCENT) == 1  # half a unit of the quotient likewise
    assert health_factor(1, 2 * 10**18 + 2, PERCENT) == 0


@given(VALUES, VALUES, THRESHOLDS, THRESHOLDS, st.integers(WAD // 2, 3 * WAD))
def test_what_is_added_is_enough(collateral: int, debt: int, held: int, added: int, target: int) -> None:
    now = Position(collateral, debt, 0, held, 0, health_factor(collateral, debt, held))
    extra = collateral_for(now, target, added)
    assert after(now, extra, added) >= target


@given(VALUES, st.integers(10**6, 10**18), THRESHOLDS, st.integers(WAD // 2, 3 * WAD))
def test_and_hardly_more_where_it_counts_the_same(collateral: int, debt: int, held: int, target: int) -> None:
    now = Position(collateral, debt, 0, held, 0, health_factor(collateral, debt, held))
    extra = collateral_for(now, target, held)
    spare = 2 * PERCENT // held + 1  # what the two roundings can be worth
    if extra > spare:
        assert after(now, extra - spare, held) < target


def test_a_healthy_position_needs_nothing() -> None:
    now = Position(10**12, 10**11, 0, 8_250, 8_000, health_factor(10**12, 10**11, 8_250))
    assert collateral_for(now, 2 * WAD, 8_250) == 0


def test_collateral_that_counts_for_nothing_is_refused() -> None:
    now = Position(10**12, 10**12, 0, 8_250, 8_000, health_factor(10**12, 10**12, 8_250))
    with pytest.raises(ValueError, match="threshold 0 raises no health factor"):
        collateral_for(now, 2 * WAD, 0)
