"""A journal file: the runs in it, a new run to write, an old one to read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from stratc.runtime.journal.errors import JournalError, explained
from stratc.runtime.journal.recording import COLUMNS, Recording, RunInfo, run_info
from stratc.runtime.journal.schema import prepare
from stratc.runtime.journal.writer import RunWriter

_NEXT = 2**62
"""Above every run's number."""


class Journal:
    """An open journal. Any number of processes may read while others write; use as a context manager."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        """Use `Journal.open`."""
        self._connection = connection
        self.path = path

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True, wait: float = 5.0) -> Journal:
        """Open the journal at `path`, making it if it is missing; `create=False` only reads an existing one.

        Waits at most `wait` seconds for other processes. Raises JournalError with cause and fix.
        """
        name = str(path)
        if not create and not Path(path).is_file():
            raise JournalError(
                name, "there is no such file", "give the file of a `stratc run … --journal FILE`"
            )
        mode = "rwc" if create else "ro"
        with explained(name):
            connection = sqlite3.connect(
                f"file:{quote(name)}?mode={mode}",
                uri=True,
                timeout=wait,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                prepare(connection, name, writable=create)
                if create:
                    connection.execute("PRAGMA journal_mode = WAL")
                    # Survives a killed process; a power cut may lose the last second, never the file.
                    connection.execute("PRAGMA synchronous = NORMAL")
            except BaseException:
                connection.close()
                raise
        return cls(connection, name)

    def begin(
        self,
        *,
        name: str,
        program: str,
        ir_hash: str,
        engine: str,
        market: str,
        seed: int | None,
        compiler: str,
        params: Mapping[str, object] | None = None,
    ) -> RunWriter:
        """Start a run and return the observer that records it.

        `program` is its whole text, `market` one line about the market, `compiler` the version of stratc;
        `params` takes what JSON can say, anything else is kept as text. Raises JournalError.
        """
        values = (name, program, ir_hash, engine, market, seed, compiler)
        insert = (
            "INSERT INTO runs (name, program, ir_hash, engine, market, seed, compiler, params, status)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running')"
        )
        with explained(self.path):
            run = self._connection.execute(
                insert, (*values, json.dumps(dict(params or {}), default=str))
            ).lastrowid
        assert run is not None
        return RunWriter(self._connection, self.path, run)

    def runs(self) -> list[RunInfo]:
        """Every run, the oldest first."""
        with explained(self.path):
            return [
                run_info(row) for row in self._connection.execute(f"SELECT {COLUMNS} FROM runs ORDER BY id")
            ]

    def read(self, run: int | None = None) -> Recording:
        """One run's recording; the last run's when `run` is None. Raises JournalError if there is none."""
        known = self.runs()
        found = known[-1:] if run is None else [info for info in known if info.id == run]
        if not found:
            cause = "it holds no runs" if run is None else f"it holds no run {run}"
            there = (
                f"name one of {', '.join(str(info.id) for info in known)}" if known else "record one first"
            )
            raise JournalError(self.path, cause, there)
        return Recording(self._connection, self.path, found[0])

    def fired_once(self, ir_hash: str, engine: str = "plan", before: int | None = None) -> set[int]:
        """The rules (numbers from 1) of this program that have fired on an engine since it last ran to its end.

        With `before`, as it was when that run began.

        A firing counts whatever became of it, as in the engine. A run that was interrupted or killed goes
        on when it is started again, so its `once` rules stay spent; after a run that finished, the next
        is a new one. Of these, an engine must be given only `once` rules and those `on start`.
        """
        query = (
            "SELECT DISTINCT rule FROM decisions JOIN runs ON runs.id = decisions.run"
            " WHERE ir_hash = ?1 AND engine = ?3 AND run < ?2 AND run > (SELECT coalesce(max(id), 0) FROM runs"
            " WHERE ir_hash = ?1 AND engine = ?3 AND id < ?2 AND status = 'finished')"
        )
        with explained(self.path):
            return {
                rule
                for (rule,) in self._connection.execute(
                    query, (ir_hash, _NEXT if before is None else before, engine)
                )
            }

    def close(self) -> None:
        """Close the file; finish a run's writer before."""
        self._connection.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
