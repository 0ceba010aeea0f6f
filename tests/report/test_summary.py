"""The summary's numbers against the same numbers worked out the slow way."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from math import sqrt

import pytest

from stratc.runtime.engine.messages import LOT, Fill, Frame, Outcome, TickResult
from stratc.runtime.report import RunMeta, Summary, SummaryRecorder
from stratc.runtime.report.tally import Tally
from tests.report.runs import META, frames, summary


def all_outcomes() -> list[Outcome]:
    return [outcome for frame in frames() for outcome in frame.result.outcomes]


def test_profit_and_loss_adds_up() -> None:
    pnl, last = summary().pnl, frames()[-1].after
    assert (pnl.total, pnl.options, pnl.hedge) == (last.pnl, last.pnl_options, last.pnl_hedge)
    assert (pnl.fees, pnl.gas, pnl.funding) == (last.fees, last.gas, last.funding)
    assert pnl.other == pytest.approx(0.0, abs=1e-6)


def test_equity_and_drawdown() -> None:
    equity = [frames()[0].before.equity, *(frame.after.equity for frame in frames())]
    known = [value for value in equity if value is not None]
    result = summary()
    assert (result.equity.first, result.equity.last) == (known[0], known[-1])
    assert (result.equity.low, result.equity.high) == (min(known), max(known))
    drawdowns = [frame.after.drawdown for frame in frames() if frame.after.drawdown is not None]
    assert result.max_drawdown == max(drawdowns)
    pnl = [value for value in (frames()[0].before.pnl, *(f.after.pnl for f in frames())) if value is not None]
    assert result.max_loss == max(max(pnl[: i + 1]) - pnl[i] for i in range(len(pnl)))


def test_hedge_error() -> None:
    deltas = [frame.after.delta for frame in frames() if frame.after.delta is not None]
    error = summary().hedge
    assert error.rms_delta == pytest.approx(sqrt(sum(d * d for d in deltas) / len(deltas)))
    ends: dict[int, tuple[float, float]] = {}
    for frame in frames():
        after = frame.after
        if after.pnl_options is not None and after.pnl_hedge is not None:
            day = int(frame.snapshot.t // 86_400)
            start = (after.pnl_options + after.pnl_hedge, after.pnl_options)
            if not ends:
                ends[-1] = start
            ends[day] = start
    closes = list(ends.values())
    hedged = [b[0] - a[0] for a, b in pairwise(closes)]
    alone = [b[1] - a[1] for a, b in pairwise(closes)]
    assert error.days == len(hedged) == 42
    assert error.rms_day == pytest.approx(sqrt(sum(x * x for x in hedged) / len(hedged)))
    assert error.rms_day_unhedged == pytest.approx(sqrt(sum(x * x for x in alone) / len(alone)))
    assert error.worst_day == pytest.approx(min(hedged))
    assert error.effectiveness == pytest.approx(1 - sum(x * x for x in hedged) / sum(x * x for x in alone))


def test_rules() -> None:
    verdicts = Counter((outcome.rule, outcome.verdict) for outcome in all_outcomes())
    firings = Counter(rule for rule, _ in {(outcome.rule, outcome.tick) for outcome in all_outcomes()})
    orders = Counter(order.rule for frame in frames() for order in frame.result.orders)
    assert [rule.rule for rule in summary().rules] == [1, 2, 3, 4]
    for rule in summary().rules:
        assert rule.firings == firings[rule.rule]
        assert rule.orders == rule.fills == orders[rule.rule]
        for verdict in ("sent", "rejected", "deferred", "blocked"):
            assert getattr(rule, verdict) == verdicts[rule.rule, verdict]
    assert summary().total("deferred") > 0


def test_turnover_leaves_margin_out() -> None:
    trades = {order.id for frame in frames() for order in frame.result.orders if order.kind == "trade"}
    fills = [event for frame in frames() for event in frame.events if isinstance(event, Fill)]
    assert len(trades) < len(fills)
    naive = sum(abs(fill.units) / LOT * fill.price for fill in fills if fill.order in trades)
    assert summary().turnover == pytest.approx(naive)


def test_limits() -> None:
    hits = Counter((name, o.verdict) for o in all_outcomes() for name in o.limits)
    for limit in summary().limits:
        assert (limit.clamped, limit.rejected, limit.deferred, limit.blocked) == tuple(
            hits[limit.name, verdict] for verdict in ("sent", "rejected", "deferred", "blocked")
        )
        uses = [
            (use.use, use.value)
            for frame in frames()
            for use in frame.limits
            if use.name == limit.name and use.use is not None
        ]
        assert (limit.closest, limit.closest_value) == max(uses, key=lambda pair: pair[0] or 0.0)
    assert {limit.name for limit in summary().limits if limit.hits} == {"orders", "margin_ratio"}


def test_time_in_each_state() -> None:
    seconds: dict[str, float] = defaultdict(float)
    for frame, following in pairwise(frames()):
        seconds[frame.result.state] += following.snapshot.t - frame.snapshot.t
    assert summary().states == seconds
    assert seconds["halted"] == 86_400.0
    assert sum(summary().modes.values()) == sum(seconds.values())


def with_alerts(frame: Frame, *alerts: str) -> Frame:
    result = frame.result
    changed = TickResult(result.tick, (), (), alerts, (), result.state, result.mode)
    return Frame(frame.snapshot, frame.before, changed, (), frame.after)


def test_alerts_are_bounded() -> None:
    recorder = SummaryRecorder(META)
    for frame in frames(120):
        recorder.on_frame(with_alerts(frame, "look"))
    result = recorder.summary()
    assert (result.alert_count, len(result.alerts)) == (120, 50)


def test_memory_does_not_grow_with_finished_orders() -> None:
    tally = Tally()
    for frame in frames():
        tally.add(frame)
    assert tally._open == {}


def test_without_ticks_nothing_is_known() -> None:
    result: Summary = SummaryRecorder(RunMeta("empty")).summary()
    assert (result.ticks, result.pnl.total, result.hedge.days, result.final) == (0, None, 0, None)
