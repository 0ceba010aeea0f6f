"""`stratc replay --engine kernel`: the same lines as the plan's, or the plan and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import CLEAN, stratc, written
from tests.kernel.running import needs_llvm

HEDGE = """market ETH in USDC
venue perp: perpetual "ETH-PERP", fee 5 bps
book:
    long 1 ETH
limit order size <= 5 ETH
when abs(delta) > 0.1 ETH:
    hedge delta to 0 ETH on perp, at most 5 ETH
when change(spot over 2 min) < -1%, cooldown 3 min:
    alert "down to {spot}"
on stale spot:
    reduce only "no price" for 1 min
"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATC_CACHE", str(tmp_path / "cache"))


def events(tmp_path: Path, *, delta: bool = False) -> Path:
    lines = []
    for n in range(40):
        signals: dict[str, float | None] = {"spot": None if n == 11 else 2000.0 - 30.0 * (n % 7)}
        if delta and n % 2:
            signals["delta"] = 1.0
        lines.append(json.dumps({"t": 60.0 * n, "block": 5 * n, "signals": signals}) + "\n")
    return written(tmp_path, "".join(lines), f"e{delta}.jsonl")


@needs_llvm
def test_the_kernel_prints_what_the_other_engines_do(tmp_path: Path) -> None:
    program, ticks = written(tmp_path, HEDGE), events(tmp_path)
    said = {
        engine: stratc("replay", program, "--events", ticks, "--engine", engine)
        for engine in ("plan", "reference", "kernel")
    }
    assert said["kernel"].code == 0, said["kernel"].err
    assert said["kernel"].out.count("\n") > 5
    assert said["kernel"].out == said["plan"].out == said["reference"].out
    assert "slower" not in said["kernel"].err


@needs_llvm
def test_what_has_no_kernel_runs_on_the_plan_and_says_so(tmp_path: Path) -> None:
    distance = HEDGE.replace("abs(delta) > 0.1 ETH", "distance_to_liquidation < 10%")
    for program, ticks, reason in (
        (distance, events(tmp_path), "distance_to_liquidation"),
        (HEDGE, events(tmp_path, delta=True), "delta is told at some ticks"),
    ):
        path = written(tmp_path, program)
        plan = stratc("replay", path, "--events", ticks)
        said = stratc("replay", path, "--events", ticks, "--engine", "kernel")
        assert (said.code, said.out) == (0, plan.out)
        assert "this program runs on the plan, which is slower: " in said.err
        assert reason in said.err


def test_neither_plan_files_nor_journals_have_a_kernel(tmp_path: Path) -> None:
    plan = tmp_path / "a.plan.py"
    assert stratc("compile", written(tmp_path, CLEAN), "-o", plan).code == 0
    said = stratc("replay", plan, "--events", events(tmp_path), "--engine", "kernel")
    assert said.code == 2
    assert ".strat" in said.err
    assert stratc("replay", "--from-journal", tmp_path / "j", "--engine", "kernel").code == 2
