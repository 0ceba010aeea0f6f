"""Every shipped strategy, on its own market with its own venues, comes out the same through the kernel."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from stratc.cli.markets import chosen, opened
from stratc.runtime.venues.of_plan import venue_of
from tests.engines import program
from tests.kernel.running import contents, differences, in_blocks, kernel, machine_of, needs_llvm, on_plan
from tests.strategies.rehearsal import NAMES, SHELF

QUICK = 600
"""Ticks of the fast test; the slow one takes the whole market."""


DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL = [
    ("short_straddle", "ethusd_10min_2020-03-12.csv"),
    ("treasury_hedge", "ethusdt_1h_2020-02_2020-04.csv"),
    ("short_straddle", "ethusdt_perp_1min_2024-12-19_2025-01-18.csv.gz"),
    ("treasury_hedge", "ethusdt_perp_1min_2024-12-19_2025-01-18.csv.gz"),
]


def assert_same(name: str, cache: Path, most: int | None, market: str | None = None) -> None:
    path = SHELF / name / "strategy.strat"
    typed = program(path.read_text())
    choice = chosen(path, market, None, None, None, None)
    ticks = list(islice(opened(choice, tuple(spec.name for spec in typed.inputs)), most))
    plan, other = machine_of(typed)(), machine_of(typed)()
    expected = on_plan(plan, venue_of(plan.plan, 1), ticks)
    found = in_blocks(kernel(typed, other, venue_of(plan.plan, 1), cache), ticks, 1_000)
    assert expected == found, differences(expected, found)
    assert contents(plan.book) == contents(other.book)
    assert any(result.outcomes for result in expected) or most is not None


@needs_llvm
@pytest.mark.parametrize("name", ["crash_breaker", "trend_filter"])
def test_the_first_ticks(name: str, tmp_path: Path) -> None:
    assert_same(name, tmp_path, QUICK)


@needs_llvm
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_whole_market(name: str, tmp_path: Path) -> None:
    assert_same(name, tmp_path, None)


@needs_llvm
@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="no real prices beside the checkout")
@pytest.mark.parametrize(("name", "file"), REAL)
def test_real_prices(name: str, file: str, tmp_path: Path) -> None:
    assert_same(name, tmp_path, None, str(DATA / file))
