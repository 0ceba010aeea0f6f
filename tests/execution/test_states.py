"""The states of an operation: what may follow what, and what is known of a firing from all of its operations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.execution.states import (
    ENDED,
    EVENTS,
    IN_FLIGHT,
    STATES,
    Event,
    State,
    StateError,
    after,
    allows,
    outcome,
)

walks = st.lists(st.sampled_from(EVENTS), max_size=30)


def walked(events: list[Event]) -> list[State]:
    """The states on the way, from planned on; what cannot happen is passed over."""
    states: list[State] = ["planned"]
    for event in events:
        if allows(states[-1], event):
            states.append(after(states[-1], event))
    return states


@given(walks)
def test_nothing_leads_out_of_an_end(events: list[Event]) -> None:
    states = walked(events)
    assert all(state not in ENDED for state in states[:-1])


@given(walks)
def test_what_is_final_was_in_a_block_and_settled_there(events: list[Event]) -> None:
    states = walked(events)
    if states[-1] == "final":
        assert states[-2] == "included"


@given(walks)
def test_a_plan_comes_first_and_never_again(events: list[Event]) -> None:
    assert "planned" not in walked(events)[1:]


@given(walks)
def test_what_vanishes_from_its_block_is_unknown_and_may_land_again(events: list[Event]) -> None:
    states = walked(events)
    if states[-1] == "included":
        gone = after("included", "vanished")
        assert gone == "unknown"
        assert gone in IN_FLIGHT
        assert after(gone, "found") == "included"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_what_cannot_be_is_an_error(state: State, event: Event) -> None:
    if allows(state, event):
        assert after(state, event) in STATES
        return
    with pytest.raises(StateError, match=f"{state} cannot be {event}"):
        after(state, event)


@pytest.mark.parametrize("state", ["sent", "unknown"])
def test_a_refusal_of_what_was_sent_before_ends_nothing(state: State) -> None:
    assert after(state, "refused") == "unknown"


@pytest.mark.parametrize("state", [s for s in STATES if s not in ENDED])
def test_every_state_but_the_ends_has_a_way_to_both(state: State) -> None:
    reached = {state}
    for _ in STATES:
        reached |= {after(one, event) for one in reached for event in EVENTS if allows(one, event)}
    assert reached >= ENDED


@given(st.lists(st.sampled_from(STATES)))
def test_a_firing_is_what_its_best_operation_is(states: list[State]) -> None:
    told = outcome(states)
    if "final" in states:
        assert told == "final"
    elif "included" in states:
        assert told == "included"
    elif set(states) & IN_FLIGHT:
        assert told in IN_FLIGHT
    else:
        assert told == "failed"
