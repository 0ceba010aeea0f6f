"""`stratc policy`: the same bytes each time, a check that fails where a call is left out, no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stratc.runtime.deployment_file import to_toml
from stratc.runtime.policy_file import from_text
from tests.cli.shell import Said, stratc, written
from tests.docs.pages import ROOT, blocks
from tests.execution.bundles import KEEPER, LENDING, PERP, ROUTER, SPOT, deployment, place

PROVED = KEEPER.replace("slippage <= 1%", "slippage <= 1%, at most 10 ETH")
GIVEN = ("--expires", "2027-01-31", "--max-fee", "150.5", "--max-gas", "3000000")


def run(folder: Path, *more: object, program: str = SPOT, guarded: bool = True) -> Said:
    venues = (PERP, LENDING) if program == PROVED else ()
    at = written(folder, to_toml(deployment(*venues, guarded=guarded)), "d.toml")
    return stratc("policy", written(folder, program), "--deployment", at, *more)


def test_a_policy_on_standard_output_or_in_a_file(tmp_path: Path) -> None:
    said = run(tmp_path, *GIVEN)
    assert said.code == 0, said.err
    policy = from_text(said.out).policy()
    assert (policy.expiry, policy.max_fee, policy.max_gas) == (1_801_353_600, 150_500_000_000, 3_000_000)
    assert run(tmp_path, *GIVEN, "-o", tmp_path / "p.json").code == 0
    assert (tmp_path / "p.json").read_text(encoding="utf-8") == said.out


@pytest.mark.parametrize("program", [SPOT, PROVED])
def test_its_own_policy_allows_all_that_a_program_does(tmp_path: Path, program: str) -> None:
    own = run(tmp_path, "--check", program=program)
    assert (own.code, "the policy allows every call that" in own.out) == (0, True), own.err
    assert run(tmp_path, "-o", tmp_path / "p.json", program=program).code == 0
    read = run(tmp_path, "--check", "--policy", tmp_path / "p.json", program=program)
    assert (read.code, read.out.count("\n")) == (0, 1), read.err


def changed(folder: Path, old: str, new: str) -> Path:
    """The program's policy, edited by hand."""
    run(folder, "-o", folder / "p.json")
    text = (folder / "p.json").read_text(encoding="utf-8")
    assert old in text
    return written(folder, text.replace(old, new), "p.json")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '"amountIn", "least": "1", "most": "5000000000000000000"',
            '"amountIn", "least": "1", "most": "4999999999999999999"',
            "rule 1 (line 11), sell: sell ETH for USDC: exactInputSingle of",
        ),
        (
            '"amountIn", "least": "1"',
            '"amountIn", "least": "2"',
            "amountIn can be 1 .. 5000000000000000000, and the policy allows 2 .. 5000000000000000000",
        ),
        (ROUTER, place(99), f"exactOutputSingle of {ROUTER}: the policy lists no such call"),
        ('"hints"', '"hints", "most": 7', "the guard: the guard: the same for the last leg"),
        ('"place": "tidies"', '"place": "prepares"', "the policy takes it for one that prepares"),
        ('"chain_id": 31337', '"chain_id": 1', "it is for chain 1, not 31337"),
    ],
)  # fmt: skip
def test_a_policy_that_is_too_narrow(tmp_path: Path, old: str, new: str, said: str) -> None:
    told = run(tmp_path, "--check", "--policy", changed(tmp_path, old, new))
    assert (told.code, said in told.err) == (1, True), told.err
    assert "fix: write it anew with `stratc policy`" in told.err


def test_a_policy_that_is_too_wide_is_told(tmp_path: Path) -> None:
    path = changed(tmp_path, "", "")
    told = json.loads(path.read_text(encoding="utf-8"))
    more = {**told["permissions"][3], "target": place(98)}
    text = json.dumps({**told, "permissions": [*told["permissions"], more]})
    said = run(tmp_path, "--check", "--policy", written(tmp_path, text, "wide.json"))
    assert (said.code, f"note: nothing needs approve of {place(98)}; take it out" in said.out) == (0, True)


def test_compile_writes_it_beside_the_plan(tmp_path: Path) -> None:
    own = run(tmp_path)
    more = ("--target", "userop", "--deployment", tmp_path / "d.toml", "-o", tmp_path / "out")
    assert stratc("compile", tmp_path / "a.strat", *more).code == 0
    assert (tmp_path / "out" / "policy.json").read_text(encoding="utf-8") == own.out


def test_without_a_guard_there_is_none(tmp_path: Path) -> None:
    text = SPOT.replace(", deadline 3 blocks", "")
    said = run(tmp_path, program=text, guarded=False)
    assert (said.code, "deploy one, and name it in the deployment file" in said.err) == (1, True)
    more = ("--target", "userop", "--deployment", tmp_path / "d.toml", "-o", tmp_path / "out")
    made = stratc("compile", tmp_path / "a.strat", *more)
    assert (made.code, "no policy.json: a session key keeps to its budgets" in made.out) == (0, True)
    assert not (tmp_path / "out" / "policy.json").exists()


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--policy", "p.json"), 2, "add --check"),
        (("--expires", "tomorrow"), 2, "which is no time"),
        (("--max-fee", "free"), 2, "write gwei"),
        (("--max-fee", "1e999999"), 2, "write gwei"),
        (("--max-fee", "nan"), 2, "write gwei"),
        (("--max-fee", "-1"), 2, "write gwei"),
        (("--max-fee", "0.0000000001"), 2, "write gwei"),
        (("--max-gas", "0"), 2, "--max-gas"),
        (("--check", "--policy", "none.json"), 3, "none.json cannot be read"),
        (("--check", "--policy", "/dev/null"), 3, "is not JSON"),
        (("-o", "/dev/null/p.json"), 3, "cannot be written"),
    ],
)
def test_what_goes_wrong(tmp_path: Path, more: tuple[str, ...], code: int, said: str) -> None:
    told = run(tmp_path, *more)
    assert (told.code, said in told.err) == (code, True), told.err


def test_the_page_shows_what_is_written(tmp_path: Path) -> None:
    """Excerpts in docs/policy.md are in the file of the page's program."""
    page = list(blocks(ROOT / "docs" / "policy.md"))
    files = {block.info.removeprefix("file="): block.text for block in page if block.info.startswith("file=")}
    at = written(tmp_path, files["deployment.toml"], "d.toml")
    program = written(tmp_path, files["hedge.strat"])
    given = ("--expires", "2027-03-31", "--max-fee", "150")
    made = stratc("policy", program, "--deployment", at, *given)
    excerpts = [block.text for block in page if block.language == "json" and not block.info]
    assert len(excerpts) == 3
    for excerpt in excerpts:
        assert excerpt in made.out
    amount = '"amountIn", "least": "1", "most": "'
    narrow = written(tmp_path, made.out.replace(f"{amount}5", f"{amount}4"), "narrow.json")
    (wanted,) = [block.text for block in page if block.language == "text"]
    said = stratc("policy", program, "--deployment", at, "--check", "--policy", narrow)
    assert (said.code, said.err.replace(str(narrow), "narrow.json")) == (1, wanted)
