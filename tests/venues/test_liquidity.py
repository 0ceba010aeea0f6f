from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.messages import LOT
from stratc.runtime.venues.liquidity import Curve, spread_over

CURVES = st.lists(
    st.builds(
        Curve, st.floats(0.0, 0.01), st.floats(0.1, 1e4), st.sampled_from([0.5, 1.0]), st.floats(0.0, 1e-2)
    ),
    min_size=1,
    max_size=4,
)


def _cost(curves: list[Curve], plan: list[int]) -> float:
    return sum(curve.cost(units / LOT) for curve, units in zip(curves, plan, strict=True))


@given(CURVES, st.integers(1, 20_000 * LOT))
def test_all_of_it_is_placed_as_far_as_there_is_depth(curves: list[Curve], units: int) -> None:
    plan = spread_over(units, curves)
    assert sum(plan) == min(units, sum(int(curve.depth * LOT) for curve in curves))
    assert all(0 <= n <= curve.depth * LOT for n, curve in zip(plan, curves, strict=True))


@given(
    CURVES, st.integers(LOT // 100, 1_000 * LOT), st.integers(0, 3), st.integers(0, 3), st.floats(0.0, 1.0)
)
def test_nothing_moved_between_two_venues_makes_it_cheaper(
    curves: list[Curve], units: int, source: int, target: int, share: float
) -> None:
    curves = [Curve(c.flat, c.depth, c.power) for c in curves]
    plan = spread_over(units, curves)
    source, target = source % len(curves), target % len(curves)
    moved = min(int(plan[source] * share), int(curves[target].depth * LOT) - plan[target])
    other = list(plan)
    other[source] -= moved
    other[target] += moved
    assert _cost(curves, plan) <= _cost(curves, other) * (1.0 + 1e-6) + 1e-9


@given(CURVES, st.integers(LOT // 100, 1_000 * LOT))
def test_never_dearer_than_one_venue_alone_with_gas(curves: list[Curve], units: int) -> None:
    best = _cost(curves, spread_over(units, curves))
    for at, curve in enumerate(curves):
        if curve.depth * LOT >= units + 1:
            alone = [units if at == other else 0 for other in range(len(curves))]
            assert best <= _cost(curves, alone) + 1e-12


def test_gas_keeps_a_small_order_at_one_venue() -> None:
    free = [Curve(0.0005, 1_000.0, 1.0), Curve(0.0005, 1_000.0, 1.0)]
    dear = [Curve(0.0005, 1_000.0, 1.0, fixed=0.01), Curve(0.0005, 1_000.0, 1.0, fixed=0.01)]
    assert spread_over(2 * LOT, free) == pytest.approx([LOT, LOT], abs=2)
    assert sorted(spread_over(2 * LOT, dear)) == [0, 2 * LOT]
