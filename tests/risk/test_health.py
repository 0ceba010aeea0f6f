"""A lender's liquidation; the health factor itself is tested against the pool, in tests/chain/test_aave.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.risk.health import CLOSE_ALL_AT, WAD, distance, health_factor, repayable, seized
from stratc.runtime.risk.units import PARTS


@pytest.mark.parametrize(
    ("health", "most"), [(WAD, 0), (WAD - 1, 500), (CLOSE_ALL_AT + 1, 500), (CLOSE_ALL_AT, 1_000), (0, 1_000)]
)
def test_half_of_a_debt_or_all_of_it(health: int, most: int) -> None:
    assert repayable(1_000, health) == most


@given(st.integers(10**6, 10**15), st.integers(10**6, 10**15))
def test_a_liquidation_helps_where_the_bonus_leaves_room(collateral: int, debt: int) -> None:
    """Health rises while what is seized for a repayment counts for less than it: threshold times bonus below health."""
    before = health_factor(collateral, debt, 8_250)
    repaid = repayable(debt, before)
    taken = seized(repaid, 10_500)
    if not 0 < taken < collateral or before < 875 * WAD // 1_000:
        return
    assert health_factor(collateral - taken, debt - repaid, 8_250) >= before


@given(st.integers(10**10, 10**15), st.integers(10**9, 10**14))
def test_a_loan_survives_a_fall_by_its_distance_and_not_much_more(collateral: int, debt: int) -> None:
    far = distance(health_factor(collateral, debt, 8_250))
    fallen = collateral - collateral * far // PARTS
    if far == 0:
        assert health_factor(collateral, debt, 8_250) <= WAD + 2 * WAD // PARTS
        return
    assert health_factor(fallen, debt, 8_250) >= WAD
    assert health_factor(collateral - collateral * (far + 2) // PARTS, debt, 8_250) < WAD
