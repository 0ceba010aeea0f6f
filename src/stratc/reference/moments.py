"""When something happened, on both clocks, and which windows of time hold it."""

from __future__ import annotations

from math import floor
from typing import NamedTuple

from stratc.compiler.ir import nodes as ir

DAY = 86_400.0
PERIODS = {"hour": (3_600.0, 0.0), "day": (DAY, 0.0), "week": (7 * DAY, 3 * DAY)}
"""Length of a calendar period, and how long before 1970-01-01, a Thursday, one began (s); weeks on Monday."""


class Moment(NamedTuple):
    """A tick. "Seconds and blocks are different dimensions." """

    tick: int
    t: float
    block: int

    def on(self, clock: ir.Clock) -> float:
        """The time on one clock: epoch seconds, or a block number."""
        return self.t if clock == "s" else float(self.block)


def inside(window: ir.LimitWindow, then: Moment, now: Moment) -> bool:
    """Whether `then` is still in the window that ends now.

    "A window of D at time t is (t - D, t]: what happened exactly D ago has left it." "Calendar periods
    (`per day`, UTC) and rolling ones (`per rolling 1 d`) are different words."
    """
    if window.rolling is not None:
        clock = window.rolling.clock
        return then.on(clock) > now.on(clock) - window.rolling.amount
    return then.t >= period_start(window, now)


def at_or_before_start(window: ir.LimitWindow, then: Moment, now: Moment) -> bool:
    """Whether a sample of `then` shows how things stood when the window that ends now began."""
    if window.rolling is not None:
        return not inside(window, then, now)
    return then.t <= period_start(window, now)


def period_start(window: ir.LimitWindow, now: Moment) -> float:
    """The epoch second at which the calendar period of now began."""
    length, early = PERIODS[window.calendar or "day"]
    return floor((now.t + early) / length) * length - early
