"""What a kernel's run came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.engine.messages import Event, Fill, State, TickResult

Ints = NDArray[np.int64]
Reporter = Callable[[Ints, str], list[tuple[TickResult, list[Fill]]]]
"""Makes results and fills of native firings."""
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
    """One block of ticks; ticks are numbered from the run's first.

    What fired natively is kept as numbers, and becomes results and fills when somebody asks for them.
    """

    first: int
    """Number of the block's first tick."""
    report: Reporter
    ticks: int = 0
    done: list[TickResult] = field(default_factory=list)
    """The results of ticks that the machine did and in which something happened, in order."""
    applied: list[tuple[int, Event]] = field(default_factory=list)
    """What the machine applied to the book, with its tick."""
    native: list[tuple[Ints, str]] = field(default_factory=list)
    """Native firings (tick of the block, rule, signed units), with the mode they were in."""
    states: list[tuple[int, State, str]] = field(default_factory=list)
    """State and mode from a tick on, each time they change."""
    stopped: int = 0
    """Ticks that the machine had to do."""

    def _reported(self) -> list[tuple[TickResult, list[Fill]]]:
        return [each for rows, mode in self.native for each in self.report(rows, mode)]

    def decided(self) -> list[TickResult]:
        """The results of the ticks in which something happened, in order."""
        return sorted([*self.done, *(result for result, _ in self._reported())], key=lambda each: each.tick)

    def events(self) -> list[tuple[int, Event]]:
        """What was applied to the book, in order, with its tick."""
        native = [(result.tick, fill) for result, fills in self._reported() for fill in fills]
        return sorted([*self.applied, *native], key=lambda each: each[0])

    def all_ticks(self) -> Iterator[TickResult]:
        """The result of every tick, as the plan gives them."""
        decided = {result.tick: result for result in self.decided()}
        changes = {tick: (state, mode) for tick, state, mode in self.states}
        _, state, mode = self.states[0]
        for tick in range(self.first, self.first + self.ticks):
            state, mode = changes.get(tick, (state, mode))
            yield decided.get(tick) or TickResult(tick, (), (), (), (), state, mode)

    def fills(self) -> NDArray[np.void]:
        """All fills as one structured array (`FILL`): units in LOT (CENT for margin), fee and gas in CENT."""
        found = [(tick, event) for tick, event in self.events() if isinstance(event, Fill)]
        rows = [(tick, int(f.order.split(".")[1]), f.t, f.units, f.price, f.fee, f.gas) for tick, f in found]
        return np.array(rows, dtype=FILL)
