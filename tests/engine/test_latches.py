"""ACTIVE, REDUCING, HALTED: what is in force, until when, and said once."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.latches import Latches

MOVES = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, 3.0]),
        st.sampled_from(["halt", "reduce only"]),
        st.sampled_from(["a", "b"]),
        st.sampled_from([None, 1.0, 2.0, 5.0]),
    ),
    max_size=30,
)


def test_at_first_nothing_is_in_force() -> None:
    latches = Latches()
    assert (latches.state(), latches.reasons(), latches.ends) == ("active", (), None)


def test_the_gravest_state_decides() -> None:
    latches = Latches()
    latches.set("halt", "crash", 0.0, 10.0)
    latches.set("reduce only", "stale", 0.0, None)
    assert latches.state() == "halted"
    latches.expire(10.0)
    assert latches.state() == "reducing"
    latches.lift()
    assert latches.state() == "active"


def test_a_latch_for_d_is_over_at_the_first_tick_at_or_after_d() -> None:
    latches = Latches()
    latches.set("halt", "", 100.0, 30.0)
    latches.expire(129.999)
    assert latches.state() == "halted"
    latches.expire(130.0)
    assert latches.state() == "active"


def test_only_a_fresh_latch_speaks_and_until_manual_is_never_shortened() -> None:
    latches = Latches()
    assert latches.set("halt", "crash", 0.0, None)
    assert not latches.set("halt", "crash", 5.0, 1.0)
    assert latches.set("halt", "other", 5.0, 1.0)
    latches.expire(1e12)
    assert latches.reasons() == ("halt: crash",)
    assert latches.set("reduce only", "", 0.0, None)
    assert latches.reasons() == ("halt: crash", "reduce only")


@given(MOVES)
def test_latches_are_the_longest_of_what_was_asked(moves: list[tuple[float, str, str, float | None]]) -> None:
    latches, ends, now = Latches(), dict[tuple[str, str], float](), 0.0
    for gap, verb, reason, seconds in moves:
        now += gap
        latches.expire(now)
        ends = {key: end for key, end in ends.items() if end > now}
        assert latches.set(verb, reason, now, seconds) == ((verb, reason) not in ends)
        end = inf if seconds is None else now + seconds
        ends[verb, reason] = max(end, ends.get((verb, reason), end))
        assert latches.reasons() == tuple(f"{v}: {r}" for v, r in ends)
        assert latches.ends == min((end for end in ends.values() if end < inf), default=None)
        assert latches.state() == ("halted" if any(v == "halt" for v, _ in ends) else "reducing")
