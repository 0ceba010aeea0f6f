"""The shared corpus of programs, events and the lines they must give, through the kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratc.compiler.backends.kernel.refused import refused
from stratc.runtime.kernel.columns import columns_of
from stratc.runtime.kernel.source import KernelError
from stratc.runtime.venues.instant import InstantVenue
from tests.engines import as_line, program, snapshot
from tests.kernel.running import kernel, machine_of, needs_llvm
from tests.reference.test_corpus import FOLDER, NAMES, lines


@needs_llvm
@pytest.mark.slow
@pytest.mark.skipif(not NAMES, reason="no corpus beside the checkout")
def test_behaviour(tmp_path: Path) -> None:
    on_plan = 0
    for name in NAMES:
        typed = program((FOLDER / f"{name}.strat").read_text(encoding="utf-8"))
        expected = lines(FOLDER / f"{name}.expected.jsonl")
        try:
            columns = columns_of([snapshot(event) for event in lines(FOLDER / f"{name}.events.jsonl")])
        except KernelError:
            on_plan += 1
            continue
        if refused(typed) is not None:
            on_plan += 1
            continue
        result = kernel(typed, machine_of(typed)(), InstantVenue(), tmp_path).run(columns)
        found = [as_line(outcome) for tick in result.decided() for outcome in tick.outcomes]
        assert len(found) == len(expected), name
        for line, wanted in zip(found, expected, strict=True):
            assert {key: line[key] for key in wanted} == wanted, name
    assert on_plan <= len(NAMES) // 4
