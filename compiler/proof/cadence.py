"""How often a rule can fire in a window of time, from its cooldown, period or `once`."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERIODS = {"hour": 3_600.0, "day": 86_400.0, "week": 604_800.0}


class Often(NamedTuple):
    """The most firings in a window, and why."""

    times: int
    why: str


def length_of(window: ir.LimitWindow) -> ir.Duration:
    """How long a window is; a calendar period is as long as a rolling one."""
    return window.rolling or ir.Duration(_PERIODS[window.calendar or "day"], "s")


def most_firings(rule: ir.Rule, window: ir.Duration, deferrable: bool) -> Often | None:
    """The most firings of a rule whose orders can fall into one window; None where nothing bounds them.

    Two firings a cooldown C apart: n of them span (n - 1) C, and a window of D, open at one end, holds those
    that span less than D, so n <= ceil(D / C). An edge that must have held for C turns true after its last firing, and
    fires C later. A period fires at the first tick at or after it is due: one
    late firing, and then one for each period that is due inside. A firing that was held back counts when it
    is sent, so that two can fall together: twice as many.
    """
    found = [often for often in _bounds(rule, window, deferrable) if often is not None]
    return min(found, key=lambda often: often.times, default=None)


def _bounds(rule: ir.Rule, window: ir.Duration, deferrable: bool) -> Iterable[Often | None]:
    if rule.once:
        yield Often(1, "once")
    trigger = rule.trigger
    if isinstance(trigger, ir.On) and trigger.event == "start":
        yield Often(1, "on start")
    twice, late = (2, ", twice for firings held back") if deferrable else (1, "")
    if rule.cooldown is not None and rule.cooldown.clock == window.clock:
        length = rule.cooldown.amount
        yield Often(twice * ceil(window.amount / length), f"cooldown {length:g} {_clock(window)}{late}")
    if isinstance(trigger, ir.Edge) and rule.hold is not None and rule.hold.clock == window.clock:
        length = rule.hold.amount
        yield Often(
            twice * ceil(window.amount / length), f"held for {length:g} {_clock(window)} each time{late}"
        )
    if isinstance(trigger, ir.Every) and trigger.period.clock == window.clock:
        length = trigger.period.amount
        count = 1 + ceil(window.amount / length)
        yield Often(twice * count, f"every {length:g} {_clock(window)}, and one that was late{late}")


def _clock(window: ir.Duration) -> str:
    return "s" if window.clock == "s" else "blocks"


def orders_of(action: ir.Action) -> int | None:
    """The most trades that one action sends; None where that depends on what is held."""
    match action:
        case ir.Hedge() | ir.Trade():
            return 1
        case ir.Close(instrument=instrument, what=what):
            if isinstance(instrument, ir.Linear) or _names_one(instrument):
                return 1
            return {"perpetual": 1, "position": 2}.get(what or "")
        case ir.Roll(instrument=instrument):
            return 2 if _names_one(instrument) else None
        case _:
            return 0


def _names_one(instrument: ir.Instrument | None) -> bool:
    """Whether an option's shape is one contract."""
    if not isinstance(instrument, ir.OptionShape):
        return False
    return instrument.strike is not None and instrument.expiry is not None
