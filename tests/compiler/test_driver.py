"""The pipeline: pure, ordered, fast, light to import, and never a traceback."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.compiler.driver import check
from stratc.dsl.source import Source
from tests.compiler import programs

_RULE = (
    "when abs(delta) rises above {0} ETH for 2 blocks, rearm below 0.05 ETH:\n"
    "    hedge delta to 0 ETH, at most 5 ETH, slippage <= 20 bps, via private\n"
)
_WORDS = (
    "when delta > 0.1 ETH : \n hedge to 0 spot iv ( ) let a = b param in .. 1 USDC / limit order size <= 5 else "
    "clamp per day every h on stale mode x enter buy call strike expiring 2026-12-25 min 3 , * - and not abs over"
).split(" ")


@programs.FEW
@given(programs.CONDITIONS)
def test_same_text_same_result(condition: str) -> None:
    text = programs.program(condition)
    assert check(Source("a", text)) == check(Source("a", text))


@programs.FEW
@given(st.lists(st.sampled_from(_WORDS), max_size=30).map(" ".join))
def test_any_text_is_answered(text: str) -> None:
    result = check(Source("a", f"let a = 1 ETH\nwhen delta > 1 ETH: halt\n{text}\n"))
    wrong = any(d.severity == "error" for d in result.diagnostics)
    assert wrong == (result.ir is None)


@programs.FEW
@given(programs.quantities("ETH"), programs.quantities("USDC"))
def test_wrong_units_are_one_error(left: str, right: str) -> None:
    found = check(Source("a", programs.program(f"{left} > {right}"))).diagnostics
    errors = [d.code.id for d in found if d.severity == "error"]
    assert errors in (["E101"], ["E117"], ["E117", "E117"], ["E117", "E101"])


def test_findings_are_in_order() -> None:
    found = check(Source("a", "when dleta > 1: halt\nwhen delta > 1 USDC: halt\nlet a = b\n")).diagnostics
    assert [d.span for d in found] == sorted(d.span for d in found)
    assert [d.code.id for d in found] == ["E030", "E101", "E030"]


def test_long_chain_of_lets() -> None:
    chain = "".join(f"let a{n} = a{n - 1} + 1 ETH\n" for n in range(3_000, 0, -1))
    result = check(Source("a", f"{chain}let a0 = delta\nwhen a3000 > 1 ETH: hedge to 0 ETH\n"))
    assert result.ir is not None
    assert [let.name for let in result.ir.lets[:2]] == ["a0", "a1"]


def test_long_cycle_of_lets() -> None:
    chain = "".join(f"let a{n} = a{n + 1} + 1 ETH\n" for n in range(3_000))
    found = check(Source("a", f"{chain}let a3000 = a0\nwhen a0 > 1 ETH: hedge to 0 ETH\n")).diagnostics
    assert [d.code.id for d in found] == ["E034"]


@pytest.mark.slow
def test_time_grows_with_the_program() -> None:
    """5,000 rules take about ten times what 500 take: far from the hundred times of one look at every pair."""

    def seconds(rules: int) -> float:
        source = Source("a", "".join(_RULE.format(1 + n / 1000) for n in range(rules)))
        start = time.perf_counter()
        assert check(source).ir is not None
        return time.perf_counter() - start

    few, many = min(seconds(500) for _ in range(3)), seconds(5_000)
    assert many < 50 * few


def test_light_to_import() -> None:
    """What `stratc check` never needs is not imported by it."""
    heavy = (
        "pydantic",
        "numpy",
        "lark",
        "dataclasses",
        "inspect",
        "json",
        "hashlib",
        "fractions",
        "decimal",
        "click",
    )
    code = f"import sys, stratc.compiler.driver; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_window_in_an_alert_is_where_the_alert_is() -> None:
    text = 'when iv > 80%, cooldown 1 h:\n    alert "mean {mean(spot over 5 min)}"\n'
    program = check(Source("a", text)).ir
    assert program is not None
    where = program.windows[0].where
    assert where.line == 2
    assert text[where.start : where.end] == "{mean(spot over 5 min)}"
