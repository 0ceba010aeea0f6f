"""What was sent and what is known of it, durably: written before anything leaves, so that nothing is sent twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from stratc.runtime.execution.entry_point import Landing
from stratc.runtime.execution.outbox_codec import read_landing, read_operation, write_landing, write_operation
from stratc.runtime.execution.outbox_schema import OutboxError, explained, prepare
from stratc.runtime.execution.parcel import Parcel
from stratc.runtime.execution.states import ENDED, IN_FLIGHT, Event, State, after, outcome
from stratc.runtime.execution.userop.operation import UserOperation


@dataclass(frozen=True, slots=True)
class Activation:
    """One firing of a rule: whatever is sent for it has this nonce, so that at most one of it can land."""

    id: str
    lane: int
    nonce: int
    route: str
    cap: int | None
    """Wei that all of its gas may cost."""
    retries: int
    first_block: int
    """The chain's head when it was planned: it can be in no earlier block."""
    ended: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation made for an activation; `nothing` is true of one that only uses up the nonce."""

    hash: str
    activation: str
    attempt: int
    operation: UserOperation
    deadline: int | None
    """Epoch seconds after which its batch refuses to run; None when it does not say."""
    nothing: bool
    state: State
    sends: int
    sent_at: float
    reason: str
    landing: Landing | None


class Outbox:
    """The outbox of one account; one process at a time has it open. Use as a context manager."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        """Use `Outbox.open`."""
        self._connection = connection
        self.path = path

    @classmethod
    def open(cls, path: str | Path, owner: str) -> Outbox:
        """Open the outbox of `owner` (chain, EntryPoint and account in words), made if it is missing.

        Raises:
            OutboxError: it cannot be opened, is another's, or another process has it.
        """
        name = str(path)
        with explained(name):
            connection = sqlite3.connect(name, timeout=0.5, isolation_level=None)
            try:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                # A power cut must not forget what was sent: every write reaches the disk before it returns.
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                prepare(connection, name, owner)
            except BaseException:
                connection.close()
                raise
        return cls(connection, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def plan(self, activation: Activation, reason: str = "") -> None:
        """Write an activation down; with a reason it has ended before anything was sent.

        Raises:
            OutboxError: it was written down before.
        """
        a = activation
        row = (a.id, a.lane, str(a.nonce), a.route, None if a.cap is None else str(a.cap))
        with self._writing() as execute:
            try:
                execute(
                    "INSERT INTO activations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (*row, a.retries, a.first_block, bool(reason), reason),
                )
            except sqlite3.IntegrityError:
                raise OutboxError(
                    self.path, f"{a.id} was sent before", "look it up instead of sending it again"
                ) from None

    def attempt(
        self,
        activation: Activation,
        hash_: str,
        operation: UserOperation,
        deadline: int | None = None,
        *,
        nothing: bool = False,
    ) -> Entry:
        """Write down a signed operation for an activation, as planned.

        Raises:
            OutboxError: it has another nonce than the activation, so that both could land.
        """
        if operation.nonce != activation.nonce:
            raise OutboxError(
                self.path,
                f"an operation for {activation.id} has nonce {operation.nonce} and not {activation.nonce}",
                "make it with the activation's own nonce",
            )
        with self._writing() as execute:
            number = execute(
                "SELECT count(*) FROM operations WHERE activation = ?", (activation.id,)
            ).fetchone()[0]
            execute(
                "INSERT INTO operations (hash, activation, attempt, operation, deadline, idle, state)"
                " VALUES (?, ?, ?, ?, ?, ?, 'planned')",
                (hash_, activation.id, number + 1, write_operation(operation), deadline, nothing),
            )
        return self.entry(hash_)

    def leaving(self, hash_: str, parcel: Parcel, at: float) -> None:
        """Write down what is about to be handed over at a time (epoch seconds)."""
        with self._writing() as execute:
            execute(
                "INSERT OR REPLACE INTO parcels (operation, hash, sender, nonce, raw, until_block)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (hash_, parcel.hash, parcel.sender, str(parcel.nonce), parcel.raw, parcel.until),
            )
            execute("UPDATE operations SET sends = sends + 1, sent_at = ? WHERE hash = ?", (at, hash_))

    def record(self, hash_: str, event: Event, reason: str = "", landing: Landing | None = None) -> Entry:
        """What has become of an operation.

        Raises:
            StateError: that cannot be.
        """
        with self._writing() as execute:
            (state,) = execute("SELECT state FROM operations WHERE hash = ?", (hash_,)).fetchone()
            execute(
                "UPDATE operations SET state = ?, reason = ?, landing = ? WHERE hash = ?",
                (after(state, event), reason, write_landing(landing), hash_),
            )
        return self.entry(hash_)

    def end(self, activation: str, reason: str = "") -> None:
        """Nothing more can become of an activation."""
        with self._writing() as execute:
            execute("UPDATE activations SET ended = 1, reason = ? WHERE id = ?", (reason, activation))

    def note(self, activation: str, reason: str) -> None:
        """Say what an activation waits for."""
        with self._writing() as execute:
            execute("UPDATE activations SET reason = ? WHERE id = ?", (reason, activation))

    def activation(self, id_: str) -> Activation | None:
        """An activation by its id."""
        found = self._activations("WHERE id = ?", id_)
        return found[0] if found else None

    def open_activations(self) -> list[Activation]:
        """Those of which something may still become, in the order of their nonces."""
        return sorted(self._activations("WHERE ended = 0"), key=lambda one: (one.lane, one.nonce, one.id))

    def entries(self, activation: str) -> list[Entry]:
        """The operations made for an activation, the first one first."""
        query = "SELECT * FROM operations WHERE activation = ? ORDER BY attempt"
        return [_entry(row) for row in self._rows(query, activation)]

    def entry(self, hash_: str) -> Entry:
        """One operation by its hash; KeyError when there is none."""
        for row in self._rows("SELECT * FROM operations WHERE hash = ?", hash_):
            return _entry(row)
        raise KeyError(hash_)

    def parcels(self, hash_: str) -> list[Parcel]:
        """What was handed over for an operation, the last first."""
        query = (
            "SELECT hash, sender, nonce, raw, until_block FROM parcels WHERE operation = ? ORDER BY seq DESC"
        )
        return [_parcel(row) for row in self._rows(query, hash_)]

    def state(self, activation: str) -> State:
        """What is known of an activation."""
        return outcome([entry.state for entry in self.entries(activation)])

    def busy(self, lane: int) -> Activation | None:
        """The activation whose fate must be known before the lane takes another."""
        found = (one for one in self.open_activations() if one.lane == lane)
        return next((one for one in found if self.state(one.id) in IN_FLIGHT), None)

    def sequence_after(self, lane: int, *, settled: bool = False) -> int:
        """The nonce after the last that a block has used of this lane, 0 for none; with `settled`, for good."""
        rows = self._rows(
            "SELECT nonce FROM activations JOIN operations ON activation = id"
            " WHERE lane = ? AND state IN ('final', ?)",
            lane,
            "final" if settled else "included",
        )
        return max((int(nonce) + 1 for (nonce,) in rows), default=0)

    def reserved(self, sender: str, besides: str) -> set[int]:
        """Nonces of a paying key that open activations other than `besides` have used."""
        rows = self._rows(
            "SELECT parcels.nonce FROM parcels JOIN operations ON operations.hash = parcels.operation"
            " JOIN activations ON activations.id = activation"
            " WHERE ended = 0 AND sender = ? AND activation != ?",
            sender,
            besides,
        )
        return {int(nonce) for (nonce,) in rows}

    def _activations(self, where: str, *values: Any) -> list[Activation]:
        return [_activation(row) for row in self._rows(f"SELECT * FROM activations {where}", *values)]

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with explained(self.path):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection.execute
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()
                raise


def _activation(row: tuple[Any, ...]) -> Activation:
    id_, lane, nonce, route, cap, retries, first, ended, reason = row
    spent = None if cap is None else int(cap)
    return Activation(id_, lane, int(nonce), route, spent, retries, first, bool(ended), reason)


def _entry(row: tuple[Any, ...]) -> Entry:
    hash_, activation, attempt, operation, deadline, nothing, state, sends, sent_at, reason, landing = row
    return Entry(
        hash_,
        activation,
        attempt,
        read_operation(operation),
        deadline,
        bool(nothing),
        state,
        sends,
        sent_at,
        reason,
        read_landing(landing),
    )


def _parcel(row: tuple[Any, ...]) -> Parcel:
    hash_, sender, nonce, raw, until = row
    return Parcel(hash_, sender, int(nonce), raw, until)


def has_ended(entries: list[Entry]) -> bool:
    """Whether no operation of an activation can do anything any more."""
    return any(entry.state == "final" for entry in entries) or all(entry.state in ENDED for entry in entries)
