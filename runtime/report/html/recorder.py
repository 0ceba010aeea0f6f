"""Gathers what the HTML report shows, in memory that does not grow with the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from stratc.runtime.engine.messages import Frame, Outcome
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.series import Sample, Tracks
from stratc.runtime.report.summary import Summary, SummaryRecorder

FIRINGS_KEPT = 500
MARKERS_KEPT = 250
"""Of each kind; a kind that fires more often is thinned evenly."""
STRETCHES_KEPT = 1_000

COURSES = (
    "spot",
    "before",
    "after",
    "total",
    "options",
    "hedge",
    "funding",
    "costs",
    "equity",
    "drawdown",
    "gamma",
    "vega",
    "theta",
)
"""Price, delta before and after a tick, P&L in quote by source, equity, drawdown as a share <= 0, the Greeks."""

Mark = Literal["buy", "sell", "margin", "control", "stopped"]


class Firing(NamedTuple):
    """One action with the price and the delta around it."""

    outcome: Outcome
    spot: float | None
    before: float | None
    after: float | None


@dataclass(slots=True)
class Stretch:
    """A time in which the state (or the mode) did not change."""

    name: str
    start: float
    end: float
    reason: str = ""


def mark(outcome: Outcome) -> Mark:
    """Which marker an action gets in the price chart."""
    if outcome.verdict != "sent":
        return "stopped"
    if outcome.do in ("top up", "withdraw", "provide", "remove"):
        return "margin"
    if not outcome.units:
        return "control"
    return "buy" if outcome.units > 0 else "sell"


class ReportRecorder:
    """An observer that gathers the HTML report: series of at most 2,000 points, the first 500 firings."""

    def __init__(self, meta: RunMeta, points: int = 2_000) -> None:
        """`points` bounds the length of each series."""
        self.meta = meta
        self.courses = Tracks(COURSES, points)
        self.uses: Tracks | None = None
        """The use of each limit, by name."""
        self.firings: list[Firing] = []
        self.fired = 0
        self.marks: dict[Mark, Sample[Firing]] = {}
        self.states: list[Stretch] = []
        self.modes: list[Stretch] = []
        self._points = points
        self._summary = SummaryRecorder(meta)

    def on_frame(self, frame: Frame) -> None:
        """Take in one tick."""
        self._summary.on_frame(frame)
        t, after, result = frame.snapshot.t, frame.after, frame.result
        self.courses.add(
            t,
            (
                after.spot,
                frame.before.delta,
                after.delta,
                after.pnl,
                after.pnl_options,
                after.pnl_hedge,
                after.funding,
                -(after.fees + after.gas),
                after.equity,
                None if after.drawdown is None else -after.drawdown,
                after.gamma,
                after.vega,
                after.theta,
            ),
        )
        if frame.limits:
            self._limits(frame)
        for outcome in result.outcomes:
            self._firing(Firing(outcome, after.spot, frame.before.delta, after.delta))
        reason = result.alerts[-1] if result.alerts else ""
        _extend(self.states, result.state, t, reason)
        _extend(self.modes, result.mode, t, "")

    def finish(self, interrupted: bool) -> None:
        """The run is over."""
        self._summary.finish(interrupted)

    def summary(self) -> Summary:
        """What the run came to."""
        return self._summary.summary()

    def _limits(self, frame: Frame) -> None:
        if self.uses is None:
            self.uses = Tracks(tuple(use.name for use in frame.limits), self._points // 4)
        uses = tuple(use.use for use in frame.limits)
        if len(uses) != len(self.uses.names):
            # A limit whose bound is not available at this tick is not listed.
            known = {use.name: use.use for use in frame.limits}
            uses = tuple(known.get(name) for name in self.uses.names)
        self.uses.add(frame.snapshot.t, uses)

    def _firing(self, firing: Firing) -> None:
        self.fired += 1
        if len(self.firings) < FIRINGS_KEPT:
            self.firings.append(firing)
        self.marks.setdefault(mark(firing.outcome), Sample(MARKERS_KEPT)).add(firing)


def _extend(stretches: list[Stretch], name: str, t: float, reason: str) -> None:
    """Note that `name` holds at `t`; a stretch reaches until the next begins."""
    last = stretches[-1] if stretches else None
    if last is not None:
        last.end = t
        if last.name == name or len(stretches) >= STRETCHES_KEPT:
            return
    stretches.append(Stretch(name, t, t, reason))
