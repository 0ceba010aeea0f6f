"""What can be known of an operation, and what may follow what.

planned ──> sent ──> included ──> final
   │         │ ^        │ ^
   │         v │        v │
   ├──────> unknown <───┘ │
   v         │            │
 failed <────┴── replaced ┘
"""

from __future__ import annotations

from typing import Literal, get_args

State = Literal["planned", "sent", "unknown", "included", "final", "failed", "replaced"]
"""`planned`: written down, not sent yet. `sent`: a route has it. `unknown`: it may or may not be on its way.
`included`: in a block that may still be reorganised away. `final`: settled, deep enough. `failed`: nothing of it
happened, nor will. `replaced`: another with its nonce took its place, though it may still be the one that lands."""

Event = Literal[
    "taken", "unclear", "refused", "found", "vanished", "settled", "reverted", "superseded", "dead"
]
"""`taken`, `unclear`, `refused`: what a route answered. `found`, `vanished`: whether a block holds it. `settled`,
`reverted`: how it ended, deep enough. `superseded`: another with its nonce was sent or has landed. `dead`: it can
do nothing any more, by its nonce or its deadline."""

STATES: tuple[State, ...] = get_args(State)
EVENTS: tuple[Event, ...] = get_args(Event)
ENDED: frozenset[State] = frozenset({"final", "failed"})
"""Nothing leads out of these."""
IN_FLIGHT: frozenset[State] = frozenset({"planned", "sent", "unknown"})
"""Nothing new may be sent on the lane of one of these."""

_AFTER: dict[State, dict[Event, State]] = {
    "planned": {
        "taken": "sent",
        "unclear": "unknown",
        "refused": "failed",
        "found": "included",
        "dead": "failed",
        "superseded": "replaced",
    },
    "sent": {
        "taken": "sent",
        "unclear": "unknown",
        "refused": "unknown",  # the copy sent before may still be on its way
        "found": "included",
        "superseded": "replaced",
        "dead": "failed",
    },
    "unknown": {
        "taken": "sent",
        "unclear": "unknown",
        "refused": "unknown",
        "found": "included",
        "superseded": "replaced",
        "dead": "failed",
    },
    "included": {
        "found": "included",  # in another block
        "vanished": "unknown",
        "settled": "final",
        "reverted": "failed",
    },
    "replaced": {"found": "included", "superseded": "replaced", "unclear": "unknown", "dead": "failed"},
    "final": {},
    "failed": {},
}


class StateError(RuntimeError):
    """Something was reported that cannot happen to an operation in its state."""


def after(state: State, event: Event) -> State:
    """The state that follows.

    Raises:
        StateError: this cannot happen in this state.
    """
    following = _AFTER[state].get(event)
    if following is None:
        raise StateError(f"an operation that is {state} cannot be {event}")
    return following


def allows(state: State, event: Event) -> bool:
    """Whether this can happen in this state."""
    return event in _AFTER[state]


_STRONGEST: tuple[State, ...] = ("final", "included", "sent", "unknown", "planned")


def outcome(states: list[State]) -> State:
    """What is known of an activation from all operations that were made for it; they share one nonce."""
    return next((state for state in _STRONGEST if state in states), "failed")
