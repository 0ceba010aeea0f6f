"""The journal's tables, by version. A new version is a new entry in MIGRATIONS; old entries never change."""

from __future__ import annotations

import sqlite3

from stratc.runtime.journal.errors import JournalError

APPLICATION_ID = 0x53747263
"""Marks the file as ours in SQLite's header ("Strc")."""

_VERSION_1 = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        program TEXT NOT NULL,
        ir_hash TEXT NOT NULL,
        engine TEXT NOT NULL,
        market TEXT NOT NULL,
        seed INTEGER,
        compiler TEXT NOT NULL,
        params TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'interrupted')),
        started_t REAL,
        last_t REAL,
        ticks INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX runs_by_program ON runs (ir_hash, id)",
    """
    CREATE TABLE events (
        run INTEGER NOT NULL REFERENCES runs, seq INTEGER NOT NULL, tick INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('snapshot', 'fill', 'cashflow')), data TEXT NOT NULL,
        PRIMARY KEY (run, seq)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE decisions (
        run INTEGER NOT NULL REFERENCES runs, tick INTEGER NOT NULL, seq INTEGER NOT NULL,
        rule INTEGER NOT NULL, verdict TEXT NOT NULL, outcome TEXT NOT NULL,
        PRIMARY KEY (run, tick, seq)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE orders (
        run INTEGER NOT NULL REFERENCES runs, tick INTEGER NOT NULL, seq INTEGER NOT NULL,
        id TEXT NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (run, tick, seq)
    ) WITHOUT ROWID
    """,
)

_VERSION_2 = (
    """
    CREATE TABLE all_events (
        run INTEGER NOT NULL REFERENCES runs, seq INTEGER NOT NULL, tick INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('snapshot', 'fill', 'cashflow', 'transfer')), data TEXT NOT NULL,
        PRIMARY KEY (run, seq)
    ) WITHOUT ROWID
    """,
    "INSERT INTO all_events SELECT * FROM events",
    "DROP TABLE events",
    "ALTER TABLE all_events RENAME TO events",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_VERSION_1, _VERSION_2)
"""Statements that lead from version i to i + 1; an empty file is version 0."""


def prepare(connection: sqlite3.Connection, path: str, *, writable: bool) -> None:
    """Check that the file is a journal we understand, and bring it up to date if it may be written.

    Raises JournalError for another program's database, a newer journal, or an older one that is read only.
    """
    version = _version(connection, path)
    if version == len(MIGRATIONS):
        return
    if not writable:
        cause = (
            "it is empty" if version == 0 else f"its format is {version}, this stratc reads {len(MIGRATIONS)}"
        )
        raise JournalError(path, cause, "write a run into it first: `stratc run … --journal FILE`")
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while we waited for the lock.
        for statements in MIGRATIONS[_version(connection, path) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _version(connection: sqlite3.Connection, path: str) -> int:
    """The version of the file; 0 when it is empty."""
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if owner != APPLICATION_ID and not empty:
        raise JournalError(path, "this is the database of another program", "name another file")
    if version > len(MIGRATIONS):
        raise JournalError(
            path,
            f"its format is {version}, and this stratc knows formats up to {len(MIGRATIONS)}",
            "use the stratc that wrote it, or a newer one",
        )
    return version
