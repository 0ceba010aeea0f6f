"""What a user gets: the wheel, built from the sdist, works far from the checkout."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import stratc
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("example.strat")
FOLDERS = ("dsl", "compiler", "runtime", "strategies")


def run(*words: str | Path, cwd: Path) -> str:
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder outside the checkout; the environment made in it is large, so it is taken away again."""
    folder = tmp_path_factory.mktemp("wheel")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def wheel(away: Path) -> Path:
    """The wheel made from the sdist, in a folder of its own."""
    run(sys.executable, "-m", "build", "--outdir", away / "dist", ROOT, cwd=away)
    (made,) = (away / "dist").glob("stratc-*.whl")
    return made


@pytest.fixture(scope="module")
def installed(away: Path, wheel: Path) -> Path:
    """The folder with the commands of an empty environment in which the wheel and what it asks for are."""
    venv.create(away / "env", with_pip=True)
    commands = away / "env" / "bin"
    run(commands / "python", "-m", "pip", "install", "--quiet", wheel, cwd=away)
    return commands


def test_the_sdist_and_the_wheel_hold_every_tracked_file_of_the_package(wheel: Path) -> None:
    tracked = run("git", "ls-files", *FOLDERS, cwd=ROOT).split()
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert [name for name in tracked if f"stratc/{name}" not in packed] == []
    (sdist,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(sdist) as source:
        linked = [member.name for member in source.getmembers() if member.issym()]
    assert linked == [], "the sdist must hold files, not links that lead out of it"


def test_the_command_tells_its_version(installed: Path, away: Path) -> None:
    assert stratc.__version__ in run(installed / "stratc", "--version", cwd=away)


def test_the_command_checks_a_program(installed: Path, away: Path) -> None:
    program = Path(shutil.copy(PROGRAM, away / "mine.strat"))
    found = json.loads(run(installed / "stratc", "check", "--format", "json", program, cwd=away))
    assert [each for each in found if each["severity"] == "error"] == []


def test_the_package_is_the_installed_one(installed: Path, away: Path) -> None:
    code = "import stratc.dsl, stratc.compiler, stratc.runtime, stratc.strategies as s; print(s.__file__)"
    where = Path(run(installed / "python", "-c", code, cwd=away).strip())
    assert where.is_relative_to(away)
