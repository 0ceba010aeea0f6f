"""A program's run through its kernel: native code steps what is quiet, the machine does what happens.

The machine is that of the plan, and does whole ticks, so whatever a firing needs (limits, atomic bodies, deferrals,
margin, liquidity) is the plan's own code. Between two such ticks nothing changes but windows and triggers, which the
kernel keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.view import BOOK_SIGNALS
from stratc.runtime.kernel.columns import Columns, Floats
from stratc.runtime.kernel.firings import reported
from stratc.runtime.kernel.funding import Ints, flows, payments
from stratc.runtime.kernel.native import Native
from stratc.runtime.kernel.result import KernelResult
from stratc.runtime.kernel.source import KernelError, Source
from stratc.runtime.kernel.state import State
from stratc.runtime.kernel.venues import Port, port_of
from stratc.runtime.session import atomic_sets
from stratc.runtime.venues.base import Venue
from stratc.runtime.venues.instant import InstantVenue

_SHORT, _LONG = 64, 4_096
"""Ticks for which funding is worked out at a time, at first and at most."""


class Kernel:
    """One run; `run` may be called with block after block of its ticks."""

    def __init__(self, source: Source, native: Native, machine: Machine, venue: Venue) -> None:
        """`machine` must not have stepped yet.

        Raises:
            KernelError: the machine is of another program, or has begun already.
        """
        if machine.plan.ir_hash != source.ir:
            raise KernelError("the kernel and the plan are of different programs; compile both from the same")
        if machine.ticks >= 0:
            raise KernelError("the machine has stepped already; a kernel starts with a new one")
        self.machine = machine
        self._source, self._native = source, native
        self._state = State(source, machine, at_once=type(venue) is InstantVenue)
        self._port: Port = port_of(venue)
        self._venue = venue

    def run(self, columns: Mapping[str, NDArray[np.generic]]) -> KernelResult:
        """Step a block of ticks: `t`, `block` and the signals, NaN where unavailable.

        Raises:
            KernelError: columns that are missing or of different lengths.
        """
        ticks = Columns(columns)
        first = self.machine.ticks + 1
        report = partial(reported, ticks=ticks, first=first, source=self._source, plan=self.machine.plan)
        result = KernelResult(first, report)
        result.states.append((result.first, self.machine.state(), self.machine.mode))
        every = self._port.every_tick(ticks) or not BOOK_SIGNALS.isdisjoint(ticks.signals)
        pnl = np.full(ticks.length if self._source.losses else 0, np.nan)
        pointers = ticks.pointers(self._source.columns)
        done, self._stretch, self._written = 0, _SHORT, 0
        while done < ticks.length:
            end, paid = self._funded(ticks, done)
            always = every or (paid is None and self._port.pays(self.machine))
            self._state.take(always=always)
            at = self._state.scan(self._native, pointers.ctypes.data, done, end, pnl.ctypes.data)
            self._state.give()
            if at > done:
                self._caught_up(ticks, done, at, pnl, paid, result)
            if len(self._state.firings()):
                result.native.append((self._state.firings().copy(), self.machine.mode))
            if at < end:
                self._step(ticks, at, result)
            self._stretch = _SHORT if at < end else min(2 * self._stretch, _LONG)
            done = at + (at < end)
        result.ticks = ticks.length
        return result

    def _funded(self, ticks: Columns, start: int) -> tuple[int, Ints | None]:
        """Up to which tick the next scan may go, and what is paid for the position at each tick until then.

        None where nothing is paid, or where the machine must look: at a block's first tick, or without a price yet.
        """
        machine = self.machine
        if self._written > start:
            ticks.funded[start : self._written] = 0
        if not self._port.pays(machine) or start == 0:
            return ticks.length, None
        end = min(ticks.length, start + self._stretch)
        paid = payments(ticks, start, end, machine.book.perp)
        if paid is None:
            return ticks.length, None
        np.cumsum(paid, out=ticks.funded[start:end])
        self._written = end
        return end, paid

    def _caught_up(
        self, ticks: Columns, start: int, end: int, pnl: Floats, paid: Ints | None, result: KernelResult
    ) -> None:
        """The machine and the venue after the quiet ticks from `start` to before `end`."""
        machine = self.machine
        machine.ticks += end - start
        last = ticks.last_known(end - 1)
        if end == ticks.length:
            machine.signals = ticks.snapshot(end - 1).signals
        machine.t, machine.block = last.t, last.block
        if paid is not None:
            for at, flow in flows(ticks, start, paid[: end - start]):
                machine.book.apply_flow(flow)
                result.applied.append((result.first + at, flow))
            machine._changed()
        # What the venue pays for the position while nothing happens is paid already.
        self._venue.advance(last, 0 if paid is not None else machine.book.perp)
        for lost in np.flatnonzero(~np.isnan(pnl[start:end])).tolist() if len(pnl) else ():
            t, block = ticks.when(start + lost)
            for loss in machine.gate.losses.values():
                loss.sample(float(pnl[start + lost]), t, block)

    def _step(self, ticks: Columns, at: int, result: KernelResult) -> None:
        """A tick in which something happens, as a session does it."""
        machine, venue = self.machine, self._venue
        snapshot = ticks.snapshot(at)
        events: list[Any] = list(venue.advance(snapshot, machine.book.perp))
        for event in events:
            machine.apply(event)
        found = machine.step(snapshot)
        for legs in atomic_sets(found):
            for fill in venue.submit_set(legs, snapshot):
                machine.apply(fill)
                events.append(fill)
        result.stopped += 1
        result.applied += [(found.tick, event) for event in events]
        if found.outcomes or found.alerts or found.settlements:
            result.done.append(found)
        if result.states[-1][1:] != (found.state, found.mode):
            result.states.append((found.tick, found.state, found.mode))
