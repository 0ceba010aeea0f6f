"""The one error of a journal: which file, what is wrong with it, what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


class JournalError(Exception):
    """A journal that cannot be opened, read or written; the message names file, cause and fix."""

    def __init__(self, path: str, cause: str, fix: str) -> None:
        """`cause` and `fix` are clauses without a full stop."""
        super().__init__(f"journal {path}: {cause}; {fix}")
        self.path = path
        self.cause = cause
        self.fix = fix


_KNOWN = {
    sqlite3.SQLITE_NOTADB: ("this file is not a journal of stratc", "name another file"),
    sqlite3.SQLITE_CORRUPT: (
        "the file is damaged",
        "save what is left with `sqlite3 FILE .recover`, and journal to another file",
    ),
    sqlite3.SQLITE_BUSY: (
        "another process has kept it locked",
        "wait for that process to end, or journal to another file",
    ),
    sqlite3.SQLITE_FULL: (
        "the disk is full; everything up to the last second is kept",
        "free some space and start again",
    ),
    sqlite3.SQLITE_READONLY: (
        "the file or its folder is read-only",
        "change its permissions, or name a file in another folder",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened",
        "check that the file and its folder exist, and that you may write there",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk does not read or write",
        "check the disk; network drives do not suit a journal",
    ),
}
_KNOWN[sqlite3.SQLITE_LOCKED] = _KNOWN[sqlite3.SQLITE_BUSY]
_KNOWN[sqlite3.SQLITE_PERM] = _KNOWN[sqlite3.SQLITE_READONLY]


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn any error of SQLite inside the block into a JournalError about `path`."""
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the primary code; extended codes only say where in SQLite it arose.
        code = getattr(error, "sqlite_errorcode", None)
        cause, fix = _KNOWN.get(
            -1 if code is None else code & 0xFF, (f"SQLite says: {error}", "journal to another file")
        )
        raise JournalError(path, cause, fix) from error
