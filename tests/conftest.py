"""What every test may ask for: expected outputs kept in files, and the folder with the shared corpus."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says something of the machine and nothing of what is tested.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
# In CI the same examples each time; new ones are looked for at people's desks.
settings.load_profile("ci" if "CI" in os.environ else "desk")

# A shell's background job ignores Ctrl-C, and so would the processes that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--goldens", action="store_true", help="write expected outputs, do not compare")


@pytest.fixture(autouse=True)
def usual_depth() -> None:
    """The recursion limit of a fresh interpreter: a library of the chain raises it for the whole process."""
    sys.setrecursionlimit(1_000)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Path], None]:
    """`golden(text, path)`: the text is what the file holds; `make goldens` writes the file instead."""

    def compare(text: str, path: Path) -> None:
        if request.config.getoption("--goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        assert path.exists(), f"no expected output {path.relative_to(ROOT)}: `make goldens` writes it"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the checkout; a test that needs it is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no folder `shared` beside the checkout")
    return folder
