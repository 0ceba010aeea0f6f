"""`stratc check`: exit codes, formats, and what is no program at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import perf_counter

import pytest

from tests.cli.shell import CLEAN, WARNS, WRONG, stratc, written

COMMANDS = ["check", "fmt", "explain", "compile", "run"]


def test_a_clean_program_is_silence_and_zero(tmp_path: Path) -> None:
    assert stratc("check", written(tmp_path, CLEAN)) == (0, "1 program checked: nothing to say\n", "")


@pytest.mark.parametrize(
    ("text", "flags", "code"),
    [
        (WARNS, (), 0),
        (WARNS, ("--strict",), 1),
        (WARNS, ("-q",), 0),
        (WRONG, (), 1),
        (CLEAN, ("--strict",), 0),
    ],
)
def test_errors_are_one_and_warnings_only_when_strict(
    text: str, flags: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    said = stratc("check", *flags, written(tmp_path, text))
    assert said.code == code
    assert ("W401" in said.out) == (text == WARNS and "-q" not in flags)


def test_json_is_one_array_with_positions_from_one(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    said = stratc("check", "--format", "json", path, written(tmp_path, CLEAN, "b.strat"))
    (found,) = json.loads(said.out)
    assert said.code == 1
    assert (found["code"], found["severity"], found["file"]) == ("E006", "error", str(path))
    assert (found["line"], found["column"]) == (1, WRONG.index(" hedge") + 1)
    assert set(found) == {
        "code",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "notes",
        "fix",
    }


def test_sarif_and_github_say_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    sarif = json.loads(stratc("check", "--format", "sarif", path).out)
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == ["E006"]
    github = stratc("check", "--format", "github", path)
    assert github.out.startswith("::error ")
    assert "E006" in github.out
    assert github.code == 1


def test_standard_input_and_folders(tmp_path: Path) -> None:
    assert stratc("check", "-", stdin=CLEAN.encode()).code == 0
    assert "<stdin>:1:" in stratc("check", "-", stdin=WRONG.encode()).out
    (tmp_path / "deep").mkdir()
    written(tmp_path, CLEAN)
    written(tmp_path / "deep", WRONG, "b.strat")
    said = stratc("check", tmp_path)
    assert said.code == 1
    assert said.out.endswith("2 programs checked: 1 error\n")


def test_fix_writes_what_is_certain_and_is_then_content(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    assert stratc("check", "--fix", path).code == 0
    mended = path.read_text(encoding="utf-8")
    assert mended.startswith("when abs(delta) > 0.1 ETH: hedge")
    stratc("check", "--fix", path)
    assert path.read_text(encoding="utf-8") == mended
    assert stratc("check", "--fix", "-", stdin=b"").code == 2


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\xff\xfe\x80", "E001"),
        (b"", "E040"),
        (b"(" * 5_000_000, "5,000,000 bytes, and a program has at most"),
        ("when delta > 0.1 ETH: hedge to 0 ETH\n".encode("utf-16"), "E001"),
        (b"(" * 50_000, "E0"),
        (b"when " + b"-" * 50_000 + b"1 > 0: halt", "E0"),
    ],
    ids=["binary", "empty", "5 MB of (", "utf-16", "deep", "minus"],
)
def test_what_is_no_program_is_told_at_once(command: str, content: bytes, code: str, tmp_path: Path) -> None:
    if command == "fmt" and not content:
        pytest.skip("an empty file is laid out already")
    path, began = written(tmp_path, content), perf_counter()
    said = stratc(command, path)
    assert said.code == 1
    assert code in said.out + said.err
    assert path.read_bytes() == content
    assert perf_counter() - began < 20.0


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "fmt", "compile"])
def test_twenty_thousand_rules_are_too_many_and_it_says_so_soon(command: str, tmp_path: Path) -> None:
    path, began = written(tmp_path, WARNS * 20_000), perf_counter()
    said = stratc(command, path)
    assert said.code == 1
    assert "this is rule 5,001, and a program has at most 5,000" in said.out + said.err
    assert perf_counter() - began < 20.0


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_file_is_the_worlds_fault(command: str, tmp_path: Path) -> None:
    said = stratc(command, tmp_path / "none.strat")
    assert said.code == 3
    assert "none.strat does not exist" in said.err
    assert "fix: " in said.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_without_a_program(command: str, tmp_path: Path) -> None:
    assert stratc(command, tmp_path).code == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = written(tmp_path, CLEAN)
    path.chmod(0)
    said = stratc("check", path)
    assert said.code == 3
    assert "cannot be read: Permission denied" in said.err


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (("chek",), "did you mean 'check'?"),
        (("check",), "Missing argument"),
        (("check", "--format", "xml", "a"), "is not one of"),
        (("check", "--nope", "a"), "No such option"),
        (("replay",), "--events FILE or --from-journal"),
        (("replay", "--events", "x"), "which program?"),
        (("run", "a", "--journal", "x", "--no-journal"), "exclude each other"),
    ],
)
def test_wrong_usage_is_two(args: tuple[str, ...], hint: str) -> None:
    said = stratc(*args)
    assert said.code == 2
    assert hint in said.err


GUARDED = """\
limit order size <= 5 ETH else clamp
limit orders <= 5 per rolling 1 h else defer

