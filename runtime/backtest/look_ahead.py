"""Does anything decided depend on what came later? Decisions before a cut must not change with what is after it."""

from __future__ import annotations

from collections.abc import Callable

from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import Snapshot, TickResult
from stratc.runtime.market.base import Market
from stratc.runtime.session import advance
from stratc.runtime.venues.base import Venue


def first_peek(
    machine: Callable[[], Machine],
    venue: Callable[[], Venue],
    whole: Market,
    cut: Market,
) -> tuple[float, str] | None:
    """When and how a run on `whole` first differs from one on `cut`, the same market told only up to some time.

    What is compared: what each tick shows (a market made with knowledge of its own future shows it there)
    and what is decided on it. None where `cut` is a prefix in both.
    """
    one, other, here, there = machine(), machine(), venue(), venue()
    for known, less in zip(whole, cut, strict=False):
        if known != less:
            changed = [name for name in known.signals if known.signals[name] != less.signals.get(name)]
            return less.t, f"the market shows another {', '.join(changed) or 'time'}"
        if _decided(one, known, here) != _decided(other, less, there):
            return less.t, "decisions differ"
    return None


def _decided(machine: Machine, snapshot: Snapshot, venue: Venue) -> TickResult:
    return advance(machine, snapshot, venue).result
