"""What is wrong with a user operation."""

from __future__ import annotations


class OperationError(ValueError):
    """A user operation that cannot be encoded; the message gives field, number and fix."""
