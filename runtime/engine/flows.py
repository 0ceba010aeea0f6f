"""What a flow limit counts: integers over a rolling window or a calendar period."""

from __future__ import annotations

from collections import deque
from math import floor

from stratc.runtime.plan import LimitPlan

_DAY = 86_400.0


def period_of(calendar: str, t: float) -> int:
    """The number of the UTC hour, day, or week (from Monday) that `t` is in."""
    if calendar == "hour":
        return floor(t / 3_600.0)
    if calendar == "day":
        return floor(t / _DAY)
    return floor((t / _DAY + 3.0) / 7.0)


def period_start(calendar: str, t: float) -> float:
    """When the period that `t` is in began (epoch s)."""
    number = period_of(calendar, t)
    return (
        number * 3_600.0 if calendar == "hour" else (number if calendar == "day" else 7 * number - 3) * _DAY
    )


class Flow:
    """A running total; what happened exactly D ago has left it."""

    __slots__ = ("_calendar", "_clock", "_entries", "_length", "_period", "total")

    def __init__(self, limit: LimitPlan) -> None:
        """Count for this limit's window."""
        self._calendar = limit.calendar
        self._length, self._clock = limit.rolling or (0.0, "s")
        self._entries: deque[tuple[float, int]] = deque()
        self._period: int | None = None
        self.total = 0

    def at(self, t: float, block: int) -> int:
        """The total in the window at a tick."""
        if self._calendar is not None:
            period = period_of(self._calendar, t)
            if period != self._period:
                self._period, self.total = period, 0
            return self.total
        horizon = (t if self._clock == "s" else block) - self._length
        entries = self._entries
        while entries and entries[0][0] <= horizon:
            self.total -= entries.popleft()[1]
        return self.total

    def add(self, amount: int, t: float, block: int) -> None:
        """Count an amount at a tick."""
        self.at(t, block)
        self.total += amount
        if self._calendar is None:
            self._entries.append((t if self._clock == "s" else block, amount))


class Loss:
    """How far profit and loss has come down since the window began (quote, never negative).

    A window begins with the last sample at or before its start, or the first of the run: what is lost
    between two ticks on either side of midnight is lost on the later day.
    """

    __slots__ = ("_calendar", "_clock", "_length", "_samples")

    def __init__(self, limit: LimitPlan) -> None:
        """Measure over this limit's window."""
        self._calendar = limit.calendar
        self._length, self._clock = limit.rolling or (0.0, "s")
        self._samples: deque[tuple[float, float]] = deque()

    def sample(self, pnl: float, t: float, block: int) -> None:
        """Take the profit and loss of a tick, before its decisions."""
        at = t if self._clock == "s" else block
        samples = self._samples
        if self._calendar is None:
            start = at - self._length
        else:
            start = period_start(self._calendar, t)
            if len(samples) > 1 and samples[-1][0] > start:
                samples.pop()  # only the last of a period matters, for the next one
        samples.append((at, pnl))
        while len(samples) > 1 and samples[1][0] <= start:
            samples.popleft()

    def value(self, pnl: float | None) -> float | None:
        """The loss at a profit and loss of `pnl`; None when either is not known."""
        if pnl is None or not self._samples:
            return None
        return max(0.0, self._samples[0][1] - pnl)
