"""ACTIVE, REDUCING, HALTED: latches with a reason, for a time or until somebody lifts them."""

from __future__ import annotations

from stratc.runtime.engine.messages import State

_STATE: dict[str, State] = {"reduce only": "reducing", "halt": "halted"}


class Latches:
    """The latches in force. The gravest decides; each speaks once, when it is set."""

    __slots__ = ("_latched", "ends")

    def __init__(self) -> None:
        """No latch: active."""
        self._latched: dict[tuple[str, str], float | None] = {}
        self.ends: float | None = None
        """When the next timed latch is over, epoch seconds."""

    def set(self, verb: str, reason: str, t: float, seconds: float | None) -> bool:
        """Latch (`verb` is "reduce only" or "halt"), or prolong; true when it was not in force before."""
        key = (verb, reason)
        fresh = key not in self._latched
        until = None if seconds is None else t + seconds
        if not fresh:
            before = self._latched[key]
            until = None if before is None or until is None else max(before, until)
        self._latched[key] = until
        self._schedule()
        return fresh

    def expire(self, t: float) -> None:
        """Drop the latches whose time is over at `t`."""
        self._latched = {key: until for key, until in self._latched.items() if until is None or until > t}
        self._schedule()

    def lasting(self, verb: str, reason: str) -> bool:
        """Whether a latch is in force until somebody lifts it."""
        return self._latched.get((verb, reason), 0.0) is None

    def lift(self) -> None:
        """Drop every latch: the operator's decision."""
        self._latched.clear()
        self._schedule()

    def state(self) -> State:
        """The gravest state in force."""
        verbs = {verb for verb, _ in self._latched}
        return _STATE["halt"] if "halt" in verbs else _STATE["reduce only"] if verbs else "active"

    def reasons(self) -> tuple[str, ...]:
        """Why, in the order the latches were set."""
        return tuple(f"{verb}: {reason}" if reason else verb for verb, reason in self._latched)

    def _schedule(self) -> None:
        self.ends = min((until for until in self._latched.values() if until is not None), default=None)
