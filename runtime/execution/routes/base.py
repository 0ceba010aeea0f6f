"""What every route is: it packs an operation, hands it over, and says whether it still has it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from stratc.runtime.chain.errors import ChainError, Refused
from stratc.runtime.execution.gas import GasLimits
from stratc.runtime.execution.parcel import TAKEN, Answer, Parcel
from stratc.runtime.execution.userop.operation import UserOperation


class Route(Protocol):
    """One way to a block."""

    @property
    def patience(self) -> float:
        """Seconds after which something that was taken and has not landed is looked into."""

    @property
    def carrier(self) -> bytes:
        """Who calls the EntryPoint, as far as is known: 20 bytes."""

    @property
    def pays(self) -> str:
        """The address whose nonces its transactions use; empty where a bundler makes them."""

    def limits(self, operation: UserOperation) -> GasLimits:
        """How much gas the operation, signed by nobody, may use.

        Raises:
            ChainError: it cannot be known, or the batch would be reverted.
        """

    def pack(
        self, operation: UserOperation, hash_: str, own: Collection[int], others: Collection[int]
    ) -> Parcel:
        """What is to be handed over. `own` are nonces of the paying key that were used for the same activation,
        which are used again while they are free; `others` are taken.

        Raises:
            ChainError: the key's nonce cannot be known.
        """

    def again(self, parcel: Parcel) -> bool:
        """Whether the same bytes can be handed over once more and land.

        Raises:
            ChainError: that cannot be known.
        """

    def send(self, operation: UserOperation, parcel: Parcel, deadline: int | None) -> Answer:
        """Hand it over; never raises, for what went wrong may have gone well."""

    def holds(self, parcel: Parcel) -> bool | None:
        """Whether it is on its way there; None when that cannot be known yet.

        Raises:
            ChainError: the route does not say.
        """


_ALREADY = ("already known", "already imported", "already exists", "already in", "known transaction")
_USED = ("nonce too low", "aa25", "invalid account nonce", "nonce has already")
_OUTBID = ("bump the gas price", "underpriced")
_HALFWAY = ("timeout", "timed out", "internal error", "deadline exceeded")
_INTERNAL = -32603


def answer_to(error: ChainError) -> Answer:
    """What an error says about a parcel: a refusal only where it can have left no trace."""
    if not isinstance(error, Refused):
        return Answer("unclear", str(error))
    said = error.reason.lower()
    if any(words in said for words in _ALREADY):
        return TAKEN
    if any(words in said for words in _OUTBID):
        return Answer("refused", str(error))
    if error.code == _INTERNAL or any(words in said for words in (*_USED, *_HALFWAY)):
        return Answer("unclear", str(error))
    return Answer("refused", str(error))


def answer_with(told: object, wanted: str) -> Answer:
    """The answer of a route that returns a hash: taken only when it is the one that was sent."""
    if isinstance(told, str) and told.lower() == wanted:
        return TAKEN
    return Answer("unclear", "the answer was not the hash of what was sent")
