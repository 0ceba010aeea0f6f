"""Funding of a perpetual between two ticks that Python does: each payment as the simulated venue makes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stratc.runtime.engine.messages import CashFlow, Snapshot
from stratc.runtime.kernel.columns import columns_of
from stratc.runtime.venues.of_plan import venue_of
from tests.engines import program
from tests.kernel.running import contents, differences, kernel, machine_of, needs_llvm, on_plan
from tests.kernel.test_firings import ANSWERS, walks

PROGRAMS = [
    "when abs(delta) > 0.4 ETH, cooldown 20 s:\n    hedge delta to 0 ETH on perp\n",
    "when margin_ratio < 40:\n    top up margin to 50, at most 900 USDC\n",
    "when pnl falls below -10 USDC, cooldown 1 min:\n    hedge delta to 0 ETH on perp, at most 0.2 ETH\n",
    'when drawdown > 0.1%, cooldown 30 s:\n    alert "{equity} {drawdown}"\n',
    "when x > 1.5:\n    buy 0.3 ETH on perp\nlimit loss <= 20 USDC per rolling 5 min else reduce only\n",
]
HEAD = """market ETH in USDC
signal x: number
venue perp: perpetual "ETH-PERP", fee 5 bps
book:
    cash 9_000 USDC
    margin 9_000 USDC
    long 2 ETH "ETH-PERP"
    short 1 ETH call strike 2_000 expiring 2026-12-25
"""


def funded(ticks: list[Snapshot]) -> list[Snapshot]:
    """From the first price on, with a rate that changes, is missing at times, and is nothing at times."""
    first = next(i for i, tick in enumerate(ticks) if tick.signals["spot"] is not None)
    ticks = ticks[first:]
    rates = [1e-7, -3e-7, None, 0.0, 2e-6]
    return [
        replace(
            tick,
            signals={**tick.signals, "funding_rate": rates[i // 11 % 5] if i > 3 else None, "gas_cost": 0.1},
        )
        for i, tick in enumerate(ticks)
    ]


def assert_same(text: str, ticks: list[Snapshot], cache: Path) -> int:
    """Whether both agree; gives how many payments were made in ticks that Python did not do."""
    typed = program(text)
    plan, other = machine_of(typed)(), machine_of(typed)()
    expected = on_plan(plan, venue_of(plan.plan, 3), ticks)
    run = kernel(typed, other, venue_of(plan.plan, 3), cache)
    results = [run.run(columns_of(ticks[:91])), run.run(columns_of(ticks[91:]))]
    found = [tick for result in results for tick in result.all_ticks()]
    assert expected == found, f"{text}\n{differences(expected, found)}"
    assert contents(plan.book) == contents(other.book), text
    payments = sum(isinstance(event, CashFlow) for result in results for _, event in result.events())
    return payments - sum(result.stopped for result in results)


SLACK = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
CHOSEN = st.lists(st.sampled_from(PROGRAMS), min_size=1, max_size=3, unique=True)


@needs_llvm
@settings(
    max_examples=5, deadline=None, derandomize=True, suppress_health_check=SLACK, report_multiple_bugs=False
)
@given(CHOSEN, walks())
def test_walks(tmp_path: Path, rules: list[str], ticks: list[Snapshot]) -> None:
    assert_same(HEAD + ANSWERS + "".join(rules), funded(ticks), tmp_path)


@needs_llvm
@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=SLACK, report_multiple_bugs=False)
@given(CHOSEN, walks())
def test_many_walks(tmp_path: Path, rules: list[str], ticks: list[Snapshot]) -> None:
    assert_same(HEAD + ANSWERS + "".join(rules), funded(ticks), tmp_path)


@needs_llvm
def test_payments_need_no_python(tmp_path: Path) -> None:
    ticks = [
        Snapshot(
            1_700_000_000.0 + 60 * i, i, {"spot": 2_000.0 + i % 9, "x": 0.0, "iv": 0.6, "funding_rate": 1e-7}
        )
        for i in range(400)
    ]
    assert assert_same(HEAD + ANSWERS + PROGRAMS[3], ticks, tmp_path) > 300
