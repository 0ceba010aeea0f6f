"""Runs of ticks at random: equal times, gaps, values at thresholds, missing values, what others report."""

from __future__ import annotations

from hypothesis import strategies as st

from stratc.runtime.engine.messages import Snapshot

STARTS = st.sampled_from([(0.0, 1), (86_397.0, 7), (172_790.0, 100), (1_700_000_000.25, 18_000_000)])
"""The run's first tick: some are just before a day begins or an option expires."""
STEPS = st.sampled_from([*[1.0, 0.5, 2.0, 0.1, 3.0, 0.0, 1.0] * 3, 60.0, 28_800.0, 90_000.0])
BLOCKS = st.sampled_from([0, 1, 1, 1, 2, 5])
SMALL = st.sampled_from([*[1.0, 2.0, 0.0, 3.0, -1.0, 0.5] * 4, None, 1e308])
SPOT = st.sampled_from([*[2_000.0, 2_000.0, 1_900.0, 2_100.0, 1_950.0] * 4, None])
OTHERS = {
    "iv": st.sampled_from([0.5, 0.8, 0.8, 0.8, 0.5, 0.5, None]),
    "iv(30 d)": st.sampled_from([0.6, None]),
    "gas_cost": st.sampled_from([1.0, 3.0, 5.0, None]),
    "delta": st.sampled_from([0.0, 1.0, -2.0, None]),
    "margin_ratio": st.sampled_from([0.5, 1.4, 3.0, None]),
    "equity": st.sampled_from([100_000.0, 99_000.0, None]),
    "drawdown": st.sampled_from([0.0, 0.02]),
    "pnl": st.sampled_from([0.0, -60.0, -200.0, None]),
    "position": st.sampled_from([0.0, 2.0]),
}


@st.composite
def runs(draw: st.DrawFn) -> list[Snapshot]:
    """Up to sixteen ticks. A signal that is reported at all is reported at every tick, or missing there."""
    t, block = draw(STARTS)
    reported = {"iv"} if draw(st.integers(0, 3)) else set()
    reported |= draw(st.sets(st.sampled_from(sorted(OTHERS)), max_size=2)) if draw(st.booleans()) else set()
    made = []
    for _ in range(draw(st.sampled_from([8, 12, 16, 3, 1]))):
        signals = {"spot": draw(SPOT), "x": draw(SMALL), "y": draw(SMALL)}
        signals |= {name: draw(OTHERS[name]) for name in sorted(reported)}
        made.append(Snapshot(t, block, signals))
        t += draw(STEPS)
        block += draw(BLOCKS)
    return made
