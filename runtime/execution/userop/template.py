"""A batch whose shape is known: encoded once, its numbers filled in by joining bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from stratc.runtime.execution.userop.abi import WORD, Call, word
from stratc.runtime.execution.userop.accounts.base import Account
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.keccak import keccak256


class Hole(NamedTuple):
    """A 32-byte word to be filled in."""

    name: str
    call: int
    """Which call of the batch, from 0."""
    at: int | None
    """The word's first byte in that call's data; None: the wei sent along."""
    signed: bool = False


class BatchTemplate:
    """The call data of one account's batch with holes in it.

    Works for every kind of account: a hole is wherever the account's own encoding puts a mark, be it aligned
    to words or not, once or several times.
    """

    __slots__ = ("_bounds", "_names", "_order", "_parts")

    def __init__(self, account: Account, calls: Sequence[Call], holes: Sequence[Hole]) -> None:
        """Encode the calls once.

        Raises:
            OperationError: a hole lies outside its call, or over another one.
        """
        _within(calls, holes)
        marks = [keccak256(b"hole %d" % index) for index in range(len(holes))]
        data = account.batch(_marked(calls, holes, marks))
        self._parts, self._order = _cut(data, holes, marks)
        self._names = tuple(hole.name for hole in holes)
        self._bounds = tuple(hole.signed for hole in holes)

    def fill(self, values: Sequence[int]) -> bytes:
        """The call data with the values in the holes, in the order the holes were given.

        Raises:
            OperationError: another number of values, or one that does not fit 256 bits.
        """
        if len(values) != len(self._names):
            raise OperationError(
                f"{len(values)} values for the holes {', '.join(self._names)}; give one each"
            )
        pieces = self._parts.copy()
        try:
            words = [v.to_bytes(WORD, "big", signed=s) for v, s in zip(values, self._bounds, strict=True)]
        except OverflowError:
            raise self._too_wide(values) from None
        for place, hole in self._order:
            pieces[place] = words[hole]
        return b"".join(pieces)

    def _too_wide(self, values: Sequence[int]) -> OperationError:
        for name, value, signed in zip(self._names, values, self._bounds, strict=True):
            low, high = (-(1 << 255), 1 << 255) if signed else (0, 1 << 256)
            if not low <= value < high:
                kind = "-2^255 .. 2^255 - 1" if signed else "0 .. 2^256 - 1"
                return OperationError(f"{name} is {value}; it must lie in {kind}")
        raise AssertionError("every value fits")


def _within(calls: Sequence[Call], holes: Sequence[Hole]) -> None:
    for hole in holes:
        if not 0 <= hole.call < len(calls):
            raise OperationError(f"hole {hole.name} is in call {hole.call}, and the batch has {len(calls)}")
        size = len(calls[hole.call].data)
        if hole.at is not None and not 0 <= hole.at <= size - WORD:
            raise OperationError(
                f"hole {hole.name} starts at byte {hole.at} of a call of {size} bytes; 32 must follow"
            )


def _marked(calls: Sequence[Call], holes: Sequence[Hole], marks: Sequence[bytes]) -> list[Call]:
    marked = list(calls)
    for hole, mark in zip(holes, marks, strict=True):
        call = marked[hole.call]
        if hole.at is None:
            marked[hole.call] = call._replace(value=int.from_bytes(mark, "big"))
        else:
            data = call.data[: hole.at] + mark + call.data[hole.at + WORD :]
            marked[hole.call] = call._replace(data=data)
    return marked


def _cut(
    data: bytes, holes: Sequence[Hole], marks: Sequence[bytes]
) -> tuple[list[bytes], tuple[tuple[int, int], ...]]:
    """The pieces between the holes with a gap for each, and which hole is in which gap."""
    found = sorted((at, index) for index, mark in enumerate(marks) for at in _places(data, mark))
    missing = set(range(len(holes))) - {index for _, index in found}
    if missing:
        names = ", ".join(holes[index].name for index in sorted(missing))
        raise OperationError(f"hole {names} lies over another hole; give each word one hole")
    pieces, order, end = [], [], 0
    for at, index in found:
        pieces += [data[end:at], word(0)]
        order.append((len(pieces) - 1, index))
        end = at + WORD
    return [*pieces, data[end:]], tuple(order)


def _places(data: bytes, mark: bytes) -> list[int]:
    places, at = [], data.find(mark)
    while at >= 0:
        places.append(at)
        at = data.find(mark, at + WORD)
    return places
