"""How well a book was hedged, in three numbers a trader would ask for."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from stratc.runtime.engine.messages import Frame

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class HedgeError:
    """What the hedge left over.

    `rms_delta` is the root mean square, over the ticks that have one, of the book's delta (base) after the
    tick's decisions and fills. The P&L of a UTC day is the change, from the last known value before the day
    (in the first day: from the first value) to the last in it, of options + hedge, without fees, gas and
    funding. `rms_day` and `worst_day` are the root mean square and the lowest of these, in quote;
    `rms_day_unhedged` is the same of the options alone. The first and the last day may be partial.
    """

    rms_delta: float | None
    days: int
    rms_day: float | None
    worst_day: float | None
    worst_day_t: float | None
    """A time within that day."""
    rms_day_unhedged: float | None

    @property
    def effectiveness(self) -> float | None:
        """The share of the options' daily swings the hedge took away: 1 - (rms_day / rms_day_unhedged)^2."""
        if self.rms_day is None or not self.rms_day_unhedged:
            return None
        return 1.0 - (self.rms_day / self.rms_day_unhedged) ** 2


class HedgeErrorTally:
    """Accumulates a HedgeError in a few numbers."""

    def __init__(self) -> None:
        """Nothing seen."""
        self._ticks = 0
        self._delta_squares = 0.0
        self._day: int | None = None
        self._t = 0.0
        self._start = (0.0, 0.0)
        self._now: tuple[float, float] | None = None
        self._closed = _Days()

    def add(self, frame: Frame) -> None:
        """One tick."""
        after = frame.after
        if after.delta is not None:
            self._ticks += 1
            self._delta_squares += after.delta * after.delta
        if after.pnl_hedge is None or after.pnl_options is None:
            return
        now = (after.pnl_options + after.pnl_hedge, after.pnl_options)
        today = int(frame.snapshot.t // _DAY)
        if self._now is None:
            self._start, self._day = now, today
        elif today != self._day:
            self._closed = self._closed.with_day(self._start, self._now, self._t)
            self._start, self._day = self._now, today
        self._now, self._t = now, frame.snapshot.t

    def result(self) -> HedgeError:
        """The error so far, the unfinished day included."""
        days = self._closed if self._now is None else self._closed.with_day(self._start, self._now, self._t)
        return HedgeError(
            rms_delta=sqrt(self._delta_squares / self._ticks) if self._ticks else None,
            days=days.count,
            rms_day=sqrt(days.squares / days.count) if days.count else None,
            worst_day=days.worst,
            worst_day_t=days.worst_t,
            rms_day_unhedged=sqrt(days.unhedged_squares / days.count) if days.count else None,
        )


@dataclass(frozen=True, slots=True)
class _Days:
    count: int = 0
    squares: float = 0.0
    unhedged_squares: float = 0.0
    worst: float | None = None
    worst_t: float | None = None

    def with_day(self, start: tuple[float, float], end: tuple[float, float], t: float) -> _Days:
        hedged, unhedged = end[0] - start[0], end[1] - start[1]
        worse = self.worst is None or hedged < self.worst
        return _Days(
            self.count + 1,
            self.squares + hedged * hedged,
            self.unhedged_squares + unhedged * unhedged,
            hedged if worse else self.worst,
            t if worse else self.worst_t,
        )
