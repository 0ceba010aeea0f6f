"""What a market is to the rest of the runtime: a named, repeatable sequence of ticks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.market.problems import Problem

BLOCK_SECONDS = 12
"""Seconds between blocks where the data does not say which block a tick belongs to."""
GAS_PER_ORDER = 300_000
"""Gas that `gas_cost` takes one order to use."""


class Market(Protocol):
    """A source of ticks; iterating afresh gives the same ticks again."""

    @property
    def name(self) -> str:
        """Preset or file name."""
        ...

    @property
    def length(self) -> int | None:
        """Number of ticks, None when it is not known beforehand."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Warnings worth telling (errors are raised as DataError)."""
        ...

    def describe(self) -> str:
        """One line for people: what this is and what was assumed."""
        ...

    def __iter__(self) -> Iterator[Snapshot]: ...
