"""The kernel decides exactly what the plan does, on programs and events at random, however they are cut into blocks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stratc.compiler.backends.kernel.refused import refused
from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.venues.base import Venue
from stratc.runtime.venues.instant import InstantVenue
from stratc.runtime.venues.none import NoVenue
from stratc.runtime.venues.of_plan import venue_of
from tests.differential.events import runs
from tests.differential.programs import programs
from tests.differential.test_agreement import PARAMS, SLACK, SPENT, reproduction
from tests.engines import program
from tests.kernel.running import contents, differences, in_blocks, kernel, machine_of, needs_llvm, on_plan

BLOCKS = st.sampled_from([1, 3, 5, 100])
VENUES = st.sampled_from(["instant", "none", "simulated"])
Example = tuple[str, list[Snapshot]]


def assert_agreement(
    text: str,
    ticks: list[Snapshot],
    params: dict[str, float] | None,
    spent: frozenset[int],
    fills: str,
    size: int,
) -> None:
    typed = program(text)
    assume(refused(typed) is None)
    # Simulated venues quote nothing before the first price; other engines are not what this is about.
    assume(fills != "simulated" or ticks[0].signals["spot"] is not None)

    def venue() -> Venue:
        plan = machine_of(typed).plan
        return {"instant": InstantVenue, "none": NoVenue, "simulated": lambda: venue_of(plan, 7)}[fills]()

    plan, other = machine_of(typed)(params, spent), machine_of(typed)(params, spent)
    expected = on_plan(plan, venue(), ticks)
    found = in_blocks(kernel(typed, other, venue()), ticks, size)
    same = expected == found and contents(plan.book) == contents(other.book)
    assert same, (
        f"\n{reproduction(text, ticks)}\n{fills}, blocks of {size}, params {params}, once {set(spent)}\n"
        f"{differences(expected, found) or 'the books differ'}"
    )


@needs_llvm
@settings(
    max_examples=9,
    deadline=None,
    derandomize=True,
    suppress_health_check=[*SLACK, HealthCheck.function_scoped_fixture],
    report_multiple_bugs=False,
)
@given(programs(), runs(), PARAMS, SPENT, VENUES, BLOCKS)
def test_a_few_programs(
    tmp_path: Path,
    text: str,
    ticks: list[Snapshot],
    params: dict[str, float] | None,
    spent: frozenset[int],
    fills: str,
    size: int,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRATC_CACHE", str(tmp_path))
        assert_agreement(text, ticks, params, spent, fills, size)


@needs_llvm
@pytest.mark.slow
@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[*SLACK, HealthCheck.function_scoped_fixture],
    report_multiple_bugs=False,
)
@given(programs(), runs(), PARAMS, SPENT, VENUES, BLOCKS)
def test_many_programs(
    tmp_path: Path,
    text: str,
    ticks: list[Snapshot],
    params: dict[str, float] | None,
    spent: frozenset[int],
    fills: str,
    size: int,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRATC_CACHE", str(tmp_path))
        assert_agreement(text, ticks, params, spent, fills, size)
