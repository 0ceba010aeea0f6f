"""The states ACTIVE, REDUCING and HALTED."""

from __future__ import annotations

from math import inf

from stratc.runtime.engine.messages import State

SEVERITY: tuple[State, ...] = ("active", "reducing", "halted")
STATE_OF: dict[str, State] = {"reduce only": "reducing", "halt": "halted"}


def worst(*states: State) -> State:
    """The most severe of some states."""
    return max(states, key=SEVERITY.index)


class Latches:
    """ "Both latch, with a reason, `for D` or `until manual`, and raise one alert, not one a tick." """

    def __init__(self) -> None:
        """Nothing is latched."""
        self.ends: dict[tuple[str, str], float] = {}
        """(`reduce only` or `halt`, reason) -> the time (epoch s) at which it is over."""

    def latch(self, verb: str, reason: str, t: float, seconds: float | None) -> str | None:
        """Set a latch, or prolong it; the alert it raises if it was not set yet."""
        end = inf if seconds is None else t + seconds
        before = self.ends.get((verb, reason))
        self.ends[verb, reason] = end if before is None else max(before, end)
        return None if before is not None else f"{verb}: {reason}" if reason else verb

    def expire(self, t: float) -> None:
        """ "A `for D` is over at the first tick at or after D." """
        self.ends = {which: end for which, end in self.ends.items() if end > t}

    def state(self) -> State:
        """What they amount to."""
        return worst("active", *(STATE_OF[verb] for verb, _ in self.ends))
