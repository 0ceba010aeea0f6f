"""When a rule wants to fire. A trigger looks at every tick, whether or not its rule could fire then."""

from __future__ import annotations

from math import floor
from typing import NamedTuple, Protocol

from stratc.compiler.ir import nodes as ir
from stratc.reference.evaluate import Scene, evaluate
from stratc.reference.moments import Moment


class Happenings(NamedTuple):
    """What this tick brings besides its values."""

    stale: frozenset[str]
    """Inputs that were not missing at the tick before."""
    filled: bool
    expired: bool


class Trigger(Protocol):
    """One rule's trigger and what it remembers."""

    def look(self, scene: Scene, now: Moment, news: Happenings) -> bool:
        """Take this tick in and say whether it calls for firing."""

    def fired(self) -> None:
        """The rule did fire."""


class LevelTrigger:
    """ "`when C` is **level**: it may fire at every tick where C holds." """

    def __init__(self, level: ir.Level, hold: ir.Duration | None) -> None:
        """Nothing has held yet."""
        self.level = level
        self.hold = hold
        self.since: float | None = None

    def look(self, scene: Scene, now: Moment, news: Happenings) -> bool:
        """ "`for D`: C must have held without a gap for D, counted from the first tick at which it held." """
        holds = evaluate(self.level.condition, scene) is True
        if self.hold is None or not holds:
            self.since = None
            return holds
        if self.since is None:
            self.since = now.on(self.hold.clock)
        return now.on(self.hold.clock) - self.since >= self.hold.amount

    def fired(self) -> None:
        """A level forgets nothing by firing."""


class EdgeTrigger:
    """ "`rises above`, `falls below`, `crosses`, `becomes true` fire on the transition." """

    def __init__(self, edge: ir.Edge, hold: ir.Duration | None, on_start: bool) -> None:
        """Armed, with no value to compare with."""
        self.edge = edge
        self.hold = hold
        self.on_start = on_start
        self.last: bool | None = None
        self.armed = True
        self.pending: bool | None = None
        """The side of a transition that has not held for long enough yet."""
        self.since: float | None = None

    def look(self, scene: Scene, now: Moment, news: Happenings) -> bool:
        """They fire "again only after the condition has been false, or after `rearm ...` held"."""
        if self.edge.rearm is not None and evaluate(self.edge.rearm, scene) is True:
            self.armed = True
        holds = evaluate(self.edge.condition, scene)
        if holds is None:
            self.since = None
            return False
        rise = self._is_transition(bool(holds)) and self.armed
        self.last = bool(holds)
        return rise if self.hold is None else self._held(rise, bool(holds), now, self.hold)

    def _is_transition(self, holds: bool) -> bool:
        """ "An edge compares with the last *available* value." The first is none, but `on start fire`."""
        if self.last is None:
            return holds and self.on_start
        return holds != self.last and (holds or self.edge.both)

    def _held(self, rise: bool, holds: bool, now: Moment, hold: ir.Duration) -> bool:
        if rise:
            self.pending, self.since = holds, None
        if self.pending is None or holds != self.pending:
            self.pending = self.since = None
            return False
        if self.since is None:
            self.since = now.on(hold.clock)
        if now.on(hold.clock) - self.since < hold.amount:
            return False
        self.pending = self.since = None
        return True

    def fired(self) -> None:
        """ "With `rearm below Y` it can fire again only after the value has been below Y." """
        self.armed = self.edge.rearm is None


class EveryTrigger:
    """ "`every D` counts from the first tick; `every D at HH:MM UTC` is anchored to the calendar." """

    def __init__(self, every: ir.Every) -> None:
        """Not begun: the first tick says from when to count."""
        self.period = every.period
        self.at = every.at
        self.origin = 0.0
        self.next: int | None = None
        """The number of the period that is due next."""

    def due(self, number: int) -> float:
        """When a period is due, on its clock."""
        return number * self.period.amount + self.origin

    def look(self, scene: Scene, now: Moment, news: Happenings) -> bool:
        """ "The first tick at or after each period fires, and missed periods are not made up." """
        time = now.on(self.period.clock)
        if self.next is None:
            self.origin = time if self.at is None else self.at
            self.next = 1 if self.at is None else self._first_not_before(time)
        if time < self.due(self.next):
            return False
        self.next = self._first_not_before(time)
        if self.due(self.next) == time:
            self.next += 1
        return True

    def _first_not_before(self, time: float) -> int:
        number = floor((time - self.origin) / self.period.amount) - 1
        while self.due(number) < time:
            number += 1
        return number

    def fired(self) -> None:
        """Periods go on as they are."""


class OnTrigger:
    """ "`on stale S`, `on fill`, `on expiry`, `on start`." """

    def __init__(self, on: ir.On) -> None:
        """Events have no memory."""
        self.on = on

    def look(self, scene: Scene, now: Moment, news: Happenings) -> bool:
        """Whether the event happened."""
        if self.on.event == "stale":
            return self.on.signal in news.stale
        if self.on.event == "start":
            return now.tick == 0
        return news.filled if self.on.event == "fill" else news.expired

    def fired(self) -> None:
        """Events have no memory."""


def trigger_of(rule: ir.Rule) -> Trigger:
    """A rule's trigger, before the first tick."""
    match rule.trigger:
        case ir.Level():
            return LevelTrigger(rule.trigger, rule.hold)
        case ir.Edge():
            return EdgeTrigger(rule.trigger, rule.hold, rule.on_start)
        case ir.Every():
            return EveryTrigger(rule.trigger)
        case ir.On():
            return OnTrigger(rule.trigger)
