"""What a journal gives back is what it was given, and it says what is wrong with a file."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from stratc.runtime.engine.messages import Frame, Order, Outcome, Snapshot, Transfer
from stratc.runtime.journal import Event, Journal, JournalError, RunWriter
from stratc.runtime.journal.schema import MIGRATIONS
from tests.journal.messages import runs
from tests.report.frames import Walk


def begin(journal: Journal, ir_hash: str = "abc") -> RunWriter:
    return journal.begin(
        name="straddle",
        program="when delta > 0.1: hedge to 0\n",
        ir_hash=ir_hash,
        engine="plan",
        market="a random walk",
        seed=7,
        compiler="0.1.0",
        params={"band": 0.1},
    )


def feed(writer: RunWriter, frames: list[Frame]) -> None:
    for frame in frames:
        writer.on_frame(frame)


def record(journal: Journal, frames: list[Frame], ir_hash: str = "abc", interrupted: bool = False) -> int:
    writer = begin(journal, ir_hash)
    feed(writer, frames)
    writer.finish(interrupted)
    return writer.run


def expected(frames: list[Frame]) -> tuple[list[Event], list[Outcome], list[Order]]:
    events: list[Event] = []
    for frame in frames:
        events += [*frame.events[: frame.pre], frame.snapshot, *frame.events[frame.pre :]]
    outcomes = [outcome for frame in frames for outcome in frame.result.outcomes]
    return events, outcomes, [order for frame in frames for order in frame.result.orders]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames=runs())
def test_reads_back_exactly_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, frames: list[Frame]
) -> None:
    path = tmp_path_factory.mktemp("journal") / "run.journal"
    with Journal.open(path) as journal:
        record(journal, frames)
    with Journal.open(path, create=False) as journal:
        recording = journal.read()
        events, outcomes, orders = expected(frames)
        # repr tells -0.0 from 0.0 and 1 from 1.0, which == does not.
        assert repr(list(recording.events())) == repr(events)
        assert repr(list(recording.outcomes())) == repr(outcomes)
        assert repr(list(recording.orders())) == repr(orders)
        steps = [decided for event, decided in recording if isinstance(event, Snapshot)]
        assert steps == [frame.result.outcomes for frame in frames]


def test_a_run_is_described(tmp_path: Path) -> None:
    frames = list(Walk(ticks=50).frames())
    with Journal.open(tmp_path / "j") as journal:
        record(journal, frames)
        record(journal, frames[:10], interrupted=True)
        begin(journal).finish(interrupted=False)
        first, second, third = journal.runs()
    assert (first.status, first.ticks, first.started_t, first.last_t) == (
        "finished",
        50,
        frames[0].snapshot.t,
        frames[-1].snapshot.t,
    )
    assert (first.seed, first.params, first.engine) == (7, {"band": 0.1}, "plan")
    assert first.program == "when delta > 0.1: hedge to 0\n"
    assert (second.status, second.ticks) == ("interrupted", 10)
    assert (third.status, third.ticks, third.started_t) == ("finished", 0, None)


def test_reads_while_a_run_is_written_and_after_a_pause(tmp_path: Path) -> None:
    frames = list(Walk(ticks=30).frames())
    with Journal.open(tmp_path / "j") as journal, Journal.open(tmp_path / "j", create=False) as reader:
        writer = begin(journal)
        for frame in frames:
            writer.on_frame(frame)
        deadline = time.monotonic() + 5.0
        while not reader.runs()[0].ticks and time.monotonic() < deadline:
            time.sleep(0.05)
        # No further tick came: the pause alone has it written.
        assert reader.runs()[0].ticks == 30
        assert reader.runs()[0].status == "running"
        writer.finish(interrupted=False)


def test_two_runs_share_a_file(tmp_path: Path) -> None:
    frames = list(Walk(ticks=20).frames())
    with Journal.open(tmp_path / "j") as one, Journal.open(tmp_path / "j") as two:
        first, second = begin(one), begin(two)
        for frame in frames:
            first.on_frame(frame)
            second.on_frame(frame)
        first.finish(interrupted=False)
        second.finish(interrupted=False)
        for run in (first.run, second.run):
            assert list(one.read(run).events()) == expected(frames)[0]


def test_once_rules_stay_spent_until_a_run_finishes(tmp_path: Path) -> None:
    frames = list(Walk(ticks=400).frames())
    fired = {outcome.rule for frame in frames for outcome in frame.result.outcomes}
    assert fired
    with Journal.open(tmp_path / "j") as journal:
        assert journal.fired_once("abc") == set()
        record(journal, frames, interrupted=True)
        assert journal.fired_once("abc") == fired
        assert journal.fired_once("another program") == set()
        record(journal, [], interrupted=True)
        assert journal.fired_once("abc") == fired
        record(journal, frames)
        assert journal.fired_once("abc") == set()


def test_a_tick_costs_microseconds(tmp_path: Path) -> None:
    frames = list(Walk(ticks=2_000).frames())
    costs = []
    with Journal.open(tmp_path / "j") as journal:
        for _ in range(3):
            start = time.process_time()
            record(journal, frames)
            costs.append((time.process_time() - start) / len(frames))
    # Typically 15 µs; the bound leaves room for a busy machine.
    assert min(costs) < 60e-6


def test_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (x)")
    with pytest.raises(JournalError, match="the database of another program; name another file"):
        Journal.open(path)
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hedge at noon\n" * 200)
    with pytest.raises(JournalError, match=r"notes\.txt: this file is not a journal"):
        Journal.open(path)
    assert path.read_text().startswith("hedge at noon")


def test_a_newer_format(tmp_path: Path) -> None:
    path = tmp_path / "j"
    Journal.open(path).close()
    with sqlite3.connect(path) as future:
        future.execute("PRAGMA user_version = 99")
    with pytest.raises(JournalError, match=r"its format is 99, .* up to 2; use the stratc that wrote it"):
        Journal.open(path)


def test_an_older_format_is_brought_up_to_date_and_keeps_its_runs(tmp_path: Path) -> None:
    path = tmp_path / "j"
    frames = list(Walk(ticks=20).frames())
    with Journal.open(path) as journal:
        record(journal, frames)
    with sqlite3.connect(path) as older:
        older.execute("ALTER TABLE events RENAME TO newer")
        older.execute(MIGRATIONS[0][2])
        older.execute("INSERT INTO events SELECT * FROM newer")
        older.execute("DROP TABLE newer")
        older.execute("PRAGMA user_version = 1")
    with pytest.raises(JournalError, match="its format is 1, this stratc reads 2"):
        Journal.open(path, create=False)
    found = Transfer("perpetual", -5, 1.0)
    late = replace(frames[-1], events=(found,), pre=1)
    with Journal.open(path) as journal:
        assert list(journal.read(1).events()) == expected(frames)[0]
        record(journal, [late])
        assert found in list(journal.read(2).events())


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal.open(path) as journal:
        record(journal, list(Walk(ticks=400).frames()))
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 20_000] = b"\xff" * 20_000
    path.write_bytes(data)
    with (
        pytest.raises(JournalError, match=r"damaged|cannot be read"),
        Journal.open(path, create=False) as journal,
    ):
        list(journal.read())


def test_a_locked_file(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal.open(path, wait=0.05) as journal:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="another process has kept it locked"):
            begin(journal)
        holder.close()


def test_a_full_disk(tmp_path: Path) -> None:
    frames = list(Walk(ticks=2_000).frames())
    with Journal.open(tmp_path / "j") as journal:
        pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
        journal._connection.execute(f"PRAGMA max_page_count = {pages + 20}")
        writer = begin(journal)
        with pytest.raises(JournalError, match="the disk is full"):
            feed(writer, frames * 4)
        writer.finish(interrupted=True)
        assert journal.runs()[0].status == "running"


@pytest.mark.parametrize(("name", "cause"), [("missing", "there is no such file"), ("empty", "it is empty")])
def test_nothing_to_read(tmp_path: Path, name: str, cause: str) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(JournalError, match=cause):
        Journal.open(tmp_path / name, create=False)
    assert not (tmp_path / "missing").exists()


def test_a_run_that_is_not_there(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "j") as journal:
        with pytest.raises(JournalError, match="it holds no runs"):
            journal.read()
        record(journal, [])
        with pytest.raises(JournalError, match="it holds no run 8; name one of 1"):
            journal.read(8)


def test_a_folder_is_not_a_journal(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="it cannot be opened"):
        Journal.open(tmp_path)
