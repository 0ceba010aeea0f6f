"""The outbox: what was written is there after any crash, and what would land twice cannot be written."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.execution.entry_point import Landing
from stratc.runtime.execution.lanes import activation_of
from stratc.runtime.execution.outbox import Activation, Outbox
from stratc.runtime.execution.outbox_codec import read_landing, read_operation, write_landing, write_operation
from stratc.runtime.execution.outbox_schema import OutboxError
from stratc.runtime.execution.parcel import Parcel
from stratc.runtime.execution.states import StateError
from stratc.runtime.execution.userop.operation import UserOperation
from tests.execution.test_fees import ORDER

WIDE = (5 << 64) + 3
OPERATION = UserOperation(bytes(20), WIDE, b"\x01", signature=b"\x02")
FIRST = Activation("run:3.1", 5, WIDE, "public", 10**20, 4, 77)
LANDING = Landing("0xaa", WIDE, True, 10**15, 80, "0xbb", "0xcc", b"\x01")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


def test_everything_is_there_when_it_is_opened_again(path: Path) -> None:
    parcel = Parcel("0x11", "0x22", 9, "0x33", 81)
    with Outbox.open(path, "me") as outbox:
        outbox.plan(FIRST)
        outbox.attempt(FIRST, "0xaa", OPERATION, 1_800_000_000)
        outbox.leaving("0xaa", parcel, 12.5)
        outbox.record("0xaa", "taken")
        outbox.record("0xaa", "found", landing=LANDING)
    with Outbox.open(path, "me") as outbox:
        (entry,) = outbox.entries(FIRST.id)
        assert outbox.open_activations() == [FIRST]
        assert (entry.operation, entry.deadline, entry.landing) == (OPERATION, 1_800_000_000, LANDING)
        assert (entry.state, entry.sends, entry.sent_at, entry.nothing) == ("included", 1, 12.5, False)
        assert outbox.parcels("0xaa") == [parcel]
        assert outbox.state(FIRST.id) == "included"
        assert outbox.sequence_after(5) == WIDE + 1
        assert outbox.sequence_after(6) == 0


def test_an_activation_is_written_down_once(path: Path) -> None:
    with Outbox.open(path, "me") as outbox:
        outbox.plan(FIRST)
        with pytest.raises(OutboxError, match=r"run:3\.1 was sent before"):
            outbox.plan(replace(FIRST, nonce=WIDE + 1))
        outbox.end(FIRST.id, "done")
        with pytest.raises(OutboxError):
            outbox.plan(FIRST)


def test_no_operation_of_another_nonce_is_made_for_an_activation(path: Path) -> None:
    with Outbox.open(path, "me") as outbox:
        outbox.plan(FIRST)
        outbox.attempt(FIRST, "0xaa", OPERATION)
        with pytest.raises(OutboxError, match="has nonce"):
            outbox.attempt(FIRST, "0xab", OPERATION._replace(nonce=WIDE + 1))
        assert [entry.hash for entry in outbox.entries(FIRST.id)] == ["0xaa"]


def test_what_cannot_be_is_not_written(path: Path) -> None:
    with Outbox.open(path, "me") as outbox:
        outbox.plan(FIRST)
        outbox.attempt(FIRST, "0xaa", OPERATION)
        with pytest.raises(StateError):
            outbox.record("0xaa", "settled")
        assert outbox.entry("0xaa").state == "planned"


def test_a_lane_is_busy_until_the_fate_of_what_was_sent_is_known(path: Path) -> None:
    with Outbox.open(path, "me") as outbox:
        outbox.plan(FIRST)
        outbox.attempt(FIRST, "0xaa", OPERATION)
        assert outbox.busy(5) == FIRST
        assert outbox.busy(4) is None
        outbox.record("0xaa", "unclear")
        assert outbox.busy(5) == FIRST
        outbox.record("0xaa", "found", landing=LANDING)
        assert outbox.busy(5) is None
        outbox.record("0xaa", "vanished")
        assert outbox.busy(5) == FIRST


def test_nonces_of_a_paying_key_are_others_until_their_activation_has_ended(path: Path) -> None:
    second = replace(FIRST, id="run:4.1", lane=6)
    with Outbox.open(path, "me") as outbox:
        for one, hash_, nonce in ((FIRST, "0xaa", 9), (second, "0xab", 10)):
            outbox.plan(one)
            outbox.attempt(one, hash_, OPERATION)
            outbox.leaving(hash_, Parcel(f"0x{nonce}", "0x22", nonce), 0)
            outbox.leaving(hash_, Parcel(f"0x{nonce}", "0x22", nonce), 1)
        assert len(outbox.parcels("0xaa")) == 1, "the same bytes handed over twice are one parcel"
        assert outbox.entry("0xaa").sends == 2
        assert outbox.reserved("0x22", FIRST.id) == {10}
        assert outbox.reserved("0x99", FIRST.id) == set()
        outbox.end(second.id)
        assert outbox.reserved("0x22", FIRST.id) == set()


def test_what_was_written_survives_a_process_that_is_killed(path: Path) -> None:
    script = (
        "import os, sys\n"
        "from tests.execution.test_outbox import FIRST, OPERATION, Outbox\n"
        "outbox = Outbox.open(sys.argv[1], 'me')\n"
        "outbox.plan(FIRST)\n"
        "outbox.attempt(FIRST, '0xaa', OPERATION)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert done.returncode == -9
    with Outbox.open(path, "me") as outbox:
        assert outbox.entry("0xaa").state == "planned"


def test_files_that_are_no_outbox_of_ours_are_told(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_bytes(b"not a database, but long enough to be looked at as one: " * 40)
    with pytest.raises(OutboxError, match="not an outbox"):
        Outbox.open(text, "me")
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(OutboxError, match="another program"):
        Outbox.open(other, "me")
    with pytest.raises(OutboxError, match="folder exists"):
        Outbox.open(tmp_path / "no" / "outbox.db", "me")
    Outbox.open(tmp_path / "mine.db", "me").close()
    with pytest.raises(OutboxError, match="it is the outbox of me, not of you"):
        Outbox.open(tmp_path / "mine.db", "you")


@given(st.binary(max_size=80), st.integers(0, 2**256 - 1), st.booleans())
def test_operations_and_landings_read_back_as_they_were(data: bytes, number: int, success: bool) -> None:
    operation = UserOperation(bytes(20), number, data, number, paymaster_data=data, signature=data)
    assert read_operation(write_operation(operation)) == operation
    landing = Landing("0xaa", number, success, number, 7, "0xbb", "0xcc", data)
    assert read_landing(write_landing(landing)) == landing
    assert read_landing(write_landing(None)) is None


def test_a_firing_is_named_by_what_its_orders_share() -> None:
    assert activation_of("run7", [ORDER, replace(ORDER, id="3.1.1")]) == "run7:3.1"
    with pytest.raises(ValueError, match="2 firings"):
        activation_of("run7", [ORDER, replace(ORDER, id="3.2.0")])
