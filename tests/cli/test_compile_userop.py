"""`stratc compile --target userop`: files written, operations to sign, and what goes wrong told without a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stratc.runtime.bundle import from_text
from stratc.runtime.deployment import Deployment
from stratc.runtime.deployment_file import to_toml
from tests.cli.shell import Said, stratc, written
from tests.docs.pages import ROOT, blocks
from tests.execution.bundles import ACCOUNT, GUARD, SPOT, deployment

EVENTS = (
    '{"t": 1800000000, "block": 100, "signals": {"spot": 2000.0, "delta": 2.0}}\n'
    '{"t": 1800000060, "block": 105, "signals": {"spot": 2000.0, "delta": 5.5}}\n'
)


def run(
    folder: Path, *more: str, program: str = SPOT, at: Deployment | None = None, events: str | None = EVENTS
) -> Said:
    written(folder, program)
    written(folder, to_toml(at or deployment(guarded=True)), "d.toml")
    given = ["compile", folder / "a.strat", "--target", "userop", "--deployment", folder / "d.toml", *more]
    if events is not None:
        given += ["--at", written(folder, events, "at.jsonl")]
    return stratc(*given)


def test_the_files_of_a_folder(tmp_path: Path) -> None:
    said = run(tmp_path, "-o", str(tmp_path / "out"))
    assert said.code == 0, said.err
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == {
        "bundle.json",
        "limits.json",
        "operations.json",
        "policy.json",
    }
    plan = from_text((out / "bundle.json").read_text(encoding="utf-8"))
    assert plan.program == "spot_hedge"
    limits = json.loads((out / "limits.json").read_text(encoding="utf-8"))
    assert {one["promise"] for one in limits["held_by_guard"]} >= {"limit order size <= 5 ETH"}
    told = said.out.splitlines()[-1]
    assert told == f"1 rule with 1 leg on chain 31337, account {ACCOUNT} (simple_08), guard {GUARD}"


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run(tmp_path, "-o", str(tmp_path / name)).code == 0
    for file in ("bundle.json", "limits.json", "operations.json", "policy.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_operations_are_those_of_the_last_event(tmp_path: Path) -> None:
    said = run(tmp_path)
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert (told["t"], told["block"], told["spot"]) == (1_800_000_060.0, 105, 2_000.0)
    (operation,) = told["operations"]
    texts = [call["text"] for call in operation["calls"]]
    assert texts[0].endswith("deadline_block: 108, deadline_time: 1800000360)")
    assert texts[1].endswith("amount: 3500000000000000000)")
    assert "amountOutMinimum: 6979000000" in texts[2]
    assert texts[-1] == "finish(slippage: 3000000, orders: 1, hints: 0)"
    assert operation["operation"]["nonce"] == hex(1 << 64)
    assert len(operation["userOpHash"]) == 66
    for call in operation["calls"]:
        assert call["data"][2:] in operation["operation"]["callData"]


def test_no_rule_fires_no_operations(tmp_path: Path) -> None:
    said = run(tmp_path, events=EVENTS.splitlines()[0])
    assert (said.code, json.loads(said.out)["operations"]) == (0, [])


def test_without_a_folder_the_plan_is_printed(tmp_path: Path) -> None:
    said = run(tmp_path, events=None)
    assert from_text(said.out).program == "spot_hedge"


@pytest.mark.parametrize(
    ("parts", "code", "said"),
    [
        ({"program": SPOT.replace("pool:", "pond:").replace("on pool", "on pond")}, 1, "error[E304]"),
        ({"at": deployment()}, 1, "error[E309]"),
        ({"at": deployment()}, 1, "cannot be carried out by this deployment: 1 error"),
        ({"program": "when x"}, 1, "a.strat has"),
        ({"events": ""}, 3, "the file is empty"),
        ({"events": "\n\n"}, 3, "no events"),
        ({"events": "{"}, 3, "at.jsonl"),
        (
            {"events": EVENTS.replace("2000.0", "1e-300").replace("5.5", "1.0")},
            1,
            "worth less than one of USDC",
        ),
        ({"events": EVENTS.replace("5.5", "1e300")}, 0, '"operations": []'),
    ],
)
def test_what_goes_wrong(tmp_path: Path, parts: dict[str, Any], code: int, said: str) -> None:
    told = run(tmp_path, **parts)
    assert told.code == code, told.err
    assert said in told.err + told.out


def test_options_of_this_target_alone(tmp_path: Path) -> None:
    program = written(tmp_path, SPOT)
    lonely = stratc("compile", program, "--target", "userop")
    assert (lonely.code, "--deployment FILE.toml" in lonely.err) == (2, True)
    strange = stratc("compile", program, "--deployment", "d.toml")
    assert (strange.code, "add --target userop" in strange.err) == (2, True)
    missing = stratc("compile", program, "--target", "userop", "--deployment", tmp_path / "none.toml")
    assert (missing.code, "none.toml" in missing.err) == (3, True)


def test_orders_for_options_take_what_only_the_chain_knows(tmp_path: Path) -> None:
    page = [block for block in blocks(ROOT / "docs" / "chain.md") if block.info.startswith("file=")]
    files = {block.info.removeprefix("file="): block.text for block in page}
    program = written(tmp_path, files["straddle.strat"])
    at = written(tmp_path, files["options.toml"], "d.toml")
    opening, later = EVENTS.replace('"delta": 2.0', '"iv": 0.8').splitlines()
    first = written(tmp_path, opening, "first.jsonl")
    given = ("compile", program, "--target", "userop", "--deployment", at, "--at")
    said = stratc(*given, first)
    assert said.code == 2, said.err
    assert "first.jsonl does not say what an options market lists" in said.err
    assert "fix: --rpc URL in place of --at" in said.err
    calm = stratc(*given, written(tmp_path, f"{opening}\n{later}\n", "calm.jsonl"))
    assert (calm.code, json.loads(calm.out)["operations"]) == (0, []), calm.err


def test_a_compiled_plan_is_not_a_program(tmp_path: Path) -> None:
    plan = tmp_path / "plan.py"
    assert stratc("compile", written(tmp_path, SPOT), "-o", plan).code == 0
    written(tmp_path, to_toml(deployment(guarded=True)), "d.toml")
    said = stratc("compile", plan, "--target", "userop", "--deployment", tmp_path / "d.toml")
    assert (said.code, "give the .strat file" in said.err) == (2, True)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    said = run(tmp_path, "-o", str(written(tmp_path, "x", "file")))
    assert (said.code, "cannot be written" in said.err) == (3, True)


def test_the_page_shows_what_is_written(tmp_path: Path) -> None:
    """Excerpts of files in docs/chain.md are in the files, but for how far they are indented."""
    page = [block for block in blocks(ROOT / "docs" / "chain.md") if block.language]
    files = {block.info.removeprefix("file="): block.text for block in page if block.info.startswith("file=")}
    at = written(tmp_path, files["deployment.toml"], "d.toml")
    program = written(tmp_path, files["hedge.strat"])
    out = tmp_path / "out"
    assert stratc("compile", program, "--target", "userop", "--deployment", at, "-o", out).code == 0
    made = _flush("".join(path.read_text(encoding="utf-8") for path in sorted(out.iterdir())))
    excerpts = [block.text for block in page if block.language == "json" and not block.info]
    assert len(excerpts) == 2
    for excerpt in excerpts:
        assert _flush(excerpt) in made


def _flush(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())
