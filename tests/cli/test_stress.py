"""`stratc stress`: the verdict, a path again, the file, and what is wrong with a command."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from stratc.cli.engines import compiled
from tests.cli.shell import stratc, written
from tests.stress.programs import GUARDED, NAIVE
from tests.stress.test_study import bug_in, with_bug

FEW = ("--paths", 6, "--workers", 1, "--model", "crash", "--step", 3600)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return written(tmp_path, GUARDED)


def test_the_verdict_has_every_fault_and_an_error_on_each_estimate(program: Path, tmp_path: Path) -> None:
    said = stratc("stress", program, *FEW, "-o", tmp_path / "r.csv")
    assert said.code == 0, said.err
    for fault in ("none", "oracle frozen", "sequencer down", "gas spike", "reorg", "adversary"):
        assert f"\n  {fault}" in said.out
    assert said.out.count("+-") > 30
    assert "breaks first: " in said.out
    assert "no proved limit was ever broken" in said.out
    rows = list(csv.DictReader((tmp_path / "r.csv").open()))
    assert len(rows) == 6 * 12
    assert {row["liquidated"] for row in rows} <= {"0.0", "1.0"}


def test_a_path_again_is_the_same_path(program: Path, tmp_path: Path) -> None:
    stratc("stress", program, *FEW, "--fault", "gas spike", "-o", tmp_path / "r.csv")
    rows = [row for row in csv.DictReader((tmp_path / "r.csv").open()) if row["path"] == "4.0"]
    for row, more in zip(rows, ([], ["--fault", "gas spike"]), strict=True):
        said = stratc("stress", program, *FEW, *more, "--path", 4)
        assert said.code == 0, said.err
        assert f"P&L {float(row['pnl']):,.2f} USDC" in said.out


def test_a_naive_program_is_liquidated_and_its_worst_path_says_where(tmp_path: Path) -> None:
    said = stratc(
        "stress", written(tmp_path, NAIVE), *FEW, "--fault", "none", "--report", tmp_path / "r.html"
    )
    assert said.code == 0
    assert "liquidated   " in said.out
    assert "outcomes-none" in (tmp_path / "r.html").read_text()


def test_a_planted_bug_of_the_compiler_ends_with_1(tmp_path: Path) -> None:
    code = compiled("guarded.strat", GUARDED).code
    said = stratc(
        "stress", written(tmp_path, with_bug(code, *bug_in(code)), "bad.plan.py"), *FEW, "--fault", "none"
    )
    assert said.code == 1
    assert "a proved limit was broken on" in said.err
    assert "order slippage" in said.err
    assert "this is an error of stratc" in said.err


def test_a_bootstrap_of_a_file(program: Path, tmp_path: Path) -> None:
    rows = [f"{1_600_000_000 + 3600 * at},{2000 + 50 * (at * 7919 % 13)}" for at in range(200)]
    data = written(tmp_path, "time,price\n" + "\n".join(rows) + "\n", "p.csv")
    for model in ("bootstrap", "history"):
        said = stratc(
            "stress",
            program,
            "--paths",
            3,
            "--workers",
            1,
            "--fault",
            "none",
            "--model",
            model,
            "--market",
            data,
        )
        assert said.code == 0, said.err
        assert "3600 s" in said.out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--model", "garch"], "there is no model 'garch'"),
        (["--fault", "flood"], "there is no fault 'flood'"),
        (["--model", "bootstrap"], "add --market FILE"),
        (["--model", "bs", "--market", "x.csv"], "takes no --market"),
        (["--model", "crash", "--sobol"], "--sobol is for bs, merton, heston, bates"),
        (["--vol", "lots"], "--vol lots is not a volatility"),
        (["--model", "bs", "--from", "2020-03-12"], "takes no --from"),
        (["-o", "paths.txt"], "neither .parquet nor .csv"),
        (["--hours", "nan"], "nan is no number"),
        (["--hours", "1e300"], "is not in the range"),
        (["--step", "inf"], "is not in the range"),
    ],
)
def test_what_is_wrong_with_a_command_is_told(program: Path, given: list[str], told: str) -> None:
    said = stratc("stress", program, "--paths", 2, *given)
    assert said.code == 2
    assert told in said.err


def test_a_path_of_two_faults_is_asked_for_by_one(program: Path) -> None:
    said = stratc("stress", program, *FEW, "--fault", "reorg", "--fault", "gas spike", "--path", 1)
    assert said.code == 2
    assert "which fault" in said.err
