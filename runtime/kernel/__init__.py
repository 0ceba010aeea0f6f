"""Native stepping of many ticks: `load(kernel_text, machine, venue)`, then `run(columns)`."""

from __future__ import annotations

from pathlib import Path

from stratc.runtime.engine.machine import Machine
from stratc.runtime.kernel.native import compiled
from stratc.runtime.kernel.run import Kernel
from stratc.runtime.kernel.source import read_source
from stratc.runtime.venues.base import Venue
from stratc.runtime.venues.instant import InstantVenue


def load(text: str, machine: Machine, venue: Venue | None = None, cache: Path | None = None) -> Kernel:
    """A run of the program that `text` (of `compile_kernel`) and `machine` (new, of its plan) are both of.

    Orders go to `venue`, by default to one that fills at once at the tick's price. Object code is kept in `cache`.

    Raises:
        KernelError: a kernel that cannot be trusted, is of another program, or cannot be compiled here.
    """
    source = read_source(text)
    return Kernel(source, compiled(source, cache), machine, venue or InstantVenue())
