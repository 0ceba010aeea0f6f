"""`stratc prove` and `stratc verify-certificate`."""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.cli.shell import WRONG, process, stratc, written

KEPT = """\
assume spot in 20 .. 50_000 USDC/ETH
limit order notional <= 250_000 USDC
limit abs(position(ETH)) <= 10 ETH else reject
limit orders <= 5 per rolling 1 h else defer
when abs(delta) > 0.1 ETH, cooldown 1 min:
    hedge delta to 0 ETH, at most 5 ETH
"""
REFUTED = "limit order size <= 5 ETH\nwhen abs(delta) > 0.1 ETH, cooldown 1 h: hedge to 0 ETH\n"
HARD = """\
signal a: number
signal b: number
signal c: number
limit order size <= 5 ETH
let fifths = c * c * c * c * c - a * a * a * a * a - b * b * b * b * b
let grown = exp(a) * exp(b * c) * exp(c * a * b)
when a > 0 and b > 0 and c > 0 and delta == 0 ETH and fifths == 0 and (a * b + c) * (a - b * c) > grown:
    hedge to a * b * c * exp(c * b * a + a) * 0.0001 ETH
"""
"""No solver finds a proof or a counterexample in seconds."""


def untimed(text: str) -> str:
    text = re.sub(r"\d+\.\d\d s\n", "T s\n", text)
    return re.sub(r"(intervals|solver|counting|example)( +)\d+\.\d +", r"\1\2T  ", text)


def test_a_row_for_each_rule_and_limit_and_a_sum(tmp_path: Path) -> None:
    said = stratc("prove", written(tmp_path, KEPT))
    assert said.code == 0
    rows = untimed(said.out).splitlines()
    assert rows[0].split() == ["line", "limit", "rule", "verdict", "by", "ms", "rests", "on"]
    assert re.match(
        r"2 +order notional +5 +proved +intervals +T +assume spot in 20 \.\. 50_000 USDC/ETH \(line 1\)",
        rows[1],
    )
    assert re.match(r"3 +abs\(position\(ETH\)\) +start +cannot trip .* no assumption$", rows[2])
    assert re.match(r"3 +abs\(position\(ETH\)\) +5 +cannot trip ", rows[3])
    assert re.match(r"4 +orders +all +guarded +\w+ +T +-$", rows[4])
    assert rows[-2:] == [
        "orders per hour, at worst: 5",
        "1 theorem proved, 2 guards, 1 of them cannot trip; T s",
    ]
    assert said.err == ""


def test_refuted_ends_with_one_and_says_where_to_look(tmp_path: Path) -> None:
    path = written(tmp_path, REFUTED)
    said = stratc("prove", path)
    assert said.code == 1
    assert re.search(r"^1 +order size +2 +refuted +\w+ ", said.out, re.MULTILINE)
    assert "1 theorem refuted, 0 guards" in said.out
    assert said.err == (
        f"not proved: order size (line 1)\n  stratc check {path} says more of each, with a fix where there is one\n"
    )


def test_unknown_is_said_and_is_no_proof(tmp_path: Path) -> None:
    said = stratc("prove", "--timeout", "0.05", written(tmp_path, HARD))
    assert said.code == 1
    assert "unknown" in said.out
    assert "1 theorem unknown" in said.out


def test_guards_are_not_enough_where_proof_is_required(tmp_path: Path) -> None:
    path = written(tmp_path, KEPT)
    said = stratc("prove", "--require-proof", path)
    assert said.code == 1
    assert said.err == "not proved: orders (line 4)\n"
    assert (
        stratc("prove", "--require-proof", written(tmp_path, KEPT.replace("<= 5 per", "<= 60 per"))).code == 0
    )


def test_a_limit_that_concerns_no_order_is_proved_and_said_so(tmp_path: Path) -> None:
    said = stratc("prove", written(tmp_path, 'limit topup <= 5 USDC\nwhen delta > 1 ETH: alert "much"\n'))
    assert said.code == 0
    assert re.search(r"^1 +topup +none +proved +- +- +no order that it concerns$", said.out, re.MULTILINE)


def test_an_unbounded_pace_names_the_rule(tmp_path: Path) -> None:
    text = "when delta > 1 ETH: hedge to 0 ETH\nwhen delta < -1 ETH, cooldown 1 h: hedge to 0 ETH\n"
    assert (
        "orders per hour, at worst: unbounded: the rule on line 1 may fire at every tick\n"
        in stratc("prove", written(tmp_path, text)).out
    )
    assert "at worst: 1\n" in stratc("prove", written(tmp_path, text.partition("\n")[2])).out
    blocks = "when delta > 1 ETH, cooldown 5 blocks: hedge to 0 ETH\n"
    assert "counts blocks" in stratc("prove", written(tmp_path, blocks)).out
    assert "at worst: 0\n" in stratc("prove", written(tmp_path, 'on start: alert "hello"\n')).out


