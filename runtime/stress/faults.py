"""Operational faults: what goes wrong around a program, when, and how badly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.market.paths import HOUR
from stratc.runtime.market.table import Table

Kind = Literal[
    "none", "oracle frozen", "oracle wrong", "oracle down", "sequencer down", "gas spike", "relay drops",
    "venue halted", "depth gone", "latency spike", "reorg", "adversary",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; `start` (epoch seconds) is set for each path."""

    kind: Kind
    hours: float
    size: float = 0.0
    """What it means depends on the kind: `told` says it."""
    told: str = ""
    start: float = 0.0

    def on(self, t: float) -> bool:
        """Whether it is the matter at a time."""
        return self.start <= t < self.start + self.hours * HOUR

    @property
    def end(self) -> float:
        """Epoch seconds."""
        return self.start + self.hours * HOUR


FAULTS = (
    Fault("none", 0.0, told="nothing goes wrong"),
    Fault("oracle frozen", 2.0, told="the oracle repeats its last price"),
    Fault("oracle wrong", 1.0, 0.10, "the oracle shows a price 10% too high"),
    Fault("oracle down", 2.0, told="the oracle gives nothing"),
    Fault("sequencer down", 2.0, told="no transaction is included, and the oracle stands still"),
    Fault("gas spike", 6.0, 50.0, "gas costs 50 times as much"),
    Fault("relay drops", 6.0, 0.8, "4 of 5 operations never arrive"),
    Fault("venue halted", 2.0, told="venues refuse every order"),
    Fault("depth gone", 6.0, 0.02, "2% of the usual depth is left"),
    Fault("latency spike", 6.0, 300.0, "orders take 5 minutes longer"),
    Fault("reorg", 2.0, 12.0, "each operation is undone 12 blocks later, and half of them are lost"),
    Fault("adversary", 1e9, told="public orders are sandwiched, the liquidator comes before the top-up"),
)
"""What a stress test tries, one at a time; each starts with the worst hour of the path."""


def placed(fault: Fault, table: Table) -> Fault:
    """The fault at the worst time: from the start of the hour with the largest move of the path."""
    if fault.kind in ("none", "adversary"):
        return replace(fault, start=float(table.t[0]))
    spot, t = table.columns["spot"], table.t
    ahead = np.searchsorted(t, t + HOUR, "right") - 1
    moves = np.abs(np.log(spot[ahead] / spot))
    return replace(fault, start=float(t[int(np.argmax(moves))]))


class Eyes:
    """What the program sees of the world while a fault lasts."""

    def __init__(self, fault: Fault) -> None:
        """`fault` is placed already."""
        self._fault = fault
        self._last: Snapshot | None = None

    def true(self, snapshot: Snapshot) -> Snapshot:
        """The world as it is: gas does cost more."""
        fault = self._fault
        if fault.kind != "gas spike" or not fault.on(snapshot.t):
            return snapshot
        gas = {
            name: value * fault.size
            for name in ("gas_price", "gas_cost")
            if (value := snapshot.signals.get(name)) is not None
        }
        return Snapshot(snapshot.t, snapshot.block, {**snapshot.signals, **gas})

    def seen(self, snapshot: Snapshot) -> Snapshot:
        """The world as the oracle tells it."""
        fault = self._fault
        if not fault.on(snapshot.t):
            self._last = snapshot
            return snapshot
        told = dict(snapshot.signals)
        if fault.kind in ("oracle frozen", "sequencer down") and self._last is not None:
            told |= {name: self._last.signals.get(name) for name in ("spot", "mark")}
        elif fault.kind == "oracle down":
            told |= {"spot": None, "mark": None}
        elif fault.kind == "oracle wrong":
            told |= {n: told[n] * (1.0 + fault.size) for n in ("spot", "mark") if told[n] is not None}  # type: ignore[operator]  # not None
        else:
            return snapshot
        return Snapshot(snapshot.t, snapshot.block, told)
