"""The calls that put a batch between the guard's begin and finish, as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.runtime.guard import UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGIN = bytes.fromhex("236b99dd")
MARK = bytes.fromhex("b69766c2")
FINISH = bytes.fromhex("10290dd1")
HINTS = bytes.fromhex("17ec7933")


def begin(strategy: str, deadline_block: int = UNLIMITED, deadline_time: int = UNLIMITED) -> bytes:
    """The first call: the program's hash, and the last block and second at which the batch may run."""
    return BEGIN + bytes.fromhex(strategy) + _words(deadline_block, deadline_time)


def mark(slippage: int = UNLIMITED) -> bytes:
    """Between two legs: what the leg before may have slipped, in parts of 10**9."""
    return MARK + _words(slippage)


def finish(slippage: int = UNLIMITED, orders: int = 0, hints: int = 0) -> bytes:
    """The last call: for the last leg as `mark`, how many orders there were, and the guard's own hints."""
    return FINISH + _words(slippage, orders, hints)


def hints() -> bytes:
    """Ask the guard (a call, no transaction) for the hints that `finish` takes."""
    return HINTS


def _words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def around(
    legs: Sequence[tuple[Sequence[tuple[str, bytes]], int]], guard: str, strategy: str, orders: int, hint: int,
    deadline_block: int = UNLIMITED, deadline_time: int = UNLIMITED,
) -> list[tuple[str, bytes]]:  # fmt: skip
    """A whole batch: each leg is its calls and its slippage; the guard's calls stand before, between and after."""
    batch = [(guard, begin(strategy, deadline_block, deadline_time))]
    for place, (calls, slippage) in enumerate(legs):
        last = place == len(legs) - 1
        batch += [*calls, (guard, finish(slippage, orders, hint) if last else mark(slippage))]
    return batch if legs else [*batch, (guard, finish(UNLIMITED, orders, hint))]
