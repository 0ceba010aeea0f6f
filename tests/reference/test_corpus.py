"""The shared corpus of programs, events and the lines they must give; both engines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engines import run

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "behaviour"
NAMES = sorted(path.stem for path in FOLDER.glob("*.strat"))


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.skipif(not NAMES, reason="no corpus beside the checkout")
@pytest.mark.parametrize("engine", ["reference", "plan"])
@pytest.mark.parametrize("name", NAMES)
def test_behaviour(name: str, engine: str) -> None:
    text = (FOLDER / f"{name}.strat").read_text(encoding="utf-8")
    expected = lines(FOLDER / f"{name}.expected.jsonl")
    found = run(engine, text, lines(FOLDER / f"{name}.events.jsonl"))
    assert len(found) == len(expected)
    for line, wanted in zip(found, expected, strict=True):
        assert {key: line[key] for key in wanted} == wanted
