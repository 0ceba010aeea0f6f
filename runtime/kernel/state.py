"""The state a kernel steps, and how it goes into a machine and comes out of it again."""

from __future__ import annotations

from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.engine.machine import Machine
from stratc.runtime.engine.messages import LOT, Contract
from stratc.runtime.kernel.native import Native
from stratc.runtime.kernel.source import Source

HEAD, STRIDE, RING = 16, 4, 131_072
MOST_FIRED = 65_536
"""As many as the compiler lets a scan write down."""
ROOM = 1.000001
SKETCH_ERROR = 1e-6
"""Of delta, for one contract; the compiler states it with the formula."""
Ints = NDArray[np.int64]
_EXACT = 2**53
"""Integers up to here are doubles as they are."""
_TRUTH = {None: -1.0, False: 0.0, True: 1.0}
_FLAGS = {-1.0: None, 0.0: False, 1.0: True}
_PER_RULE = ("param_", "due_", "fired_", "barred_", "assumed_")


class Told:
    """Stands in a machine for a window that the kernel keeps: its value at this tick."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        """No value yet."""
        self.value: float | None = None

    def push(self, at: float, x: float, t: float) -> float | None:
        """The value after the sample that the kernel has taken already."""
        return self.value


class State:
    """One run's state: the places that the kernel's source names, its windows, and the options held."""

    def __init__(self, source: Source, machine: Machine, *, at_once: bool) -> None:
        """Take over the windows of a machine that has not stepped yet; `at_once`: all orders fill at spot, free."""
        self._machine, self._at_once = machine, at_once
        self._fired = np.zeros((MOST_FIRED if source.native else 1, 3), dtype=np.int64)
        """Firings of the last scan: tick of the block, rule, signed units."""
        self.cooled = [index for index in source.native if f"fired_{index}" in source.state]
        self._at = {name: place for place, name in enumerate(source.state)}
        self._hears = source.hears
        self._places = np.zeros(len(source.state) or 1)
        self._ints = self._places.view(np.int64)
        self._windows = [_ring() for _ in range(source.windows)]
        self._pointers = np.array([ring.ctypes.data for ring in self._windows] or [0], dtype=np.int64)
        self.told = [Told() for _ in self._windows]
        for index, told in enumerate(self.told):
            setattr(machine, f"window_{index}", told)
        self._held: dict[Contract, int] = {}
        self._options = np.zeros((0, 4))
        self._arguments = self._addresses()
        self._triggers = [
            (place, name, name.partition("_")[0])
            for name, place in self._at.items()
            if name.partition("_")[0] in ("last", "armed", "pending", "since")
        ]
        self._rest = [
            (name, *name.split("_", 1))
            for name in self._at
            if name.startswith(("param_", "due_", "fired_", "barred_", "assumed_"))
        ]

    def _addresses(self) -> tuple[int, ...]:
        return tuple(a.ctypes.data for a in (self._places, self._pointers, self._options, self._fired))

    def scan(self, native: Native, columns: int, start: int, end: int, pnl: int) -> int:
        """Call the kernel on columns and a place for profit and loss (addresses); the tick it stopped at."""
        places, windows, options, fired = self._arguments
        return native.scan(columns, start, end, places, windows, options, pnl, fired)

    # --- into the kernel ------------------------------------------------------------------------------------

    def take(self, *, always: bool) -> None:
        """Everything that the machine's tick may have changed; `always`: the kernel stops at the next tick."""
        machine, places, at = self._machine, self._places, self._at
        self._amounts()
        places[at["wake"]] = -inf if always else self._wake()
        if "missing" in at:
            self._ints[at["missing"]] = machine.was_missing
        for name, value in (("start", machine.start), ("peak", machine.peak)):
            if name in at:
                places[at[name]] = nan if value is None else value
        for place, name, kind in self._triggers:
            value = getattr(machine, name)
            places[place] = (nan if value is None else value) if kind == "since" else _TRUTH[value]
        for name, kind, which in self._rest:
            self._rule(at[name], kind, which)

    def _amounts(self) -> None:
        book, at, ints = self._machine.book, self._at, self._ints
        self.exact = True
        for name, units in (
            ("linear", book.spot + book.perp),
            ("perp", book.perp),
            ("cash", book.cash),
            ("money", book.money),
            ("deposits", book.deposits),
        ):
            if name in at:
                self.exact = self.exact and abs(units) < _EXACT
                ints[at[name]] = units if self.exact else 0
        if book.options != self._held:
            self._held = dict(book.options)
            rows = [
                (1.0 if c.right == "call" else 0.0, c.strike, c.expiry, self._held[c] / LOT)
                for c in sorted(self._held)
            ]
            self._options = np.array(rows).reshape(-1, 4)
            self._arguments = self._addresses()
        if "options" in at:
            ints[at["options"]] = len(self._options)
        if "at_once" in at:
            ints[at["count"]] = 0
            ints[at["active"]] = self._machine.state() == "active"
            ints[at["at_once"]] = self._at_once
        if "doubt" in at:
            self._nearly(book.spot + book.perp)

    def _nearly(self, linear: int) -> None:
        """How far the sketch of delta may be from what the engine computes: its own error, and rounding."""
        contracts = float(np.abs(self._options[:, 3]).sum())
        self._places[self._at["linear_near"]] = linear / LOT
        self._places[self._at["doubt"]] = SKETCH_ERROR * contracts * ROOM

    def _wake(self) -> float:
        """The time from which on Python has to look at each tick, or at one."""
        machine = self._machine
        if "fill" not in self._hears:
            machine.filled = machine.new_fill = False
        if "expiry" not in self._hears:
            machine.expired = False
        at_once = (
            machine.ticks < 0
            or machine.in_flight
            or machine.held
            or machine.next_mode is not None
            or machine.filled
            or machine.new_fill
            or machine.expired
            or machine.book.ranges
            or machine.book.unpriced
            or not self.exact
        )
        if at_once:
            return -inf
        ends, expiry = machine.latches.ends, machine._next_expiry
        return min(inf if ends is None else ends, inf if expiry is None else expiry)

    def _rule(self, place: int, kind: str, which: str) -> None:
        machine = self._machine
        if kind == "param":
            self._places[place] = getattr(machine, f"p_{which}")
        elif kind == "due":
            self._places[place] = getattr(machine, f"due_{which}")
        elif kind == "fired":
            self._places[place] = machine.last_fired.get(int(which), -inf)
        elif kind == "barred":
            self._ints[place] = self._barred(int(which))
        else:
            key = ("reduce only", f"assumption failed: {machine.plan.assumptions[int(which)].text}")
            self._ints[place] = machine.latches.lasting(*key)

    def _barred(self, index: int) -> bool:
        """Whether the rule cannot fire, whatever its trigger: as `Machine.ready`, but for the cooldown."""
        machine, rule = self._machine, self._machine.plan.rules[index - 1]
        if rule.mode is not None and rule.mode != machine.mode:
            return True
        return (
            index in machine.fired_once
            or index in machine.held
            or bool(rule.level and machine.busy.get(index))
        )

    # --- out of the kernel ----------------------------------------------------------------------------------

    def give(self) -> None:
        """What quiet ticks have changed, into the machine, and what the windows say now."""
        machine, places, at = self._machine, self._places, self._at
        for place, name, kind in self._triggers:
            value = float(places[place])
            setattr(machine, name, _since(value) if kind == "since" else _FLAGS[value])
        if "peak" in at:
            start, peak = float(places[at["start"]]), float(places[at["peak"]])
            machine.start = None if start != start else start
            machine.peak = None if peak != peak else peak
        if "at_once" in at and self._ints[at["count"]]:
            self._book()
        for index, told in enumerate(self.told):
            known = places[at[f"window_known_{index}"]]
            told.value = float(places[at[f"window_{index}"]]) if known else None

    def firings(self) -> Ints:
        """The firings of the last scan."""
        return self._fired[: int(self._ints[self._at["count"]]) if "at_once" in self._at else 0]

    def _book(self) -> None:
        """The book after what fired natively."""
        machine, at, ints = self._machine, self._at, self._ints
        book = machine.book
        book.perp = int(ints[at["perp"]])
        book.spot = int(ints[at["linear"]]) - book.perp
        book.linear_money += int(ints[at["money"]]) - book.money
        for index in self.cooled:
            last = float(self._places[at[f"fired_{index}"]])
            if last > -inf:
                machine.last_fired[index] = last
        machine._changed()


def _since(value: float) -> float | None:
    return None if value != value else value


def _ring() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A window's memory: nothing seen."""
    ring = np.zeros(HEAD + STRIDE * RING)
    ring[2] = nan
    ring[3] = -1.0
    return ring
