"""What a kernel's run came to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.engine.messages import Event, Fill, State, TickResult

FILL = np.dtype(
    [
        ("tick", np.int64),
        ("rule", np.int64),
        ("t", np.float64),
        ("units", np.int64),
        ("price", np.float64),
        ("fee", np.int64),
        ("gas", np.int64),
    ]
)


@dataclass(slots=True)
class KernelResult:
    """One block of ticks, or several one after the other; ticks are numbered from the run's first."""

    first: int
    """Number of the block's first tick."""
    ticks: int = 0
    decided: list[TickResult] = field(default_factory=list)
    """The results of ticks at which something happened, in order."""
    events: list[tuple[int, Event]] = field(default_factory=list)
    """What was applied to the book, with its tick."""
    states: list[tuple[int, State, str]] = field(default_factory=list)
    """State and mode from a tick on, each time they change."""
    stopped: int = 0
    """Ticks that the machine had to do."""

    def all_ticks(self) -> Iterator[TickResult]:
        """The result of every tick, as the plan gives them."""
        decided = {result.tick: result for result in self.decided}
        changes = {tick: (state, mode) for tick, state, mode in self.states}
        _, state, mode = self.states[0]
        for tick in range(self.first, self.first + self.ticks):
            state, mode = changes.get(tick, (state, mode))
            yield decided.get(tick) or TickResult(tick, (), (), (), (), state, mode)

    def fills(self) -> NDArray[np.void]:
        """All fills as one structured array (`FILL`): units in LOT (CENT for margin), fee and gas in CENT."""
        found = [(tick, event) for tick, event in self.events if isinstance(event, Fill)]
        rows = [(tick, int(f.order.split(".")[1]), f.t, f.units, f.price, f.fee, f.gas) for tick, f in found]
        return np.array(rows, dtype=FILL)
