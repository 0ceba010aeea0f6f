"""What leaves, to the byte, and what came of handing it over: shared by routes and the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to hand over. Written down before it is, so that the same can be handed over again."""

    hash: str
    """The transaction's hash, or the operation's where a bundler makes the transaction."""
    sender: str = ""
    """The key that pays for the transaction; empty where a bundler does."""
    nonce: int = -1
    """That key's nonce."""
    raw: str = ""
    """The signed transaction, in hexadecimal."""
    until: int | None = None
    """The last block it can land in, where the route forgets it after that."""


class Answer(NamedTuple):
    """What a route made of a parcel."""

    kind: Literal["taken", "unclear", "refused"]
    """`unclear`: it may have been taken all the same."""
    reason: str = ""


TAKEN = Answer("taken")
