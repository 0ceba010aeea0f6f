from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.market.events import EventsMarket, parse_events, read_events
from stratc.runtime.market.problems import DataError


def _parse(*lines: str) -> list[Snapshot]:
    return list(parse_events(lines, "e.jsonl"))


def test_values_of_every_kind() -> None:
    line = '{"t": 1, "block": 3, "signals": {"spot": 2000.5, "x": null, "on": true, "off": false, "n": 7}}'
    signals = {"spot": 2000.5, "x": None, "on": 1.0, "off": 0.0, "n": 7.0}
    assert _parse(line) == [Snapshot(1.0, 3, signals)]


def test_a_missing_block_is_counted() -> None:
    got = _parse(*(f'{{"t": 0, {block} "signals": {{}}}}' for block in ("", '"block": 10,', "", "")))
    assert [snapshot.block for snapshot in got] == [1, 10, 11, 12]


def test_blank_lines_are_skipped_and_equal_times_allowed() -> None:
    assert len(_parse('{"t": 1, "signals": {}}', "\n", '{"t": 1, "signals": {}}')) == 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ("nonsense", "not JSON: Expecting value at column 1"),
        ('{"block": 1, "signals": {}}', "the field t (seconds) is missing"),
        ('{"t": 9}', "the field signals is missing"),
        ('{"t": 9, "signals": [1]}', "signals is not an object"),
        ('{"t": "9", "signals": {}}', 't is "9", not a number'),
        ('{"t": true, "signals": {}}', "t is true, not a number"),
        ('{"t": 9, "signals": {"x": "1"}}', 'signal x is "1", not a number'),
        ('{"t": 9, "signals": {"x": [1]}}', "signal x is [1], not a number"),
        ('{"t": 9, "signals": {"x": NaN}}', "NaN is not a number of JSON; write null"),
        ('{"t": 9, "signals": {"x": -Infinity}}', "-Infinity is not a number of JSON"),
        ('{"t": 9, "signals": {"x": 1e999}}', "signal x is too large"),
        ('{"t": 9, "signals": {"x": 1%s}}' % ("0" * 400), "signal x is too large"),
        ('{"t": 4, "signals": {}}', "time goes back from 5 to 4"),
        ('{"t": 9, "block": 1, "signals": {}}', "block goes back from 7 to 1"),
        ('{"t": 9, "block": 8.5, "signals": {}}', "block is 8.5"),
        ('{"t": 9, "block": -1, "signals": {}}', "block is -1"),
        ('{"t": 9, "blok": 8, "signals": {}}', "an event has no field 'blok'"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_event_is_told_by_line_with_a_fix(line: str, told: str) -> None:
    with pytest.raises(DataError) as caught:
        _parse('{"t": 5, "block": 7, "signals": {"spot": 1.0}}', line)
    assert str(caught.value).startswith("e.jsonl:2: ")
    assert told in str(caught.value)
    assert caught.value.problems[0].fix


def test_no_events_are_an_error() -> None:
    with pytest.raises(DataError, match="no events"):
        _parse("", "\n")


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
SIGNALS = st.dictionaries(st.text(), st.none() | NUMBERS)


@given(st.lists(st.tuples(NUMBERS, SIGNALS), min_size=1))
def test_what_is_written_is_read(events: list[tuple[float, dict[str, float | None]]]) -> None:
    events.sort(key=lambda event: event[0])
    lines = [json.dumps({"t": t, "block": n, "signals": s}) for n, (t, s) in enumerate(events)]
    assert _parse(*lines) == [Snapshot(t, n, s) for n, (t, s) in enumerate(events)]


@given(st.text())
def test_any_text_is_read_or_told(text: str) -> None:
    try:
        read = _parse(text)
    except DataError:
        return
    assert read


def test_files_plain_and_gzip_and_cut_off(tmp_path: Path) -> None:
    text = "".join(f'{{"t": {t}, "signals": {{"spot": {t + 1}}}}}\n' for t in range(1_000))
    plain, zipped = tmp_path / "e.jsonl", tmp_path / "e.jsonl.gz"
    plain.write_text(text)
    zipped.write_bytes(gzip.compress(text.encode()))
    assert list(read_events(plain)) == list(read_events(zipped))
    market = EventsMarket(plain, start=10.0, end=12.0)
    assert [tick.t for tick in market] == [tick.t for tick in market] == [10.0, 11.0]
    zipped.write_bytes(gzip.compress(text.encode())[:-40])
    with pytest.raises(DataError, match="breaks off"):
        list(read_events(zipped))


def test_the_behaviour_corpus_is_read(shared: Path) -> None:
    for path in shared.glob("corpus/behaviour/*.events.jsonl"):
        assert list(read_events(path))
