"""`stratc fmt`: in place, --check, --diff, standard input."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell import CLEAN, WRONG, stratc, written

LOOSE = CLEAN.replace(" > ", "  >   ").replace("    hedge", "  hedge")


def test_it_lays_out_in_place_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    path = written(tmp_path, LOOSE)
    assert stratc("fmt", path) == (0, "1 program, 1 changed\n", "")
    assert path.read_text(encoding="utf-8") == CLEAN
    assert stratc("fmt", path).out == "1 program, 0 changed\n"
    assert stratc("fmt", "--check", path).code == 0


def test_check_and_diff_change_nothing_and_exit_one(tmp_path: Path) -> None:
    path = written(tmp_path, LOOSE)
    assert stratc("fmt", "--check", path) == (1, f"would change: {path}\n", "")
    shown = stratc("fmt", "--diff", path)
    assert shown.code == 1
    assert "-when abs(delta)  >   0.1 ETH" in shown.out
    assert "+when abs(delta) > 0.1 ETH" in shown.out
    assert path.read_text(encoding="utf-8") == LOOSE


def test_standard_input_goes_to_standard_output() -> None:
    assert stratc("fmt", "-", stdin=LOOSE.encode()) == (0, CLEAN, "")


def test_a_broken_program_is_shown_and_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    said = stratc("fmt", path, written(tmp_path, LOOSE, "b.strat"))
    assert said.code == 1
    assert "E006" in said.err
    assert f"1 file left as it was: {path}" in said.err
    assert path.read_text(encoding="utf-8") == WRONG
    assert (tmp_path / "b.strat").read_text(encoding="utf-8") == CLEAN


def test_bytes_that_are_no_text_are_said_to_be_so(tmp_path: Path) -> None:
    said = stratc("fmt", written(tmp_path, b"when \xe9"))
    assert said.code == 1
    assert "is not UTF-8" in said.err
