"""`stratc compile` and `stratc replay`: plans, events, both engines, journals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import CLEAN, WRONG, stratc, written

EVENTS = "".join(
    json.dumps({"t": 60.0 * n, "block": n, "signals": {"spot": 2000.0 + n, "delta": d}}) + "\n"
    for n, d in enumerate([0.0, 0.3, -8.0, None, 0.05, 7.5])
)
LINE = {"tick": 1, "t": 60.0, "rule": 1, "outcome": "sent", "do": "hedge", "instrument": "ETH-PERP"}


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_replay_prints_a_line_for_each_action_and_nothing_else(tmp_path: Path) -> None:
    said = stratc("replay", written(tmp_path, CLEAN), "--events", written(tmp_path, EVENTS, "e.jsonl"))
    assert said.code == 0
    first, second, third = lines(said.out)
    assert first == LINE | {"size": "-0.3", "limits": [], "mode": "active"}
    assert (second["size"], second["limits"]) == ("5", ["order size"])
    assert (third["tick"], third["size"], third["limits"]) == (5, "-5", ["order size"])


def test_both_engines_and_the_plan_file_print_the_same(tmp_path: Path) -> None:
    program, events = written(tmp_path, CLEAN), written(tmp_path, EVENTS, "e.jsonl")
    plan = tmp_path / "a.plan.py"
    assert stratc("compile", program, "-o", plan).code == 0
    outputs = {
        stratc("replay", program, "--events", events, "--engine", engine).out
        for engine in ("plan", "reference")
    }
    outputs.add(stratc("replay", plan, "--events", events).out)
    assert len(outputs) == 1
    assert outputs != {""}
    assert stratc("replay", plan, "--events", events, "--engine", "reference").code == 2


def test_without_fills_a_level_waits_for_its_order(tmp_path: Path) -> None:
    program, events = written(tmp_path, CLEAN), written(tmp_path, EVENTS, "e.jsonl")
    said = stratc("replay", program, "--events", events, "--fills", "none")
    assert [line["tick"] for line in lines(said.out)] == [1]


def test_compile_is_deterministic_and_checks_where_it_writes(tmp_path: Path) -> None:
    program = written(tmp_path, CLEAN)
    once, again = stratc("compile", program), stratc("compile", program)
    assert once == again
    assert once.out.startswith("# stratc plan")
    for target in ("ir", "ir-json"):
        assert stratc("compile", program, "--target", target).code == 0
    assert stratc("compile", program, "-o", tmp_path / "no" / "where.py").code == 3
    assert stratc("compile", written(tmp_path, WRONG)).code == 1


def test_an_edited_plan_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "a.plan.py"
    stratc("compile", written(tmp_path, CLEAN), "-o", plan)
    text = plan.read_text(encoding="utf-8")
    assert "0.1" in text
    plan.write_text(text.replace("0.1", "0.2", 1), encoding="utf-8")
    for said in (
        stratc("run", plan, "--market", "calm"),
        stratc("replay", plan, "--events", written(tmp_path, EVENTS, "e.jsonl")),
    ):
        assert said.code == 3
        assert "was changed after it was compiled" in said.err


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ('{"t": 0, "block": 0, "signals": {"spot": 1}}\n{"t": 1, "block"', "2"),
        ('{"t": 0, "block": 0, "signals": {"spot": NaN}}', "1"),
        ('{"t": 5, "block": 0, "signals": {}}\n{"t": 4, "block": 1, "signals": {}}', "2"),
        ('{"t": 5, "block": 7, "signals": {}}\n{"t": 6, "block": 6, "signals": {}}', "2"),
        ('{"t": 0, "block": 0, "signals": {"spot": "high"}}', "1"),
        ('{"block": 0, "signals": {}}', "1"),
        ("[1, 2]", "1"),
    ],
    ids=["broken", "NaN", "time back", "block back", "text", "no t", "list"],
)
def test_bad_events_are_told_with_their_line(events: str, why: str, tmp_path: Path) -> None:
    said = stratc("replay", written(tmp_path, CLEAN), "--events", written(tmp_path, events, "e.jsonl"))
    assert said.code == 3
    assert f"line {why}" in said.err or f"e.jsonl:{why}" in said.err


def test_events_that_are_none(tmp_path: Path) -> None:
    program, binary = written(tmp_path, CLEAN), written(tmp_path, b"\x00\x01", "e.jsonl")
    assert "binary file" in stratc("replay", program, "--events", binary).err
    for path in (binary, tmp_path / "none"):
        assert stratc("replay", program, "--events", path).code == 3


def test_a_journal_replays_on_both_engines_and_not_with_another_program(tmp_path: Path) -> None:
    program, journal = written(tmp_path, CLEAN + "\non start: buy 1 ETH\n"), tmp_path / "j.journal"
    ran = stratc(
        "run", program, "--market", "crash", "--to", "2026-11-01T04:00:00Z", "--plain", "--journal", journal
    )
    assert ran.code == 0
    both = [stratc("replay", "--from-journal", journal, "--engine", e) for e in ("plan", "reference")]
    assert [said.code for said in both] == [0, 0]
    assert both[0].out == both[1].out != ""
    assert "bit for bit" in both[0].err
    assert stratc("replay", program, "--from-journal", journal).out == both[0].out
    edited = written(tmp_path, CLEAN.replace("0.1", "0.2"), "b.strat")
    said = stratc("replay", edited, "--from-journal", journal)
    assert said.code == 1
    assert "is not what run 1 was made with" in said.err
    assert stratc("replay", "--from-journal", tmp_path / "none").code == 3
    assert stratc("replay", "--from-journal", program).code == 3
    assert stratc("replay", "--from-journal", journal, "--run", 9).code == 3


def test_a_journal_of_a_plan_file_replays_from_the_plan_in_it(tmp_path: Path) -> None:
    plan, journal = tmp_path / "a.plan.py", tmp_path / "j.journal"
    stratc("compile", written(tmp_path, CLEAN + "\non start: buy 1 ETH\n"), "-o", plan)
    until = "2026-11-01T02:00:00Z"
    assert stratc("run", plan, "--market", "calm", "--to", until, "--plain", "--journal", journal).code == 0
    said = stratc("replay", "--from-journal", journal)
    assert said.code == 0
    assert said.out != ""
    assert stratc("replay", "--from-journal", journal, "--engine", "reference").code == 2
