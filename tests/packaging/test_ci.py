"""What other repositories use in their CI: the pre-commit hooks and the GitHub action."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.shell import CLEAN, WARNS, WRONG, stratc, written

ROOT = Path(__file__).parents[2]
GUARDED = """\
limit order size <= 5 ETH else clamp
limit orders <= 5 per rolling 1 h else defer

when abs(delta) > 0.1 ETH, cooldown 1 min:
    hedge delta to 0 ETH, at most 5 ETH

on stale spot:
    reduce only "no price"
"""


def hooks() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return found


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    return found


def step(name: str) -> dict[str, Any]:
    (found,) = [one for one in action()["runs"]["steps"] if one.get("name") == name]
    return dict(found)


def test_each_hook_is_a_command_that_takes_files(tmp_path: Path) -> None:
    assert [hook["id"] for hook in hooks()] == ["stratc-check", "stratc-fmt"]
    for hook in hooks():
        assert set(hook) == {"id", "name", "description", "entry", "language", "files"}
        assert hook["language"] == "python"
        assert re.search(hook["files"], "a/b.strat")
        assert not re.search(hook["files"], "a/b.strat.md")
        program, *words = shlex.split(hook["entry"])
        assert program == "stratc"
        assert stratc(*words, written(tmp_path, CLEAN), written(tmp_path, CLEAN, "b.strat")).code == 0


def test_the_hook_that_checks_fails_and_the_one_that_formats_writes(tmp_path: Path) -> None:
    entries = {hook["id"]: shlex.split(hook["entry"])[1:] for hook in hooks()}
    assert stratc(*entries["stratc-check"], written(tmp_path, WRONG)).code == 1
    path = written(tmp_path, CLEAN.replace("    hedge", "  hedge"))
    stratc(*entries["stratc-fmt"], path)
    assert path.read_text() == CLEAN


def ran(name: str, folder: Path, **values: str) -> subprocess.CompletedProcess[str]:
    """A shell step as GitHub runs it: its inputs in its environment."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash on this machine, and GitHub runs the step with it")
    given = {key: one["default"] for key, one in action()["inputs"].items()} | values
    env = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for key, value in step(name)["env"].items()
    }
    assert not any("${{" in value for value in env.values())
    command = [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", step(name)["run"]]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    temp = {"RUNNER_TEMP": str(folder)}
    return subprocess.run(
        command,
        check=False,
        cwd=folder,
        env={**os.environ, **temp, **env, "PATH": path},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("text", "inputs", "code"),
    [
        (CLEAN, {}, 0),
        (CLEAN, {"files": "a.strat ."}, 0),
        (WRONG, {}, 1),
        (WARNS, {}, 0),
        (WARNS, {"strict": "true"}, 1),
        (GUARDED, {"strict": "true"}, 0),
        (GUARDED, {"require-proof": "true"}, 1),
        (CLEAN, {"files": "none"}, 3),
    ],
)
def test_the_step_that_checks(text: str, inputs: dict[str, str], code: int, tmp_path: Path) -> None:
    written(tmp_path, text)
    done = ran("Check", tmp_path, **inputs)
    assert done.returncode == code, done.stderr
    assert ("::error file=a.strat," in done.stdout) == (code == 1 and text is not WARNS)


def test_the_step_before_it_writes_what_is_found_and_does_not_fail(tmp_path: Path) -> None:
    written(tmp_path, WRONG)
    done = ran("Write what is found for code scanning", tmp_path)
    assert done.returncode == 0
    assert '"ruleId": "E006"' in (tmp_path / "stratc.sarif").read_text()
    assert ran("Write what is found for code scanning", tmp_path, files="none").returncode != 0


def test_the_action_is_one_that_github_takes() -> None:
    given = action()
    assert given["runs"]["using"] == "composite"
    for one in given["runs"]["steps"]:
        assert ("uses" in one) != ("run" in one)
        assert ("shell" in one) == ("run" in one)
    for one in given["inputs"].values():
        assert isinstance(one["default"], str)
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| `([^`]+)` \|", page, re.MULTILINE)
    assert dict(rows) == {name: one["default"] for name, one in given["inputs"].items()}
