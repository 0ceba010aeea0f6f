"""Start-up stays fast: the paths every user waits for load no heavy library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = frozenset(
    [
        "numpy",
        "scipy",
        "numba",
        "web3",
        "z3",
        "pydantic",
        "rich",
        "lark",
        "polars",
        "jinja2",
        "eth_abi",
        "pytest",
    ]
)

PROGRAM = Path(__file__).with_name("example.strat")

REPORT = """
import json, sys
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def loaded_by(code: str, *arguments: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after `code`."""
    run = subprocess.run(
        [sys.executable, "-c", code + REPORT, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return set(json.loads(run.stderr.splitlines()[-1]))


def test_importing_the_package_loads_nothing_else() -> None:
    plain = loaded_by("")
    assert loaded_by("import stratc") - plain == {"stratc"}


def test_checking_a_program_loads_no_heavy_library() -> None:
    code = """
import sys
from stratc.__main__ import main
sys.argv = ["stratc", "check", "--format", "json", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""
    loaded = loaded_by(code, str(PROGRAM))
    assert "stratc" in loaded
    assert not loaded & HEAVY
