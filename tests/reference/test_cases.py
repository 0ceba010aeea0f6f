"""The language sentence by sentence: for each a program, what comes, and what it must do; both engines.

A case in `cases/*.txt` is its sentence after `==`, the program (the market and `signal x: number` are given),
`--`, a row of values for each signal (`-` is missing; `t`, if not 0 1 2 …, is the time; `fills none` or
`slow` instead of instant), `--`, and the expected lines:
`TICK.RULE OUTCOME DO [SIZE] [(LIMIT, …)] [@STATE, unless active]`, and for an alert `TICK ! TEXT`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from stratc.runtime.engine.messages import Snapshot, TickResult
from tests.engines import ENGINES, as_line, drive

HEAD = "market ETH in USDC\nsignal x: number\n"


@dataclass(frozen=True)
class Case:
    says: str
    program: str
    rows: dict[str, list[str]]
    expected: list[str]

    @property
    def fills(self) -> str:
        return self.rows.get("fills", ["instant"])[0]

    def snapshots(self) -> list[Snapshot]:
        made = []
        for i in range(len(self.rows["x"])):
            row = {k: None if v[i] == "-" else float(v[i]) for k, v in self.rows.items() if k != "fills"}
            t = row.pop("t", float(i))
            assert t is not None
            made.append(Snapshot(t, i + 1, {"spot": 2000.0} | row))
        return made


def cases() -> list[Case]:
    found = []
    for path in sorted((Path(__file__).parent / "cases").glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n== ")[1:]:
            lines = [line for line in block.split("\n##")[0].splitlines() if line]
            first, second = (i for i, line in enumerate(lines) if line == "--")
            rows = {words[0]: words[1:] for words in map(str.split, lines[first + 1 : second])}
            found.append(Case(lines[0], "\n".join(lines[1:first]) + "\n", rows, lines[second + 1 :]))
    return found


def written(result: TickResult) -> list[str]:
    """A tick's outcomes and alerts as lines of a case."""
    lines = []
    for outcome in result.outcomes:
        line = as_line(outcome)
        words = [f"{line['tick']}.{line['rule']}", str(line["outcome"]), str(line["do"])]
        if line["size"] is not None:
            words.append(str(line["size"]))
        if outcome.limits:
            words.append(f"({', '.join(outcome.limits)})")
        if outcome.state != "active":
            words.append(f"@{outcome.state}")
        lines.append(" ".join(words))
    return lines + [f"{result.tick} ! {alert}" for alert in result.alerts]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case.says).replace(" ", "_"))
def test_case(case: Case, engine: str) -> None:
    results = drive(ENGINES[engine](HEAD + case.program), case.snapshots(), case.fills)
    assert [line for result in results for line in written(result)] == case.expected
