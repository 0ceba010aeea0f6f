"""How a command ends when something is wrong: a message, a fix, an exit code."""

from __future__ import annotations

PROGRAM, USAGE, WORLD = 1, 2, 3
"""Exit codes: the program is at fault, the command was, or the world (network, disk, data)."""


class Failure(Exception):
    """Ends a command with `code`; the message says what happened, the fix what to do."""

    def __init__(self, code: int, message: str, fix: str = "") -> None:
        """`fix` may be empty when the message already says it."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix
