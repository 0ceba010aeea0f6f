"""Every shipped strategy, through the whole chain, on its own market: what comes of it is what is expected."""

from __future__ import annotations

import tomllib
from functools import cache

import pytest

from stratc.compiler.driver import check
from stratc.dsl.format import format_source
from stratc.dsl.parser import parse
from stratc.dsl.source import Source
from stratc.runtime.engine.machine import Machine
from stratc.strategies import sample
from tests.strategies.rehearsal import NAMES, SHELF, Watcher, rehearse

rehearsed = cache(rehearse)


def run_of(name: str) -> tuple[Machine, Watcher]:
    """Each strategy is run once for all tests."""
    return rehearsed(name)


@pytest.mark.parametrize("name", NAMES)
def test_it_checks_with_nothing_to_say(name: str) -> None:
    text = (SHELF / name / "strategy.strat").read_text(encoding="utf-8")
    assert not check(Source(f"{name}.strat", text)).diagnostics
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize("name", NAMES)
def test_it_is_written_in_the_one_style(name: str) -> None:
    text = (SHELF / name / "strategy.strat").read_text(encoding="utf-8")
    source = Source(f"{name}.strat", text)
    tree = parse(source).program
    assert tree is not None
    assert format_source(source, tree) == text


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_of_it_is_what_is_expected(name: str) -> None:
    expected = tomllib.loads((SHELF / name / "expected.toml").read_text(encoding="utf-8"))
    _, seen = run_of(name)
    assert seen.last is not None
    after, result = seen.last.after, seen.last.result
    assert result.state == expected["state"]
    assert result.mode == expected.get("mode", "")
    assert sorted(seen.limits) == expected["limits"]
    low, high = expected["pnl"]
    assert after.pnl is not None
    assert low <= after.pnl <= high
    low, high = expected["worst"]
    assert low <= seen.worst <= high
    low, high = expected["delta"]
    assert after.delta is not None
    assert low <= after.delta <= high
    fired = {str(rule): count for rule, count in seen.fired.items()}
    assert set(fired) == set(expected["fired"])
    for rule, (least, most) in expected["fired"].items():
        assert least <= fired[rule] <= most, f"rule {rule}"


@pytest.mark.parametrize(("name", "rule", "band"), [("short_straddle", 3, 0.25), ("gamma_scalper", 3, 0.6)])
def test_after_every_hedge_delta_is_inside_its_band(name: str, rule: int, band: float) -> None:
    _, seen = run_of(name)
    assert max(map(abs, seen.deltas[rule])) < band


def test_the_sample_is_what_its_program_writes() -> None:
    assert (SHELF / "sample_4h.csv").read_text(encoding="utf-8") == sample.text()


def test_the_book_adds_up() -> None:
    """P&L is what its parts sum to, for every strategy."""
    for name in NAMES:
        _, seen = run_of(name)
        assert seen.last is not None
        after = seen.last.after
        assert after.pnl is not None
        assert after.pnl_options is not None
        assert after.pnl_hedge is not None
        parts = after.pnl_options + after.pnl_hedge + after.funding - after.fees - after.gas
        assert after.pnl == pytest.approx(parts, abs=0.01), name
