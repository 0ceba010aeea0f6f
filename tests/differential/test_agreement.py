"""The compiled plan decides exactly what the reference interpreter does, on programs and events at random."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stratc.compiler.backends.python_plan import compile_plan
from stratc.reference.interpreter import Reference
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import Snapshot, TickResult
from stratc.runtime.loader import load_plan
from tests.differential.events import runs
from tests.differential.programs import programs
from tests.engines import FILLS, drive, program
from tests.jumps import with_jumps

PARAMS = st.sampled_from([None, None, {"p": 2.0}, {"q": 3.0, "p": 0.0}])
SPENT = st.sampled_from([frozenset[int](), frozenset({1}), frozenset({1, 2})])
SLACK = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def contents(book: Book) -> dict[str, object]:
    return {name: getattr(book, name) for name in Book.__slots__}


def first_difference(one: list[TickResult], other: list[TickResult]) -> str:
    for mine, theirs in zip(one, other, strict=True):
        if mine != theirs:
            fields = [f for f in mine._fields if getattr(mine, f) != getattr(theirs, f)]
            lines = [f"tick {mine.tick} differs"]
            for field in fields:
                lines += [
                    f"  reference {field}: {getattr(mine, field)}",
                    f"  plan      {field}: {getattr(theirs, field)}",
                ]
            return "\n".join(lines)
    return "the books differ"


def reproduction(text: str, ticks: list[Snapshot]) -> str:
    """The program and its events, as `stratc replay` reads them."""
    events = [json.dumps({"t": s.t, "block": s.block, "signals": dict(s.signals)}) for s in ticks]
    return "\n".join([text, *events])


def assert_agreement(
    text: str, ticks: list[Snapshot], params: dict[str, float] | None, spent: frozenset[int], fills: str
) -> None:
    reference = Reference(program(text), params, spent)
    plan = load_plan(compile_plan(program(text), "test"))(params, spent)
    expected, found = drive(reference, ticks, fills), drive(plan, ticks, fills)
    same = expected == found and contents(reference.book) == contents(plan.book)
    assert same, (
        f"\n{reproduction(text, ticks)}\nfills {fills}, params {params}, once {set(spent)}\n"
        f"{first_difference(expected, found)}"
    )


@settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLACK, report_multiple_bugs=False
)
@given(programs(), runs(), PARAMS, SPENT, st.sampled_from(sorted(FILLS)))
def test_a_few_programs(
    text: str, ticks: list[Snapshot], params: dict[str, float] | None, spent: frozenset[int], fills: str
) -> None:
    assert_agreement(text, ticks, params, spent, fills)


@pytest.mark.slow
@pytest.mark.parametrize("fills", sorted(FILLS))
@settings(max_examples=400, deadline=None, suppress_health_check=SLACK, report_multiple_bugs=False)
@given(st.one_of(programs(), programs().map(with_jumps)), runs(), PARAMS, SPENT)
def test_many_programs(
    fills: str, text: str, ticks: list[Snapshot], params: dict[str, float] | None, spent: frozenset[int]
) -> None:
    assert_agreement(text, ticks, params, spent, fills)


@settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=SLACK, report_multiple_bugs=False
)
@given(programs().map(with_jumps), runs(), PARAMS, SPENT, st.sampled_from(sorted(FILLS)))
def test_a_few_programs_with_jumps(
    text: str, ticks: list[Snapshot], params: dict[str, float] | None, spent: frozenset[int], fills: str
) -> None:
    assert_agreement(text, ticks, params, spent, fills)
