"""What can go wrong between us and a node, each with its cause and what to do."""

from __future__ import annotations

_REVERTED = 3
"""The code of a call that the contract undid."""


class ChainError(Exception):
    """Something about the chain or its node is not as it must be."""

    def __init__(self, message: str, fix: str = "") -> None:
        """`fix` may be empty when the message already says it."""
        super().__init__(message)
        self.message = message
        self.fix = fix


class Unreachable(ChainError):
    """The node gave no usable answer: whether it acted on the request is unknown."""


class Overloaded(Unreachable):
    """The node took no request because there are too many (HTTP 429): it did not act."""

    after = 0.0
    """Seconds after which the node says it will take one; 0 when it does not say."""


class Refused(ChainError):
    """The node answered with an error of its own; `data` is what a reverted call returned."""

    def __init__(self, method: str, code: int, reason: str, data: str = "") -> None:
        """`code` is the JSON-RPC code, `data` hex or empty."""
        super().__init__(f"the node refused {method}: {reason} (code {code})")
        self.method = method
        self.code = code
        self.reason = reason
        self.data = data

    @property
    def is_revert(self) -> bool:
        """Whether a contract undid the call, and not the node refused to make it."""
        return self.code == _REVERTED or bool(self.data) or "revert" in self.reason.lower()


class NoReceipt(ChainError):
    """A transaction is not in a block after the time waited: it may still land."""

    def __init__(self, transaction: str, seconds: float) -> None:
        """`transaction` is its hash."""
        super().__init__(
            f"transaction {transaction} has no receipt after {seconds:g} s",
            "it may still land: ask again before sending anything in its place",
        )
        self.transaction = transaction
