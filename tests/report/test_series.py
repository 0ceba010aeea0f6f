"""Thinned series stay small and lose no extreme."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.report.series import Sample, Tracks
from stratc.runtime.report.sparkline import sparkline

values = st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=300)


@given(values)
def test_keeps_every_extreme_in_order_and_within_bounds(series: list[float | None]) -> None:
    tracks = Tracks(("x",), limit=16)
    for tick, value in enumerate(series):
        tracks.add(float(tick), (value,))
    points = [point for point in tracks.points("x") if point is not None]
    known = [value for value in series if value is not None]
    assert len(points) <= 16
    assert [t for t, _ in points] == sorted(t for t, _ in points)
    assert all(series[int(t)] == value for t, value in points)
    if known:
        assert min(value for _, value in points) == min(known)
        assert max(value for _, value in points) == max(known)
        assert tracks.times()[-1] == len(series) - 1


def test_a_spike_of_one_tick_survives_a_million() -> None:
    tracks = Tracks(("x", "y"), limit=100)
    for tick in range(1_000_000):
        tracks.add(tick, (1.0 if tick != 777_777 else 9.0, None))
    assert (777_777, 9.0) in tracks.points("x")
    assert len(tracks.points("x")) <= 100
    assert [point for point in tracks.points("y") if point] == []


def test_gaps_break_the_line_and_infinities_are_gaps() -> None:
    tracks = Tracks(("x",), limit=100)
    for tick, value in enumerate([1.0, None, float("inf"), float("nan"), 2.0]):
        tracks.add(float(tick), (value,))
    assert tracks.points("x") == [(0.0, 1.0), None, (4.0, 2.0)]


def test_the_last_value_of_a_stretch_is_known() -> None:
    tracks = Tracks(("x",), limit=4)
    for tick in range(7):
        tracks.add(float(tick), (float(tick % 3),))
    last = [bucket.last for bucket in tracks.buckets("x") if bucket]
    assert [float(int(t) % 3) for t in tracks.times()] == last


@pytest.mark.parametrize("count", [0, 1, 5, 100, 5_000])
def test_a_sample_is_bounded_and_even(count: int) -> None:
    sample = Sample[int](8)
    for item in range(count):
        sample.add(item)
    assert sample.seen == count
    assert len(sample.kept) <= 8
    assert sample.kept == list(range(0, count, sample.stride))


def test_sparklines() -> None:
    assert sparkline([0.0, 1.0, 2.0, None, 7.0], 10) == "▁▂▃ █"
    assert sparkline([5.0, 5.0], 10) == "▄▄"
    assert sparkline([], 10) == ""
    assert len(sparkline([random.Random(1).random() for _ in range(999)], 20)) == 20
