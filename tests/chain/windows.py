"""What windows hold, counted exactly and slowly: the judge of the guard's own counting."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from stratc.runtime.guard import Flow, Measure, Window


class Counted(NamedTuple):
    """A batch as windows see it; money in cents."""

    time: int
    orders: int
    turnover: int
    loss: int
    reducing: bool


def measured(flow: Flow, batches: list[Counted], now: int) -> int:
    """The measure over the window that ends now."""
    inner = [one for one in batches if inside(flow, one.time, now)]
    name = {Measure.ORDERS: "orders", Measure.TURNOVER: "turnover", Measure.LOSS: "loss"}[flow.measure]
    return sum(getattr(one, name) for one in inner)


def inside(flow: Flow, then: int, now: int) -> bool:
    """Whether a moment is in the window: a rolling one is open at its start, a calendar one closed."""
    if flow.window is Window.ROLLING:
        return now - flow.seconds < then
    a, b = (datetime.fromtimestamp(moment, UTC) for moment in (then, now))
    if flow.window is Window.HOUR:
        return (a.date(), a.hour) == (b.date(), b.hour)
    return a.date() == b.date() if flow.window is Window.DAY else a.isocalendar()[:2] == b.isocalendar()[:2]


def admits(flow: Flow, batches: list[Counted], batch: Counted) -> bool:
    """Whether a flow limit lets one more batch through; what was lost does not block an exit."""
    if flow.measure is Measure.LOSS and batch.reducing:
        return True
    return measured(flow, [*batches, batch], batch.time) <= flow.bound
