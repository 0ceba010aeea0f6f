"""Why a local chain cannot be had, and what to do."""

from __future__ import annotations


class DevnetError(Exception):
    """The local chain cannot be fetched, started or filled."""

    def __init__(self, message: str, fix: str = "") -> None:
        """`fix` may be empty when the message already says it."""
        super().__init__(message)
        self.message = message
        self.fix = fix
