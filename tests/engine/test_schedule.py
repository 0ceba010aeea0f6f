"""Due times: strictly after, or at or after, whatever the quotient rounds to."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.schedule import due_after, due_from

PERIODS = st.sampled_from([0.1, 0.3, 1.0, 7.0, 60.0, 3_600.0, 86_400.0, 1e-3])
ORIGINS = st.sampled_from([0.0, 0.1, 1e9, 1_583_971_200.0, -5.0])
AHEAD = st.floats(0.0, 1e6)


@given(ORIGINS, PERIODS, AHEAD)
def test_the_next_due_is_strictly_after_now_and_at_most_a_period_away(
    origin: float, period: float, ahead: float
) -> None:
    now = origin + ahead
    due = due_after(now, origin, period)
    assert due > now
    k = round((due - origin) / period)
    assert due == origin + k * period
    assert origin + (k - 1) * period <= now


@given(ORIGINS, PERIODS, AHEAD)
def test_the_first_due_is_at_or_after_now(origin: float, period: float, ahead: float) -> None:
    now = origin + ahead
    due = due_from(now, origin, period)
    assert due >= now
    k = round((due - origin) / period)
    assert origin + (k - 1) * period < now or origin + (k - 1) * period == due


@given(st.integers(0, 10**6), st.integers(1, 1_000), st.integers(0, 10**9))
def test_whole_numbers_are_exact(ahead: int, period: int, origin: int) -> None:
    now = origin + ahead
    assert due_after(now, origin, period) == origin + (floor(Fraction(ahead, period)) + 1) * period
    assert due_from(now, origin, period) == origin + ceil(Fraction(ahead, period)) * period


@pytest.mark.parametrize("k", range(1, 200))
def test_a_due_is_never_its_own_successor(k: int) -> None:
    """0.1 * 3 is 0.30000000000000004: the quotient alone would stay, or skip one."""
    due = k * 0.1
    assert due_from(due, 0.0, 0.1) == due
    assert due_after(due, 0.0, 0.1) == (k + 1) * 0.1
