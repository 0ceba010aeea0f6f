"""Which option a shape means, and what it is called."""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor, log10

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.instruments import (
    DAY,
    YEAR,
    listed_expiry,
    listed_strike,
    strike_at_delta,
    symbol_of,
)
from stratc.runtime.engine.messages import Contract
from stratc.runtime.pricing.scalar import bs_greeks

SPOTS = st.floats(0.01, 1e6)


def at(year: int, month: int, day: int, hour: int = 8, minute: int = 0) -> float:
    return datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("contract", "symbol"),
    [
        (Contract("call", 3200.0, at(2026, 12, 25)), "ETH-25DEC26-3200-C"),
        (Contract("put", 187.5, at(2020, 3, 2)), "ETH-2MAR20-187.5-P"),
        (Contract("call", 100_000.0, at(2030, 1, 1)), "ETH-1JAN30-100000-C"),
    ],
)
def test_symbols_are_those_of_the_large_venues(contract: Contract, symbol: str) -> None:
    assert symbol_of("ETH", contract) == symbol


@given(st.floats(0.0, 4e9), st.floats(0.0, 90 * DAY))
def test_a_listed_expiry_is_the_first_eight_o_clock_utc(t: float, ahead: float) -> None:
    expiry = listed_expiry(t, ahead)
    when = datetime.fromtimestamp(expiry, UTC)
    assert (when.hour, when.minute, when.second) == (8, 0, 0)
    assert t + ahead - 1e-6 <= expiry < t + ahead + DAY + 1e-6


def test_an_expiry_at_eight_sharp_is_that_one() -> None:
    eight = at(2020, 3, 12)
    assert listed_expiry(eight - DAY, DAY) == eight
    assert listed_expiry(eight - DAY + 1.0, DAY) == eight + DAY


@given(SPOTS, st.floats(0.2, 5.0))
def test_a_listed_strike_is_the_nearest_on_a_grid_of_spot(spot: float, moneyness: float) -> None:
    step = 10.0 ** (floor(log10(spot)) - 2)
    strike = listed_strike(spot, spot * moneyness)
    assert 0.001 <= step / spot <= 0.01 + 1e-9
    assert strike / step == pytest.approx(round(strike / step), rel=1e-9)
    assert abs(strike - spot * moneyness) <= step / 2 * (1 + 1e-6)


def test_a_strike_is_never_zero_and_prints_plainly() -> None:
    assert listed_strike(2_000.0, 0.001) == 10.0
    assert listed_strike(2_000.0, 2_004.9) == 2_000.0
    assert f"{listed_strike(0.5, 0.123):g}" == "0.123"


@given(
    st.sampled_from(["call", "put"]),
    st.floats(0.05, 0.95),
    st.floats(50.0, 50_000.0),
    st.floats(1 / 365, 1.0),
    st.floats(0.2, 2.0),
)
def test_a_strike_by_delta_has_that_delta_to_within_the_grid(
    right: str, delta: float, spot: float, years: float, vol: float
) -> None:
    strike = strike_at_delta(right, delta, spot, years, vol)
    step = 10.0 ** (floor(log10(spot)) - 2)
    found = [
        abs(bs_greeks(right == "call", spot, max(step / 2, k), years, vol)[1])
        for k in (strike - step, strike, strike + step)
    ]
    assert min(found) - 1e-9 <= delta <= max(found) + 1e-9


def test_a_year_is_365_days() -> None:
    assert YEAR == 365 * 86_400
