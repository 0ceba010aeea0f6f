"""The outbox's tables, and what is wrong with a file that is none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

APPLICATION_ID = 0x5374726F
"""Marks the file as ours in SQLite's header ("Stro")."""
VERSION = 1

TABLES = (
    "CREATE TABLE owner (what TEXT NOT NULL)",
    """
    CREATE TABLE activations (
        id TEXT PRIMARY KEY, lane INTEGER NOT NULL, nonce TEXT NOT NULL, route TEXT NOT NULL,
        cap TEXT, retries INTEGER NOT NULL, first_block INTEGER NOT NULL,
        ended INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID
    """,
    "CREATE INDEX open_activations ON activations (lane) WHERE ended = 0",
    """
    CREATE TABLE operations (
        hash TEXT PRIMARY KEY, activation TEXT NOT NULL REFERENCES activations, attempt INTEGER NOT NULL,
        operation TEXT NOT NULL, deadline INTEGER, idle INTEGER NOT NULL, state TEXT NOT NULL,
        sends INTEGER NOT NULL DEFAULT 0, sent_at REAL NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
        landing TEXT, UNIQUE (activation, attempt)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE parcels (
        seq INTEGER PRIMARY KEY, operation TEXT NOT NULL REFERENCES operations, hash TEXT NOT NULL,
        sender TEXT NOT NULL, nonce TEXT NOT NULL, raw TEXT NOT NULL, until_block INTEGER,
        UNIQUE (operation, hash)
    )
    """,
    "CREATE INDEX parcels_of ON parcels (operation, seq)",
)


class OutboxError(Exception):
    """An outbox that cannot be used; the message names file, cause and fix."""

    def __init__(self, path: str, cause: str, fix: str) -> None:
        """`cause` and `fix` are clauses without a full stop."""
        super().__init__(f"outbox {path}: {cause}; {fix}")
        self.path = path
        self.cause = cause
        self.fix = fix


_KNOWN = {
    sqlite3.SQLITE_NOTADB: ("this file is not an outbox of stratc", "name another file"),
    sqlite3.SQLITE_CORRUPT: (
        "the file is damaged",
        "look up on the chain what the account has sent before you start with a new file",
    ),
    sqlite3.SQLITE_BUSY: (
        "another process trades with it",
        "stop that process: two of them would send the same orders",
    ),
    sqlite3.SQLITE_FULL: ("the disk is full, so that nothing may be sent", "free some space"),
    sqlite3.SQLITE_READONLY: ("the file or its folder is read-only", "change its permissions"),
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened",
        "check that its folder exists and that you may write there",
    ),
}
_KNOWN[sqlite3.SQLITE_LOCKED] = _KNOWN[sqlite3.SQLITE_BUSY]


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn any error of SQLite inside the block into an OutboxError about `path`."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        cause, fix = _KNOWN.get(
            -1 if code is None else code & 0xFF,
            (f"SQLite says: {error}", "check the disk, or name another file"),
        )
        raise OutboxError(path, cause, fix) from error


def prepare(connection: sqlite3.Connection, path: str, owner: str) -> None:
    """Make the tables in an empty file; hold a full one to who it is for.

    Raises:
        OutboxError: another program's file, another format, another account's.
    """
    connection.execute("BEGIN EXCLUSIVE")
    try:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            _make(connection, owner)
        _hold(connection, path, owner)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _make(connection: sqlite3.Connection, owner: str) -> None:
    for statement in TABLES:
        connection.execute(statement)
    connection.execute("INSERT INTO owner VALUES (?)", (owner,))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _hold(connection: sqlite3.Connection, path: str, owner: str) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise OutboxError(path, "this is the database of another program", "name another file")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        raise OutboxError(
            path, f"its format is {version}, and this stratc knows {VERSION}", "use the stratc that wrote it"
        )
    found = connection.execute("SELECT what FROM owner").fetchone()[0]
    if found != owner:
        raise OutboxError(path, f"it is the outbox of {found}, not of {owner}", "name that one's own file")
