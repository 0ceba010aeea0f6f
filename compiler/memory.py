"""How much memory a program can need, known before it runs: every window and every count is bounded."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from stratc.compiler.ir import nodes as ir

CAPACITY = 65_536
"""The most samples a window keeps besides the newest: those that fall into the same D/65,536 are merged."""

SAMPLE_BYTES = 16
"""A sample is a time and a value, a float64 each."""


class Bound(NamedTuple):
    """The most samples that something keeps; `what` names it for people."""

    what: str
    samples: int

    @property
    def bytes(self) -> int:
        """The memory of the samples."""
        return self.samples * SAMPLE_BYTES


class MemoryBound(NamedTuple):
    """Everything that grows while the program runs, each with its bound."""

    windows: tuple[Bound, ...]
    flows: tuple[Bound, ...]

    @property
    def bytes(self) -> int:
        """The most memory for all samples together."""
        return sum(bound.bytes for bound in (*self.windows, *self.flows))


def memory_bound(program: ir.Program, resolution: float = 0.0) -> MemoryBound:
    """The bound of a program; `resolution` is the least time between two ticks (s, 0 if not known)."""
    windows = (
        Bound(f"{window.function} in line {window.where.line}", samples(window.duration, resolution))
        for window in program.windows
    )
    flows = (
        Bound(f"limit {limit.name}", _flow(limit, resolution)) for limit in program.limits if limit.window
    )
    return MemoryBound(tuple(windows), tuple(flows))


def samples(length: ir.Duration, resolution: float = 0.0) -> int:
    """The most samples of a window: one a block or one a `resolution`, never more than CAPACITY, and one."""
    step = 1.0 if length.clock == "block" else resolution
    fitting = ceil(length.amount / step) if step > 0.0 else CAPACITY
    return min(fitting, CAPACITY) + 1


def _flow(limit: ir.Limit, resolution: float) -> int:
    """A calendar period keeps a running total; a rolling one what happened in it, orders at most as many as
    are allowed."""
    if limit.window is None or limit.window.rolling is None:
        return 1
    if limit.measure == "orders" and isinstance(limit.bound, ir.Const):
        return min(int(limit.bound.value), CAPACITY) + 1
    return samples(limit.window.rolling, resolution)
