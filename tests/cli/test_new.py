"""`stratc new`: a program to start from, that is fine as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.new import command, shipped
from stratc.cli.programs import load
from tests.strategies.rehearsal import NAMES


def new(*args: str) -> str:
    result = CliRunner().invoke(command, args, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_starter_checks_with_nothing_to_say_and_carries_its_name(tmp_path: Path) -> None:
    output = new("first", "--dir", str(tmp_path))
    path = tmp_path / "first.strat"
    loaded = load(str(path))
    assert loaded.ir.name == "first"
    assert not loaded.diagnostics
    assert "my_strategy" not in loaded.source.text
    assert output.splitlines()[1:] == [f"  stratc check {path}", f"  stratc run {path}"]


def test_the_ending_may_be_given(tmp_path: Path) -> None:
    new("first.strat", "--dir", str(tmp_path))
    assert (tmp_path / "first.strat").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "first.strat").write_text("mine", encoding="utf-8")
    with pytest.raises(Failure, match=r"is there already") as failure:
        new("first", "--dir", str(tmp_path))
    assert failure.value.code == WORLD
    assert failure.value.fix
    assert (tmp_path / "first.strat").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Failure, match="not a folder") as failure:
        new("first", "--dir", str(tmp_path / "file"))
    assert failure.value.code == WORLD


@pytest.mark.parametrize("name", ["my first", "1st", "../up", "", "naïve"])
def test_a_name_that_cannot_be(name: str, tmp_path: Path) -> None:
    with pytest.raises(Failure, match="cannot be a strategy's name") as failure:
        new(name, "--dir", str(tmp_path))
    assert failure.value.code == USAGE
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("like", NAMES)
def test_a_copy_of_a_shipped_strategy(like: str, tmp_path: Path) -> None:
    new("mine", "--dir", str(tmp_path / "deep"), "--like", like)
    loaded = load(str(tmp_path / "deep" / "mine.strat"))
    assert loaded.ir.name == "mine"
    assert not loaded.diagnostics


def test_a_strategy_that_does_not_ship(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="colar") as failure:
        new("mine", "--dir", str(tmp_path), "--like", "colar")
    assert failure.value.fix == "did you mean collar?"
    assert list(shipped()) == NAMES
