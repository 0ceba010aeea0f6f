"""On real prices: figures that repeat, and the same decisions in the plan and in the reference interpreter."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratc.cli.engines import runnable
from stratc.reference.interpreter import Reference
from stratc.runtime.backtest.engine import LATENCY, PlanEngine
from stratc.runtime.market.replay import replay
from stratc.runtime.market.table import TableMarket
from stratc.runtime.session import advance, atomic_sets
from stratc.runtime.venues.of_plan import venue_of
from tests.strategies.rehearsal import NAMES

TARGET = runnable("short_straddle")


@pytest.fixture(scope="module")
def perpetual(shared: Path) -> TableMarket:
    """Minutes of the perpetual, 19 to 26 December 2024."""
    path = shared / "data" / "ethusdt_perp_1min_2024-12-19_2025-01-18.csv.gz"
    if not path.is_file():
        pytest.skip(f"no {path.name} in the folder `shared`")
    return replay(path, end=1_735_171_200.0)


@pytest.fixture(scope="module")
def march(shared: Path) -> TableMarket:
    """Hours around 12 March 2020."""
    path = shared / "data" / "ethusdt_1h_2020-02_2020-04.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} in the folder `shared`")
    return replay(path, start=1_583_000_000.0, end=1_585_000_000.0)


@pytest.mark.slow
def test_a_week_of_minutes_comes_out_the_same_twice(perpetual: TableMarket) -> None:
    engine = PlanEngine(TARGET.code, perpetual, 1)
    first, again = engine.measure({}), engine.measure({})
    assert first.row() == again.row()
    assert first.causes.total == pytest.approx(first.pnl)
    assert first.causes.theta > 0.0
    assert abs(first.causes.other) < 0.25 * abs(first.causes.gamma)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_plan_and_reference_decide_the_same_in_march_2020(march: TableMarket, name: str) -> None:
    target = runnable(name)
    assert target.loaded is not None
    plan, reference = target.machine(), Reference(target.loaded.ir)
    engine = PlanEngine(target.code, march, 1)
    one, other = (venue_of(target.plan, 1, engine.slowed) for _ in range(2))
    for snapshot in march:
        found = advance(plan, snapshot, one)
        for event in other.advance(snapshot, reference.book.perp):
            reference.apply(event)
        decided = reference.step(snapshot)
        for legs in atomic_sets(decided):
            for fill in other.submit_set(legs, snapshot):
                reference.apply(fill)
        assert found.result == decided
    assert LATENCY > 0.0
    assert plan.book.money == reference.book.money
