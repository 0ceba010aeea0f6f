"""Finished recorders of the random walk, for the tests of what is shown."""

from __future__ import annotations

from functools import lru_cache

from stratc.runtime.engine.messages import Frame
from stratc.runtime.report import LimitMeta, RunMeta, Summary, SummaryRecorder
from stratc.runtime.report.html import ReportRecorder
from tests.report.frames import SOURCE, Walk

META = RunMeta(
    program_name="short_straddle",
    source_text=SOURCE,
    rule_heads={
        1: (16, "when abs(delta) > band"),
        2: (19, "when margin_ratio < 1.5, cooldown 10 min"),
        3: (22, "when change(spot over 5 min) < -10%"),
        4: (25, "on stale spot"),
    },
    limits=[
        LimitMeta("order size", "limit order size <= 5 ETH", 10, proved=True, unit="ETH"),
        LimitMeta("orders", "limit orders <= 6 per rolling 1 d else defer", 13, proved=False),
    ],
    market="random walk",
    seed=1,
    ir_hash="9f2c41d0",
    command="stratc run strategy.strat --seed 1",
    version="0.1.0",
    params={"band": "0.5 ETH"},
    length=2_000,
    delta_target=0.0,
    delta_band=0.5,
)


@lru_cache
def frames(ticks: int = 2_000) -> tuple[Frame, ...]:
    return tuple(Walk(ticks=ticks).frames())


@lru_cache
def report() -> ReportRecorder:
    recorder = ReportRecorder(META)
    for frame in frames():
        recorder.on_frame(frame)
    recorder.finish(interrupted=False)
    return recorder


@lru_cache
def summary() -> Summary:
    recorder = SummaryRecorder(META)
    for frame in frames():
        recorder.on_frame(frame)
    recorder.finish(interrupted=False)
    return recorder.summary()
