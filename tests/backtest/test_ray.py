"""On a Ray cluster a sweep and a stress test come out as they do here, bit for bit, also when a worker is lost."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from stratc.runtime.backtest.sweep import Range, grid, sweep
from stratc.runtime.pool import in_order
from stratc.runtime.ray_pool import RayMissing, on_ray
from stratc.runtime.stress.faults import FAULTS
from tests.backtest.test_engine import engine
from tests.cli.shell import stratc
from tests.stress.programs import guarded
from tests.stress.test_study import study

there = pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed: pip install 'stratc[ray]'")


@there
@pytest.mark.slow
def test_a_sweep_on_a_cluster_is_that_of_one_process() -> None:
    points = grid([Range.spread("band", 0.1, 0.9, 3)], {})
    assert [r.row() for r in sweep(engine(120), points, 2, on_ray)] == [
        r.row() for r in sweep(engine(120), points, 1)
    ]


@there
@pytest.mark.slow
def test_a_stress_test_on_a_cluster_is_that_of_one_process() -> None:
    given = study(guarded(), "bates", FAULTS[:3], 40)
    for mine, theirs in zip(given.found(40, 1), given.found(40, 2, on_ray), strict=True):
        assert np.array_equal(mine.rows, theirs.rows, equal_nan=True)
        assert mine.broke == theirs.broke


def dies_once(marker: str) -> str:
    if marker != "whole" and not Path(marker).exists():
        Path(marker).touch()
        os._exit(9)
    return marker


def fails(task: int) -> int:
    raise ValueError(f"task {task} cannot be done")


@there
@pytest.mark.slow
def test_a_lost_workers_task_is_done_again_and_an_error_is_the_tasks_own(tmp_path: Path) -> None:
    tasks = ["whole", str(tmp_path / "mark"), "whole"]
    assert list(on_ray(dies_once, tasks, 2)) == tasks
    with pytest.raises(ValueError, match="task 1 cannot be done"):
        list(on_ray(fails, [1], 2))


def test_without_it_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(RayMissing):
        list(on_ray(abs, [-1], 2))
    said = stratc("stress", "short_straddle", "--paths", 2, "--engine", "ray")
    assert said.code == 3
    assert "pip install 'stratc[ray]'" in said.err
    assert list(in_order(abs, [-1], 1)) == [1]
