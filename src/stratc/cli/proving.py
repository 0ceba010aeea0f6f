"""What the command line lends to the proofs: a memory on disk, and the reference interpreter as judge."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from stratc.compiler.proving import TIMEOUT, Proving, Witness

if TYPE_CHECKING:
    from stratc.compiler.ir.nodes import Program

_NAME = "proofs"


class DiskMemory:
    """Results of earlier checks, a file each. Where it cannot be read or written, they are worked out again."""

    def __init__(self, folder: Path) -> None:
        """Keep them in `folder`, which is made when it is first needed."""
        self.folder = folder

    def get(self, key: str) -> str | None:
        """What was kept under a key."""
        try:
            return (self.folder / key).read_text("utf-8")
        except (OSError, ValueError):
            return None

    def put(self, key: str, text: str) -> None:
        """Keep a text; whoever reads meanwhile sees all of it or none."""
        part = self.folder / f".{key}.{os.getpid()}"
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(text, "utf-8")
            part.replace(self.folder / key)


def judge(program: Program, witness: Witness) -> bool:
    """Run a counterexample in the reference interpreter."""
    from stratc.reference.witness import reproduces  # noqa: PLC0415  # only where a limit is refuted

    return reproduces(program, witness)


def proving(timeout: float = TIMEOUT) -> Proving:
    """For a command: `STRATC_CACHE` names another folder for the memory, and empty none at all."""
    given = os.environ.get("STRATC_CACHE")
    if given == "":
        return Proving(timeout, None, judge)
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stratc"
    return Proving(timeout, DiskMemory(Path(given) if given else base / _NAME), judge)
