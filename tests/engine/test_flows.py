"""What flow limits count, against a recount of everything at every tick."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.flows import Flow, Loss, period_of, period_start
from tests.engine.limits import flow

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
CALENDARS = ["hour", "day", "week"]
GAPS = st.sampled_from([0.0, 1.0, 5.0, 10.0, 600.0, HOUR, 7 * HOUR, DAY, 3 * DAY])
AMOUNTS = st.integers(0, 1_000_000)
TIMES = st.floats(0.0, 4e9)


def utc(t: float) -> datetime:
    return datetime.fromtimestamp(t, UTC)


def label(calendar: str, t: float) -> tuple[int, ...]:
    """The period by the calendar of the standard library."""
    when = utc(t)
    if calendar == "week":
        year, week, _ = when.isocalendar()
        return year, week
    return (when.year, when.month, when.day) + ((when.hour,) if calendar == "hour" else ())


@given(st.lists(st.tuples(GAPS, AMOUNTS), max_size=40), st.sampled_from([5.0, 10.0, 600.0, DAY]))
def test_a_rolling_flow_is_a_recount(run: list[tuple[float, int]], length: float) -> None:
    counted, seen, now = Flow(flow("orders", (length, "s"))), list[tuple[float, int]](), 1e9
    for gap, amount in run:
        now += gap
        expected = sum(a for t, a in seen if t > now - length)
        assert counted.at(now, 0) == expected
        counted.add(amount, now, 0)
        seen.append((now, amount))
        assert counted.total == expected + amount


@given(st.lists(st.tuples(st.integers(0, 4), AMOUNTS), max_size=40), st.integers(1, 8))
def test_a_flow_over_blocks_counts_blocks(run: list[tuple[int, int]], length: int) -> None:
    counted, seen, block = Flow(flow("orders", (float(length), "block"))), list[tuple[float, int]](), 7
    for ahead, amount in run:
        block += ahead
        assert counted.at(0.0, block) == sum(a for b, a in seen if b > block - length)
        counted.add(amount, 0.0, block)
        seen.append((block, amount))


@pytest.mark.parametrize("calendar", CALENDARS)
@given(st.lists(st.tuples(GAPS, AMOUNTS), max_size=40))
def test_a_calendar_flow_is_a_recount(calendar: str, run: list[tuple[float, int]]) -> None:
    counted, seen, now = Flow(flow("turnover", calendar=calendar)), list[tuple[float, int]](), 1_583_971_200.0
    for gap, amount in run:
        now += gap
        assert counted.at(now, 0) == sum(a for t, a in seen if label(calendar, t) == label(calendar, now))
        counted.add(amount, now, 0)
        seen.append((now, amount))


@pytest.mark.parametrize("calendar", CALENDARS)
@given(TIMES, TIMES)
def test_periods_are_those_of_the_utc_calendar(calendar: str, one: float, other: float) -> None:
    same = period_of(calendar, one) == period_of(calendar, other)
    assert same == (label(calendar, one) == label(calendar, other))


@pytest.mark.parametrize("calendar", CALENDARS)
@given(TIMES)
def test_a_period_starts_on_its_first_second(calendar: str, t: float) -> None:
    start = period_start(calendar, t)
    assert start <= t
    assert period_of(calendar, start) == period_of(calendar, t)
    assert start == 0.0 or period_of(calendar, start - 1.0) == period_of(calendar, t) - 1
    assert (utc(start).minute, utc(start).second) == (0, 0)


def test_a_week_begins_on_monday_at_midnight_utc() -> None:
    sunday = datetime(2020, 3, 15, 23, 59, 59, tzinfo=UTC).timestamp()
    assert period_of("week", sunday + 1.0) == period_of("week", sunday) + 1
    assert utc(period_start("week", sunday)) == datetime(2020, 3, 9, tzinfo=UTC)


@given(st.lists(st.tuples(GAPS, st.floats(-1e6, 1e6)), min_size=1, max_size=40))
@pytest.mark.parametrize(
    ("rolling", "calendar"), [((600.0, "s"), None), ((DAY, "s"), None), (None, "hour"), (None, "day")]
)
def test_a_loss_is_measured_from_the_last_sample_at_or_before_the_window(
    rolling: tuple[float, str] | None, calendar: str | None, run: list[tuple[float, float]]
) -> None:
    loss, seen, now = Loss(flow("loss", rolling, calendar)), list[tuple[float, float]](), 1_583_971_200.0
    for gap, pnl in run:
        now += gap
        loss.sample(pnl, now, 0)
        seen.append((now, pnl))
        start = now - rolling[0] if rolling else period_start(str(calendar), now)
        before = [p for t, p in seen if t <= start]
        base = before[-1] if before else seen[0][1]
        assert loss.value(pnl) == max(0.0, base - pnl)


def test_a_loss_is_unknown_without_a_profit_and_loss() -> None:
    loss = Loss(flow("loss", (DAY, "s")))
    assert loss.value(-5.0) is None
    loss.sample(10.0, 0.0, 0)
    assert loss.value(None) is None
    assert loss.value(-5.0) == 15.0
