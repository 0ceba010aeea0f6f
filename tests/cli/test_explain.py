"""`stratc explain`: what it tells is what the compiler understood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from stratc.cli.explain import command
from stratc.cli.failures import Failure
from stratc.compiler.driver import check
from stratc.compiler.explain import explain
from stratc.compiler.explain.words import WIDTH, percent, quantity, seconds
from stratc.dsl.source import Source
from tests.strategies.rehearsal import NAMES, SHELF

GOLDENS = Path(__file__).parent / "goldens" / "explain"


def told(text: str) -> str:
    result = check(Source("program.strat", text))
    assert result.ir is not None, result.diagnostics
    return explain(result.ir)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_strategy(name: str, golden: Callable[[str, Path], None]) -> None:
    text = told((SHELF / name / "strategy.strat").read_text(encoding="utf-8"))
    assert max(map(len, text.splitlines())) <= WIDTH
    golden(text, GOLDENS / f"{name}.txt")


def test_the_whole_language(golden: Callable[[str, Path], None]) -> None:
    golden(told((GOLDENS / "everything.strat").read_text(encoding="utf-8")), GOLDENS / "everything.txt")


def test_a_rule_that_can_do_harm_says_so_and_one_that_cannot_says_that() -> None:
    text = told(
        "signal x: number\n"
        "when x > 1, cooldown 1 h: buy 1 ETH\n"
        "when x > 2, cooldown 1 h: close all\n"
        "when x > 3, cooldown 1 h: withdraw margin to 3\n"
        'when x > 4, cooldown 1 h: alert "high"\n'
    )
    told_of = [
        line.split("in reduce only")[1].strip() for line in text.splitlines() if "in reduce only" in line
    ]
    assert [line.split()[0].rstrip(":") for line in told_of] == ["passes", "passes", "blocked", "goes"]
    assert "if each order" in told_of[0]
    assert "can only take risk down" in told_of[1]


def test_no_limits_is_said() -> None:
    assert "nothing bounds" in told("when delta > 0.1: hedge to 0\n")


def test_an_input_nobody_answers_for() -> None:
    assert "reduce only until it is back" in told("when delta > 0.1: hedge to 0\n")


@pytest.mark.parametrize(
    ("value", "text"),
    [(90, "90 s"), (600, "10 min"), (86_400, "1 d"), (604_800, "7 d"), (561_600, "6.5 d"), (0.5, "0.5 s")],
)
def test_spans_of_time(value: float, text: str) -> None:
    assert seconds(value) == text


def test_shares_and_rates() -> None:
    assert percent(0.003) == "30 bps"
    assert percent(-0.08) == "-8%"
    assert quantity(0.0004 / 86_400, "1/s") == "4 bps/d"
    assert quantity(-50 / 86_400, "USDC/s") == "-50 USDC/d"


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "one.strat"
    file.write_text("when delta > 0.1: hedge to 0\n", encoding="utf-8")
    result = CliRunner().invoke(command, [str(file)])
    assert result.exit_code == 0
    assert result.output.startswith("one: 1 rule on ETH in USDC\n")


def test_numbers_for_hedge_bands_are_taken_or_refused() -> None:
    path = str(SHELF / "short_straddle")
    given = CliRunner().invoke(
        command, [path, "--spot", "3000", "--iv", "80%", "--aversion", "1e-3", "--gas", "0"]
    )
    assert given.exit_code == 0
    assert "3,000 USDC/ETH (given), a volatility of 80% (given)" in " ".join(given.output.split())
    for option, bad in (
        ("--spot", "nan"),
        ("--spot", "-1"),
        ("--aversion", "0"),
        ("--gas", "-1"),
        ("--iv", "1e-9"),
    ):
        refused = CliRunner().invoke(command, [path, option, bad])
        assert isinstance(refused.exception, Failure)
        assert option in str(refused.exception)


@pytest.mark.parametrize("level", ["1e-50", "1e50"])
def test_bands_beyond_reason_are_told_as_such(level: str) -> None:
    text = told(
        f"on start: buy 1 ETH call at delta 0.5 expiring in 7 d\n"
        f"when abs(delta) > {level} ETH: hedge to 0 ETH\n"
    )
    assert "which is no band" in text
