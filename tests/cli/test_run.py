"""`stratc run`: bad input, interruption, a reader that goes away."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.cli.shell import CLEAN, process, stratc, written

BAND = CLEAN.replace("0.1 ETH", "band") + "\nparam band = 0.1 ETH in 0.05 ETH .. 1 ETH\n"
ROWS = "".join(f"2020-03-12T0{n}:00:00Z,{100 + n}\n" for n in range(10))
CSV = "time,close\n" + ROWS


def ran(program: Path, *args: object) -> tuple[int, str, str]:
    return stratc("run", program, "--plain", "--no-journal", *args)


def test_a_file_of_prices_is_run_to_its_end(tmp_path: Path) -> None:
    code, out, _ = ran(written(tmp_path, BAND), "--market", written(tmp_path, CSV, "p.csv"))
    assert code == 0
    assert "10 ticks" in out
    assert "P&L" in out


@pytest.mark.parametrize(
    ("args", "code", "why"),
    [
        (("--market", "crahs"), 2, "did you mean crash?"),
        (("--market", "calm", "--set", "band=2"), 2, "band"),
        (("--market", "calm", "--set", "bnad=0.2"), 2, "bnad"),
        (("--market", "calm", "--set", "band"), 2, "is not NAME=NUMBER"),
        (("--market", "calm", "--set", "band=nan"), 2, "band"),
        (("--market", "calm", "--iv", "high"), 2, "is not a volatility"),
        (("--market", "calm", "--seed", "9" * 20), 2, "write one below 9223372036854775808"),
        (("--market", "calm", "--iv", "-1"), 2, "is not a volatility"),
        (("--market", "calm", "--iv", "nan"), 2, "is not a volatility"),
        (("--market", "calm", "--from", "yesterday"), 2, "is not a time"),
        (("--market", "p.csv", "--from", "2021-01-01"), 3, "2021"),
        (("--market", "p.csv", "--from", "2020-03-12T05:00", "--to", "2020-03-12T02:00"), 3, ""),
    ],
)
def test_bad_options(
    args: tuple[str, ...], code: int, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, CSV, "p.csv")
    found = ran(written(tmp_path, BAND), *args)
    assert found[0] == code
    assert why in found[2]
    assert found[2].startswith("error: ")


@pytest.mark.parametrize("price", ["nan", "-5", "0", "inf", "abc", ""])
def test_a_nonsense_price_is_told_with_its_row(price: str, tmp_path: Path) -> None:
    rows = ROWS.splitlines()
    rows[4] = f"2020-03-12T04:00:00Z,{price}"
    path = written(tmp_path, "time,close\n" + "\n".join(rows) + "\n", "p.csv")
    _, out, err = ran(written(tmp_path, BAND), "--market", path)
    assert "6" in err
    assert "p.csv:6" in err or "row 6" in err or "line 6" in err
    assert "nan" not in out.lower()


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 50, b"a,b\n1,2\n", b"time,close\n"])
def test_a_file_without_prices(content: bytes, tmp_path: Path) -> None:
    code, _, err = ran(written(tmp_path, BAND), "--market", written(tmp_path, content, "p.csv"))
    assert code == 3
    assert "p.csv" in err


def test_a_parameter_moves_inside_its_range(tmp_path: Path) -> None:
    code, _, _ = ran(
        written(tmp_path, BAND), "--market", written(tmp_path, CSV, "p.csv"), "--set", "band=0.5"
    )
    assert code == 0


def test_a_parameter_without_a_range_stays_what_proofs_take_it_for(tmp_path: Path) -> None:
    program = written(tmp_path, BAND.replace(" in 0.05 ETH .. 1 ETH", ""))
    code, _, err = ran(program, "--market", "calm", "--set", "band=0.2")
    assert code == 2
    assert "band has no range" in err
    assert "`param band = … in LOW .. HIGH`" in err


def test_a_report_that_cannot_be_written_is_the_worlds_fault(tmp_path: Path) -> None:
    market = written(tmp_path, CSV, "p.csv")
    code, _, err = ran(written(tmp_path, BAND), "--market", market, "--report", tmp_path / "no" / "r.html")
    assert code == 3
    assert "cannot be written" in err


@pytest.mark.slow
def test_ctrl_c_ends_with_the_summary_and_a_journal_that_replays(tmp_path: Path) -> None:
    text = BAND + "\nevery 1 min: buy 0.01 ETH\n"
    journal = tmp_path / "j.journal"
    rows = "".join(f"{1_583_971_200 + 60 * n},{100 + n % 7}\n" for n in range(100_000))
    market = written(tmp_path, "time,close\n" + rows, "p.csv")
    running = process("run", written(tmp_path, text), "--market", market, "--journal", journal, cwd=tmp_path)
    deadline = time.monotonic() + 30.0
    while not journal.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert "interrupted: the summary covers the run so far" in out
    assert "P&L" in out
    assert "Traceback" not in err
    assert stratc("replay", "--from-journal", journal).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGPIPE there")
@pytest.mark.parametrize("args", [("run", "--market", "crash", "--no-journal"), ("check",), ("compile",)])
def test_a_reader_that_goes_away_is_no_traceback(args: tuple[str, ...], tmp_path: Path) -> None:
    program = written(tmp_path, BAND + "".join(f"\nevery {n} min: buy 0.01 ETH" for n in range(1, 40)))
    running = process(args[0], program, *args[1:], cwd=tmp_path)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    assert running.wait(timeout=60) == 3
    assert said == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    running = process("check", written(tmp_path, CLEAN), cwd=tmp_path)
    running.communicate(timeout=60)
    assert running.returncode == 0
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        import subprocess

        ended = subprocess.run(
            [sys.executable, "-m", "stratc", "check", "a.strat"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            check=False,
        )
    assert ended.returncode == 3
    assert ended.stderr == "error: the output cannot be written: No space left on device\n"


def test_an_account_below_maintenance_margin_is_liquidated_where_that_is_asked(tmp_path: Path) -> None:
    held = 'book:\n    long 10 ETH "ETH-PERP"\n    margin 110 USDC\nwhen spot > 1e9: sell 1 ETH\n'
    prices = written(tmp_path, CSV.replace(",109", ",93"), "p.csv")
    code, out, _ = ran(written(tmp_path, held), "--market", prices, "--liquidate")
    assert code == 0
    assert "liquidated: once, at 2020-03-12T09:00:00Z; closed " in out
    assert "liquidated" not in ran(written(tmp_path, held), "--market", prices)[1]
    assert "liquidated: never" in ran(written(tmp_path, BAND), "--market", prices, "--liquidate")[1]
