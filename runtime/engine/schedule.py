"""When periods are over."""

from __future__ import annotations

from math import floor


def due_after(now: float, origin: float, period: float) -> float:
    """The first origin + k * period strictly after `now`."""
    k = floor((now - origin) / period) + 1
    while origin + k * period <= now:
        k += 1
    return origin + k * period


def due_from(now: float, origin: float, period: float) -> float:
    """The first origin + k * period at or after `now`."""
    due = due_after(now, origin, period)
    return due - period if due - period >= now else due
