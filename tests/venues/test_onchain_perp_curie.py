"""Perpetual orders in the eighteen decimals that positions have there."""

from __future__ import annotations

import pytest
from hypothesis import given

from stratc.runtime.engine.messages import LOT
from stratc.runtime.venues.onchain.asked import SECONDS_TO_LIVE, FillError
from stratc.runtime.venues.onchain.perp_curie import fill
from tests.venues.onchain import UNITS, asked


def test_a_short_is_bounded_from_below() -> None:
    made = fill(asked(perpetual=True))
    assert made == {
        "amount": 10**18,
        "minimum_out": 1_994 * 10**18,
        "deadline_time": 1_700_000_000 + SECONDS_TO_LIVE,
    }


def test_a_long_is_bounded_from_above() -> None:
    assert fill(asked(units=LOT, perpetual=True))["maximum_in"] == 2_006 * 10**18


@given(UNITS)
def test_positions_are_exact_whatever_the_tokens_have(units: int) -> None:
    made = fill(asked(units=units, perpetual=True, base_decimals=0, quote_decimals=0))
    assert made["amount"] * LOT == units * 10**18


def test_collateral_has_the_tokens_decimals() -> None:
    assert fill(asked(kind="top up", units=5_000_000)) == {"amount": 5_000_000}
    with pytest.raises(FillError, match="order more"):
        fill(asked(kind="top up", units=5_000, quote_decimals=2))
