"""When periods are over."""

from __future__ import annotations

from math import floor


def due_after(now: float, origin: float, period: float) -> float:
    """The first origin + k * period strictly after `now`."""
    return origin + _number_after(now, origin, period) * period


def due_from(now: float, origin: float, period: float) -> float:
    """The first origin + k * period at or after `now`."""
    k = _number_after(now, origin, period)
    before = origin + (k - 1) * period
    return before if before >= now else origin + k * period


def _number_after(now: float, origin: float, period: float) -> int:
    """The smallest k with origin + k * period > now; the quotient alone may round across it."""
    k = floor((now - origin) / period)
    while origin + k * period <= now:
        k += 1
    while origin + (k - 1) * period > now:
        k -= 1
    return k
