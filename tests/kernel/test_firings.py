"""Rules that fire without Python: the same orders, fills, book and cooldowns as the plan's, over long random walks."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.kernel.columns import columns_of
from stratc.runtime.venues.instant import InstantVenue
from tests.engines import program
from tests.kernel.running import contents, differences, kernel, machine_of, needs_llvm, on_plan

HEAD = """market ETH in USDC
signal x: number
venue perp: perpetual "ETH-PERP", fee 5 bps
venue pool: uniswap_v3 "ETH/USDC", fee 5 bps
param band = 0.5 ETH in 0.01 ETH .. 5 ETH
let gap = delta - x * 0.1 ETH
"""
ANSWERS = (
    'on stale spot:\n    alert "no spot"\non stale x:\n    alert "no x"\non stale iv:\n    alert "no iv"\n'
)
BOOKS = [
    "",
    "book:\n    short 3 ETH call strike 2_000 expiring 2026-12-25\n    long 1 ETH\n",
    (
        "book:\n    short 2 ETH put strike 1_990 expiring 2023-11-15\n"
        "    long 4 ETH call strike 2_050 expiring 2024-01-03\n"
    ),
]
LIMITS = [
    "",
    "limit order size <= 0.6 ETH else clamp\n",
    "limit order size <= 0.6 ETH else reject\nlimit abs(delta) <= 2 ETH else clamp\n",
    "limit abs(position(ETH)) <= 1 ETH else clamp\nlimit order slippage <= 30 bps else clamp\n",
    "limit position(ETH) >= -1 ETH else reject\nlimit orders <= 4 per rolling 1 min else reject\n",
    "limit abs(gap) <= band else reject\n",
]
RULES = [
    "when abs(delta) > band:\n    hedge delta to 0 ETH on perp\n",
    (
        "when abs(gap) > band, cooldown 3 s:\n"
        "    hedge delta to x * 0.1 ETH on perp, at most 0.3 ETH, slippage <= 20 bps\n"
    ),
    "when x rises above 1 for 2 s:\n    buy 0.123456789 ETH on perp, deadline 2 blocks\n",
    "when x > 1, cooldown 2 blocks:\n    sell x * 0.1 ETH on pool, at most band\n",
    "when x crosses 0:\n    sell 0.1 ETH\n",
    "when abs(delta) > 3 ETH:\n    hedge delta to 0 ETH on pool\n",
    'when x < -2:\n    reduce only "low" for 5 s\n',
    'when change(spot over 20 s) < -1% or stdev(x over 15 s) > 1.2, cooldown 10 s:\n    alert "{x}"\n',
    "when mean(x over 12 s) rises above 0.2, cooldown 1 block:\n    buy 0.2 ETH on perp\n",
    "when realized_vol(spot over 1 min) > high(x over 9 blocks), cooldown 5 s:\n    sell 0.1 ETH on perp\n",
    "when low(x over 30 s) crosses -1:\n    hedge delta to high(x over 30 s) * 0.1 ETH on perp\n",
]


@st.composite
def walks(draw: st.DrawFn) -> list[Snapshot]:
    """Two hundred ticks: a price and a signal that wander, each sometimes missing."""
    random = Random(draw(st.integers(0, 10_000)))
    t, block, spot, x = 1_699_999_900.0, 5, 2_000.0, 0.0
    made = []
    for _ in range(200):
        spot *= 1.0 + random.gauss(0.0, 0.004)
        x = 0.9 * x + random.gauss(0.0, 0.8)
        lost = random.random()
        made.append(
            Snapshot(
                t,
                block,
                {
                    "spot": None if lost < 0.02 else spot,
                    "x": None if lost > 0.97 else x,
                    "iv": 0.6 + 0.01 * x,
                },
            )
        )
        t += random.choice([0.5, 1.0, 1.0, 2.0, 30.0])
        block += random.choice([0, 1, 1])
    return made


def assert_same(text: str, ticks: list[Snapshot], cache: Path) -> int:
    """Whether both agree; gives how many orders were native."""
    typed = program(text)
    plan, other = machine_of(typed)(), machine_of(typed)()
    expected = on_plan(plan, InstantVenue(), ticks)
    run = kernel(typed, other, InstantVenue(), cache)
    results = [run.run(columns_of(ticks[:77])), run.run(columns_of(ticks[77:]))]
    found = [tick for result in results for tick in result.all_ticks()]
    assert expected == found, f"{text}\n{differences(expected, found)}"
    assert contents(plan.book) == contents(other.book), text
    return sum(len(rows) for result in results for rows, _ in result.native)


@needs_llvm
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    report_multiple_bugs=False,
)
@given(
    st.sampled_from(BOOKS),
    st.sampled_from(LIMITS),
    st.lists(st.sampled_from(RULES), min_size=1, max_size=4),
    walks(),
)
def test_walks(tmp_path: Path, book: str, limit: str, rules: list[str], ticks: list[Snapshot]) -> None:
    assert_same(HEAD + book + limit + ANSWERS + "".join(rules), ticks, tmp_path)


@needs_llvm
@pytest.mark.slow
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    report_multiple_bugs=False,
)
@given(
    st.sampled_from(BOOKS),
    st.sampled_from(LIMITS),
    st.lists(st.sampled_from(RULES), min_size=1, max_size=4),
    walks(),
)
def test_many_walks(tmp_path: Path, book: str, limit: str, rules: list[str], ticks: list[Snapshot]) -> None:
    assert_same(HEAD + book + limit + ANSWERS + "".join(rules), ticks, tmp_path)


@needs_llvm
def test_hedging_needs_no_python(tmp_path: Path) -> None:
    prices = [2_000.0 + 40.0 * (i % 7) - 25.0 * (i % 3) for i in range(200)]
    ticks = [Snapshot(1_700_000_000.0 + i, i, {"spot": p, "x": 0.0, "iv": 0.6}) for i, p in enumerate(prices)]
    assert assert_same(HEAD + BOOKS[1] + ANSWERS + RULES[0].replace("band", "0.05 ETH"), ticks, tmp_path) > 20
