"""Literate goldens: a source and its exact output in one file.

A golden is Markdown. Each ```strat block is a program, and the ```text block after it what comes out.
`with_outputs` returns the file as it should be, for the fixture `golden` to compare or (`--goldens`) write:

    def test_errors(path, golden):
        golden(with_outputs(path, produce), path)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

_PAIR = re.compile(
    r"^```strat(?P<how>[^\n]*)\n(?P<program>.*?)^```\n+(?:^```text\n.*?^```\n)?", re.DOTALL | re.MULTILINE
)


def with_outputs(path: Path, produce: Callable[[str], str]) -> str:
    """Return a golden file's text with the output after every program as it is now.

    A block ```strat escaped has \\t, \\0 and so on for what cannot be seen; ```strat 9 times is repeated.
    """

    def pair(found: re.Match[str]) -> str:
        program, how = found["program"], found["how"].strip()
        if how == "escaped":
            program = program.encode("latin-1", "backslashreplace").decode("unicode_escape")
        elif how.endswith("times"):
            program *= int(how.split()[0])
        return f"```strat{found['how']}\n{found['program']}```\n\n```text\n{produce(program)}```\n"

    return _PAIR.sub(pair, path.read_text(encoding="utf-8"))