when abs(delta) > 0.1 ETH, cooldown 1 min:
    hedge delta to 0 ETH, at most 5 ETH

on stale spot:
    reduce only "no price"
"""


def test_guards_are_not_enough_where_proof_is_required(tmp_path: Path) -> None:
    path = written(tmp_path, GUARDED)
    assert stratc("check", path).code == 0
    said = stratc("check", "--require-proof", path)
    assert (said.code, said.err) == (1, f"{path}:2: orders is guarded, not proved\n")
    said = stratc("check", "--require-proof", "--format", "github", path)
    assert f"::error file={path},line=2,title=proof required::orders is guarded, not proved\n" in said.out
    bounded = written(tmp_path, GUARDED.replace("<= 5 per", "<= 60 per"))
    assert stratc("check", "--require-proof", bounded).code == 0


SECOND = """\
assume spot > 100 USDC/ETH
assume spot < 50 USDC/ETH
limit order size <= 5 ETH
when spot < 200 USDC/ETH, cooldown 1 h:
    hedge to 0 ETH
"""
"""Its first finding has a second place."""


def test_a_second_place_is_told_in_every_format(tmp_path: Path) -> None:
    path = written(tmp_path, SECOND)
    (found,) = [
        one for one in json.loads(stratc("check", "--format", "json", path).out) if one["code"] == "E204"
    ]
    places = [note for note in found["notes"] if note["line"] is not None and note["line"] != found["line"]]
    assert places
    results = json.loads(stratc("check", "--format", "sarif", path).out)["runs"][0]["results"]
    (result,) = [one for one in results if one["ruleId"] == "E204"]
    related = [one["physicalLocation"]["region"]["startLine"] for one in result["relatedLocations"]]
    assert related == [note["line"] for note in found["notes"] if note["line"] is not None]
    github = stratc("check", "--format", "github", path).out
    assert f"{places[0]['message']} (line {places[0]['line']})" in github


def test_a_verified_fix_is_a_replacement_in_sarif(tmp_path: Path) -> None:
    text = "limit order size <= 5 ETH\nwhen abs(delta) > 0.1 ETH, cooldown 1 h:\n    hedge to 0 ETH\n"
    results = json.loads(stratc("check", "--format", "sarif", written(tmp_path, text)).out)["runs"][0][
        "results"
    ]
    (result,) = [one for one in results if one["ruleId"] == "E201"]
    (change,) = result["fixes"][0]["artifactChanges"]
    (edit,) = change["replacements"]
    assert change["artifactLocation"] == result["locations"][0]["physicalLocation"]["artifactLocation"]
    region, lines = edit["deletedRegion"], text.splitlines()
    assert region["startLine"] == region["endLine"]
    line = lines[region["startLine"] - 1]
    new = (
        line[: region["startColumn"] - 1] + edit["insertedContent"]["text"] + line[region["endColumn"] - 1 :]
    )
    lines[region["startLine"] - 1] = new
    assert stratc("check", written(tmp_path, "\n".join(lines) + "\n", "mended.strat")).code == 0
