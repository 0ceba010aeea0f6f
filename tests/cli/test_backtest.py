"""`stratc backtest`: one run, a sweep, its file, its report, and what is wrong with a command."""

from __future__ import annotations

import csv
import signal
import time
from pathlib import Path

import pytest

from tests.cli.shell import process, stratc, written

PROGRAM = """\
market ETH in USDC

param band = 0.5 ETH in 0.1 ETH .. 2 ETH
param fixed = 1 ETH

limit abs(position(ETH)) <= 3 ETH else clamp

when abs(delta) < band, cooldown 1 h:
    buy 1 ETH, slippage <= 1%

when abs(delta) > band, cooldown 1 h:
    hedge delta to 0 ETH, slippage <= 1%

on stale spot:
    reduce only "no price"
"""
SHORT = ("--market", "chop", "--to", "2026-11-01T08:00")
DRY = "time,price\n" + "".join(
    f"{1_600_000_000 + 60 * at},{2_000 + 40 * (at * 7919 % 11)}\n" for at in range(300)
)
"""Prices without funding."""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return written(tmp_path, PROGRAM)


def test_one_run_says_what_it_came_to_and_by_what(program: Path, tmp_path: Path) -> None:
    said = stratc("backtest", program, *SHORT, "-o", tmp_path / "r.csv")
    assert said.code == 0
    for told in (
        "Sharpe ratio a year",
        "Sortino",
        "expected shortfall",
        "time in breach",
        "theta",
        "execution",
        "gas",
    ):
        assert told in said.out
    (row,) = csv.DictReader((tmp_path / "r.csv").open())
    assert f"{float(row['pnl']):+,.2f} USDC" in said.out
    parts = [float(value) for name, value in row.items() if name.startswith("pnl_")]
    assert sum(parts) == pytest.approx(float(row["pnl"]))


def test_the_same_command_says_the_same(program: Path) -> None:
    assert stratc("backtest", program, *SHORT).out == stratc("backtest", program, *SHORT).out


def test_fills_at_once_and_for_nothing_are_another_result(program: Path) -> None:
    slow, instant = (
        stratc("backtest", program, *SHORT, "--fills", kind).out for kind in ("simulated", "instant")
    )
    assert slow != instant
    assert "execution   -" in slow


def test_a_sweep_is_written_run_by_run_and_told(program: Path, tmp_path: Path) -> None:
    pytest.importorskip("polars", reason="Parquet needs polars")
    import polars

    out = tmp_path / "r.parquet"
    said = stratc(
        "backtest", program, *SHORT, "--param", "band=0.2:2:4", "--workers", 1, "-o", out, "--walk-forward", 2
    )
    assert said.code == 0, said.err
    assert "4 runs" in said.out
    assert "is the best more than luck?" in said.out
    assert "walk-forward" in said.out
    table = polars.read_parquet(out)
    assert table["band"].to_list() == [0.2, 0.8, 1.4, 2.0]
    assert table.height == 4
    assert list(tmp_path.glob("r.parquet.*")) == []


def test_without_polars_the_way_out_is_told(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    said = stratc("backtest", program, *SHORT, "-o", tmp_path / "r.parquet")
    assert said.code == 3
    assert "pip install 'stratc[parquet]', or name the file .csv" in said.err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--param", "band"], "is not NAME=LOW:HIGH:COUNT"),
        (["--param", "band=a:b:3"], "is not NAME=LOW:HIGH:COUNT"),
        (["--param", "band=0.1:1:0"], "is not NAME=LOW:HIGH:COUNT"),
        (["--param", "bond=0.1:1:3"], "its parameters: band, fixed"),
        (["--param", "band=0.01:1:3"], "outside its range 0.1 .. 2 ETH"),
        (["--param", "band=nan:nan:3"], "outside its range"),
        (["--param", "fixed=1:2:3"], "has no range"),
        (["--param", "band=0.1,0.2", "--param", "band=1,2"], "is given twice"),
        (["--walk-forward", "3"], "add --param"),
        (["--latency", "nan"], "nan is no number"),
        (["--latency", "inf"], "is not in the range"),
        (["--param", "band=0.1:2:1000", "--param", "fixed=1:1:1000"], "has no range"),
    ],
)
def test_what_is_wrong_with_a_command_is_told(program: Path, given: list[str], told: str) -> None:
    said = stratc("backtest", program, *SHORT, *given)
    assert said.code == 2
    assert told in said.err


def test_a_file_that_cannot_be_written_is_told_before_the_run(program: Path, tmp_path: Path) -> None:
    for option in ("-o", "--report"):
        said = stratc("backtest", program, *SHORT, option, tmp_path / "no" / "r.csv")
        assert said.code == 3
        assert "cannot be written" in said.err
        assert "Sharpe" not in said.out


@pytest.mark.slow  # a sweep in a process of its own, interrupted
def test_ctrl_c_keeps_what_is_done(program: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    running = process("backtest", program, "--market", "crash", "--param", "band=0.2:2:400", "--workers", 2, "-o", out,
                      cwd=tmp_path)  # fmt: skip
    for _ in range(600):
        time.sleep(0.1)
        if out.exists() and out.read_text().count("\n") > 3:
            break
    running.send_signal(signal.SIGINT)
    told, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in errors
    assert "runs are kept" in errors
    assert "the best Sharpe ratio first" in told
    rows = list(csv.DictReader(out.open()))
    assert f"interrupted: {len(rows)} of 400" in errors
    assert len(rows) >= 3


def test_a_sweep_through_the_kernel_is_that_of_the_plan(program: Path, tmp_path: Path) -> None:
    pytest.importorskip("llvmlite", reason="the kernel needs llvmlite")
    data, found = written(tmp_path, DRY, "p.csv"), []
    for name, how in (("k.csv", "--kernel"), ("p.csv", "--no-kernel")):
        said = stratc(
            "backtest",
            program,
            "--market",
            data,
            "--param",
            "band=0.2:2:3",
            "--workers",
            1,
            how,
            "-o",
            tmp_path / name,
        )
        assert said.code == 0, said.err
        assert "this runs on the plan" not in said.err
        found.append(list(csv.DictReader((tmp_path / name).open())))
    for mine, theirs in zip(*found, strict=True):
        for column in ("band", "pnl", "sharpe", "drawdown", "turnover", "orders", "fills", "pnl_gas"):
            assert float(mine[column]) == pytest.approx(float(theirs[column]), rel=1e-9)
    assert found[1][0]["breach_seconds"] != ""


def test_why_there_is_no_kernel_is_told(program: Path) -> None:
    said = stratc("backtest", program, *SHORT, "--param", "band=0.2,1", "--workers", 1, "--liquidate")
    assert said.code == 0
    assert "this runs on the plan, slower: --liquidate needs it" in said.err
    said = stratc("backtest", program, *SHORT, "--param", "band=0.2,1", "--workers", 1)
    assert "pay funding at every tick" in said.err