def test_json_has_it_all(tmp_path: Path) -> None:
    said = json.loads(stratc("prove", "--format", "json", written(tmp_path, KEPT)).out)
    assert [one["verdict"] for one in said["limits"]] == ["proved", "cannot trip", "guarded"]
    (claim,) = said["limits"][0]["claims"]
    assert claim["assumptions"] == ["spot in 20 .. 50_000 USDC/ETH (line 1)"]
    assert (claim["rule"], claim["rule_line"], claim["by"], claim["orders"]) == (1, 5, "intervals", 1)
    assert said["orders_per_hour"] == {"most": 5, "unbounded": []}
    assert said["theorems"] == {"proved": 1, "refuted": 0, "unknown": 0}
    assert said["guards"] == {"all": 2, "cannot_trip": 1}


def test_other_errors_are_shown_and_nothing_is_proved(tmp_path: Path) -> None:
    said = stratc("prove", written(tmp_path, WRONG))
    assert (said.code, said.out) == (1, "")
    assert "E006" in said.err
    assert stratc("prove", tmp_path / "none.strat").code == 3
    assert stratc("prove").code == 2
    assert stratc("prove", "--timeout", "-1", "short_straddle").code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_an_interrupt_is_clean(tmp_path: Path) -> None:
    written(tmp_path, HARD)
    running = process("prove", "a.strat", "--timeout", "60", cwd=tmp_path)
    time.sleep(1.5)  # long enough to be inside the solver, which takes interrupts for itself
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err.strip()) == (130, "", "interrupted")


# --- certificates ---------------------------------------------------------------------------------------


def emitted(tmp_path: Path, text: str = KEPT) -> tuple[Path, Path]:
    path, folder = written(tmp_path, text), tmp_path / "proof"
    assert stratc("prove", path, "--emit", folder).code == 0
    return path, folder


def test_a_certificate_is_confirmed(tmp_path: Path) -> None:
    path, folder = emitted(tmp_path)
    said = stratc("verify-certificate", folder, "--program", path)
    assert said.code == 0
    assert said.out.count(" unsat\n") == 3
    assert "3 proofs of 3 confirmed by cvc5 " in said.out
    assert stratc("verify-certificate", folder, "--solver", "z3").code == 0


def test_writing_it_again_gives_the_same_files_and_no_others(tmp_path: Path) -> None:
    path, folder = emitted(tmp_path)
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    (folder / "limit9.rule9.order9.smt2").write_text("old")
    assert stratc("prove", path, "--emit", folder).code == 0
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path, KEPT)
    said = stratc("prove", path, "--emit", tmp_path)
    assert said.code == 3
    assert "holds something else than a certificate" in said.err
    assert stratc("prove", path, "--emit", path).code == 3


def test_a_changed_script_is_not_to_be_trusted(tmp_path: Path) -> None:
    _, folder = emitted(tmp_path)
    script = folder / "limit1.rule1.order1.smt2"
    script.write_text(script.read_text().replace("250000.0", "350000.0"))
    said = stratc("verify-certificate", folder)
    assert said.code == 1
    assert re.search(r"limit1\.rule1\.order1\.smt2 .*unreadable  changed: the index says", said.out)
    script.unlink()
    assert "is missing" in stratc("verify-certificate", folder).out
    script.write_bytes(b"\xff\x00")
    assert stratc("verify-certificate", folder).code == 1


def test_another_program_is_refused(tmp_path: Path) -> None:
    _, folder = emitted(tmp_path)
    said = stratc("verify-certificate", folder, "--program", written(tmp_path, KEPT + "\n\n# more\n"))
    assert said.code == 0  # a comment changes nothing
    other = written(tmp_path, KEPT.replace("250_000", "300_000"), "b.strat")
    said = stratc("verify-certificate", folder, "--program", other)
    assert said.code == 1
    assert "refused: it is for a program with the hash" in said.out


def test_what_is_no_certificate_is_an_error_of_the_world(tmp_path: Path) -> None:
    missing = stratc("verify-certificate", tmp_path / "none")
    assert (missing.code, "does not exist" in missing.err) == (3, True)
    assert stratc("verify-certificate", tmp_path).code == 2
    for text in (b"", b"{}", b"\xff\xfe", b"[" * 50_000):
        (tmp_path / "certificate.json").write_bytes(text)
        said = stratc("verify-certificate", tmp_path)
        assert (said.code, "is no certificate" in said.err) == (3, True)


def test_a_missing_solver_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, folder = emitted(tmp_path)
    monkeypatch.setitem(sys.modules, "cvc5", None)
    said = stratc("verify-certificate", folder)
    assert said.code == 3
    assert "cvc5 is not installed" in said.err
    assert "stratc[cvc5]" in said.err


def test_what_the_solver_cannot_settle_fails_unless_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stratc.compiler.proof import second_solver

    _, folder = emitted(tmp_path)
    unsure = second_solver.Answer("unknown", "out of time, or beyond it")
    monkeypatch.setattr(
        second_solver, "second_solver", lambda name, timeout: (lambda text: unsure, "cvc5 slow")
    )
    assert stratc("verify-certificate", folder).code == 1
    said = stratc("verify-certificate", folder, "--allow-unknown")
    assert said.code == 0
    assert "0 proofs of 3 confirmed by cvc5 slow, 3 unknown" in said.out
