"""Windows against the definition, computed afresh from all samples at every tick."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import floor, fsum, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.windows import CAPACITY, WINDOWS, YEAR, Change, High, Mean, RealizedVol, Stdev

Sample = tuple[float, float, float]
"""at (seconds or blocks), x, t (seconds)."""

PRICES = st.floats(1.0, 1_000.0)
GAPS = st.sampled_from([0.5, 1.0, 1.0, 1.0, 2.5, 7.0])
RUNS = st.lists(st.tuples(GAPS, PRICES), min_size=1, max_size=60)
LENGTHS = st.sampled_from([0.5, 1.0, 2.0, 5.0, 10.0])


def by_definition(name: str, samples: list[Sample], length: float) -> float | None:
    """The value at the last sample; of samples in one D / CAPACITY only the latest counts."""
    latest = {floor(at * CAPACITY / length): (at, x, t) for at, x, t in samples}
    kept = list(latest.values())
    at = kept[-1][0]
    if at - samples[0][0] < length:
        return None
    inside = [x for when, x, _ in kept if when > at - length]
    if name == "change":
        return kept[-1][1] / [x for when, x, _ in kept if when <= at - length][-1] - 1.0
    if name in ("high", "low"):
        return max(inside) if name == "high" else min(inside)
    mean = fsum(inside) / len(inside)
    if name == "mean":
        return mean
    if name == "stdev":
        return sqrt(fsum((x - mean) ** 2 for x in inside) / len(inside))
    if len(inside) < 2:
        return None
    times = [t for when, _, t in kept if when > at - length]
    squares = fsum(log(b / a) ** 2 for a, b in pairwise(inside))
    return sqrt(squares / (times[-1] - times[0]) * YEAR)


@pytest.mark.parametrize("name", sorted(WINDOWS))
@given(RUNS, LENGTHS)
def test_a_window_is_its_definition(name: str, run: list[tuple[float, float]], length: float) -> None:
    window, samples, now = WINDOWS[name](length), [], 1_000.0
    for gap, x in run:
        now += gap
        samples.append((now, x, now))
        value, expected = window.push(now, x, now), by_definition(name, samples, length)
        if expected is None or value is None:
            assert value is expected
        else:
            assert value == pytest.approx(expected, rel=1e-9, abs=2e-4 if name != "mean" else 1e-9)


@pytest.mark.parametrize("name", ["change", "mean", "high", "low"])
@given(st.lists(st.tuples(st.integers(0, 3), PRICES), min_size=1, max_size=40), st.integers(1, 6))
def test_blocks_count_and_the_last_sample_of_a_block_stands_for_it(
    name: str, run: list[tuple[int, float]], length: int
) -> None:
    window, samples, block = WINDOWS[name](float(length)), [], 100
    for tick, (ahead, x) in enumerate(run):
        block += ahead
        samples.append((float(block), x, float(tick)))
        value, expected = window.push(block, x, float(tick)), by_definition(name, samples, length)
        assert value == (None if expected is None else pytest.approx(expected, rel=1e-9))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (Mean, (2.0 + 4.0) / 2),
        (High, 4.0),
        (Change, 4.0 / 100.0 - 1.0),
        (Stdev, 1.0),
        (RealizedVol, sqrt(log(2.0) ** 2 / 5.0 * YEAR)),
    ],
)
def test_what_happened_exactly_d_ago_has_left_but_is_what_a_change_is_from(
    make: Callable[[float], Mean], expected: float
) -> None:
    window = make(10.0)
    assert window.push(0.0, 100.0, 0.0) is None
    assert window.push(5.0, 2.0, 5.0) is None
    assert window.push(10.0, 4.0, 10.0) == pytest.approx(expected)


@pytest.mark.parametrize("name", sorted(set(WINDOWS) - {"realized_vol"}))
def test_a_window_is_unavailable_until_its_length_has_passed_since_the_first_sample(name: str) -> None:
    window = WINDOWS[name](10.0)
    given = [window.push(t, 5.0, t) for t in (100.0, 105.0, 109.999, 110.0, 150.0)]
    assert [value is not None for value in given] == [False, False, False, True, True]


def test_a_gap_longer_than_the_window_leaves_the_newest_sample_alone() -> None:
    mean, vol, change = Mean(10.0), RealizedVol(10.0), Change(10.0)
    for window in (mean, vol, change):
        window.push(0.0, 1.0, 0.0)
        window.push(1.0, 3.0, 1.0)
    assert [window.push(500.0, 6.0, 500.0) for window in (mean, vol, change)] == [6.0, None, 1.0]


def test_a_change_from_zero_is_unavailable() -> None:
    window = Change(1.0)
    assert [window.push(t, x, t) for t, x in ((0.0, 0.0), (1.0, 5.0), (2.0, 10.0))] == [None, None, 1.0]


@pytest.mark.parametrize("name", sorted(WINDOWS))
def test_memory_is_bounded_however_fast_the_ticks_come(name: str) -> None:
    length, per_bucket = 16.0, 8
    window = WINDOWS[name](length)
    step = length / CAPACITY / per_bucket
    for i in range(2 * CAPACITY):
        window.push(i * step, 100.0 + i % 7, i * step)
    stored = window._peaks if isinstance(window, High) else window._old  # type: ignore[attr-defined]
    assert len(stored) <= CAPACITY // 4 + 1


def test_samples_in_one_bucket_merge_to_the_latest() -> None:
    length = 4.0
    tiny = length / CAPACITY / 4
    window = Mean(length)
    for i, x in enumerate((10.0, 20.0, 30.0)):
        window.push(i * tiny, x, i * tiny)
    assert window.push(3.999, 50.0, 3.999) is None
    assert window.push(4.0, 70.0, 4.0) == pytest.approx((30.0 + 50.0 + 70.0) / 3)
