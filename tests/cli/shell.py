"""The command line in this process: arguments in; exit code, output and errors out."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from stratc.cli.main import main

CLEAN = """\
limit order size <= 5 ETH else clamp

when abs(delta) > 0.1 ETH, cooldown 1 min:
    hedge delta to 0 ETH

on stale spot:
    reduce only "no price"
"""
"""A program with nothing to say about it, in the one style."""
WARNS = "when delta > 0.1 ETH: hedge to 0 ETH\n"
WRONG = "when delta > 0.1 ETH hedge to 0 ETH\n"


class Said(NamedTuple):
    code: int
    out: str
    err: str


def stratc(*args: object, stdin: bytes = b"") -> Said:
    """Run a command; nothing it does may end in a traceback."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    given = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    with (
        patch.object(sys, "argv", ["stratc", *map(str, args)]),
        patch.object(sys, "stdin", given),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    assert "Traceback" not in err.getvalue()
    return Said(code, out.getvalue(), err.getvalue())


def process(*args: object, cwd: Path) -> subprocess.Popen[str]:
    """The same as a process of its own, with its output buffered as a user's is."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    return subprocess.Popen(
        [sys.executable, "-m", "stratc", *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environment,
    )


def written(folder: Path, text: str | bytes, name: str = "a.strat") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
