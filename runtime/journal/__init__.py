"""What happened, durably: every input of a run and every decision, in one SQLite file."""

from stratc.runtime.journal.errors import JournalError
from stratc.runtime.journal.journal import Journal
from stratc.runtime.journal.recording import Event, Recording, RunInfo
from stratc.runtime.journal.writer import RunWriter

__all__ = ["Event", "Journal", "JournalError", "Recording", "RunInfo", "RunWriter"]
