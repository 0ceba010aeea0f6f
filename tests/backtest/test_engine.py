"""One run measured: causes add up, orders fill late, the same whatever the number of workers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stratc.cli.engines import compiled, runnable
from stratc.runtime.backtest.engine import PlanEngine
from stratc.runtime.backtest.gauge import Gauge
from stratc.runtime.backtest.sweep import Range, grid, sweep
from stratc.runtime.engine.messages import Fill, Frame
from stratc.runtime.market.simulated import simulated
from stratc.runtime.pool import WorkersLost, in_order
from stratc.runtime.report import RunMeta, SummaryRecorder
from tests.stress.programs import NAIVE

TARGET = runnable("short_straddle")


def engine(ticks: int = 600, **terms: object) -> PlanEngine:
    market = simulated("crash", 7, steps=ticks, step_seconds=300.0)
    return PlanEngine(TARGET.code, market, 7, **terms)  # type: ignore[arg-type]


def test_the_causes_add_up_to_the_profit_and_name_most_of_it() -> None:
    found = engine().measure({})
    assert found.causes.total == pytest.approx(found.pnl, abs=1e-9)
    assert sum(found.hourly) == pytest.approx(found.pnl, abs=1e-9)
    named = sum(abs(getattr(found.causes, name)) for name in ("delta", "gamma", "theta", "vega"))
    assert abs(found.causes.other) < 0.1 * named
    assert found.causes.theta > 0.0 > found.causes.gamma  # it sold options
    assert found.causes.execution < 0.0
    assert found.causes.gas < 0.0


def test_it_agrees_with_the_summary_of_the_same_run() -> None:
    gauge, recorder = Gauge({}), SummaryRecorder(RunMeta("short_straddle"))
    engine().run({}, [gauge, recorder])
    found, summary = gauge.measured(), recorder.summary()
    assert found.pnl == summary.pnl.total
    assert found.drawdown == summary.max_loss
    assert found.turnover == pytest.approx(summary.turnover)
    assert found.fills == summary.total("fills")
    assert -found.causes.fees == summary.pnl.fees


class Late:
    """When orders were sent and when they filled."""

    def __init__(self) -> None:
        self.sent: dict[str, float] = {}
        self.waits: list[float] = []

    def on_frame(self, frame: Frame) -> None:
        self.sent |= {order.id: order.t for order in frame.result.orders}
        self.waits += [e.t - self.sent[e.order] for e in frame.events if isinstance(e, Fill)]

    def finish(self, interrupted: bool) -> None:
        assert not interrupted


@pytest.mark.parametrize(("terms", "wait"), [({}, 300.0), ({"fills": "instant"}, 0.0)])
def test_nothing_fills_at_the_tick_it_was_decided_on_unless_asked(
    terms: dict[str, object], wait: float
) -> None:
    late = Late()
    engine(200, **terms).run({}, [late])
    assert late.waits
    assert set(late.waits) == {wait}


def test_a_sweep_is_the_same_on_one_core_and_on_two() -> None:
    points = grid([Range.spread("band", 0.1, 0.9, 3)], {"straddles": 2.0})
    alone = [run.row() for run in sweep(engine(250), points, 1)]
    assert [run.row() for run in sweep(engine(250), points, 2)] == alone
    assert [row["band"] for row in alone] == [0.1, 0.5, 0.9]
    assert len({row["pnl"] for row in alone}) > 1


def die_once(marker: str) -> str:
    if marker != "whole" and not Path(marker).exists():
        Path(marker).touch()
        os._exit(9)
    return marker


def die(task: int) -> int:
    os._exit(9)


@pytest.mark.slow  # each pool is made of fresh processes
def test_a_lost_workers_task_is_done_again(tmp_path) -> None:  # type: ignore[no-untyped-def]
    tasks = ["whole", str(tmp_path / "mark"), "whole"]
    assert list(in_order(die_once, tasks, 2)) == tasks


@pytest.mark.slow  # each pool is made of fresh processes
def test_workers_that_always_die_are_an_error_and_not_a_loop() -> None:
    with pytest.raises(WorkersLost, match="4 times"):
        list(in_order(die, [1, 2], 2))


def test_a_grid_has_every_combination_and_both_ends() -> None:
    points = grid([Range.spread("a", 0.05, 0.5, 10), Range("b", (1.0, 2.0))], {"c": 3.0})
    assert len(points) == 20
    assert points[0] == {"c": 3.0, "a": 0.05, "b": 1.0}
    assert points[-1] == {"c": 3.0, "a": 0.5, "b": 2.0}
    assert np.diff([p["a"] for p in points[::2]]) == pytest.approx(0.05)


def test_an_account_below_maintenance_margin_is_liquidated_if_asked() -> None:
    poor = compiled("naive.strat", NAIVE.replace("margin 9_000", "margin 6_500"))
    market = simulated("crash", 7, steps=500, step_seconds=600.0)
    free, held = (
        PlanEngine(poor.code, market, 7, latency=0.0, liquidate=asked).measure({}) for asked in (False, True)
    )
    assert held.pnl != free.pnl
    assert held.causes.total == pytest.approx(held.pnl)


def linger(task: str) -> str:
    """Write down who works, and take long, but for the first."""
    if task != "first":
        Path(task).write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(60.0)
    return task


@pytest.mark.slow  # each pool is made of fresh processes
def test_work_that_nobody_waits_for_any_more_ends_at_once(tmp_path: Path) -> None:
    at = tmp_path / "worker"
    results = in_order(linger, ["first", str(at), "first"], 2)
    assert next(results) == "first"
    _until(lambda: at.exists() and at.read_text(encoding="utf-8") != "")
    results.close()  # type: ignore[attr-defined]  # a generator
    worker = int(at.read_text(encoding="utf-8"))
    _until(lambda: not _runs(worker))


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 20.0
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def _runs(process: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except FileNotFoundError:
        return False


def deaf(task: int) -> bool:
    """Whether Ctrl-C is kept from this worker, from before its first instruction."""
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.slow  # each pool is made of fresh processes
def test_an_interrupt_is_not_the_workers() -> None:
    assert list(in_order(deaf, [1, 2, 3], 2)) == [True] * 3
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
