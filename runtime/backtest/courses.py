"""The book at every tick, from what happened to it: between two events it is still, and is valued all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.engine.book import Book
from stratc.runtime.engine.instruments import YEAR
from stratc.runtime.engine.messages import CENT, LOT, CashFlow, Event, Fill, Order, TickResult, Transfer
from stratc.runtime.engine.opening import opening_book
from stratc.runtime.market.table import Table
from stratc.runtime.plan import Plan
from stratc.runtime.pricing import vector

Floats = NDArray[np.float64]


class NotValued(ValueError):
    """A book that only the plan's engine values: it holds liquidity."""


@dataclass(slots=True)
class Courses:
    """Arrays of one value a tick, after its decisions and fills; not a number where unavailable."""

    equity: Floats
    deposits: Floats
    """Quote put in from outside so far."""
    delta: Floats
    gamma: Floats
    vega: Floats
    theta: Floats
    """Quote a second."""
    start: float
    """Equity before the first decision that had one."""
    book: Book
    """At the end."""


class _Valued:
    def __init__(self, plan: Plan, table: Table) -> None:
        self.table = table
        self.spot, self.iv = table.columns["spot"], table.columns["iv"]
        self.book = opening_book(plan)
        empty = [np.full(len(table.t), np.nan) for _ in range(6)]
        self.courses = Courses(empty[0], empty[1], empty[2], empty[3], empty[4], empty[5], np.nan, self.book)

    def stretch(self, first: int, end: int) -> None:
        """The ticks from `first` to before `end`, on the book as it is now."""
        if end <= first:
            return
        book, at, found = self.book, slice(first, end), self.courses
        if book.ranges:
            raise NotValued("liquidity is valued by the plan alone")
        spot = self.spot[at]
        value, delta, gamma, vega, theta = self._options(at)
        held = (book.spot + book.perp - book.unpriced) / LOT
        linear = held * spot if held else np.zeros(len(spot))
        found.equity[at] = book.money / CENT + linear + value
        found.deposits[at] = book.deposits / CENT
        found.delta[at] = (book.spot + book.perp) / LOT + delta
        found.gamma[at], found.vega[at], found.theta[at] = gamma, vega, theta

    def _options(self, at: slice) -> Floats:
        """Value, delta, gamma, vega and theta of all options together."""
        sums = np.zeros((5, at.stop - at.start))
        for contract in sorted(self.book.options):
            units = self.book.options[contract] / LOT
            years = np.maximum(0.0, contract.expiry - self.table.t[at]) / YEAR
            found = vector.greeks(
                contract.right == "call", self.spot[at], contract.strike, years, self.iv[at], backend="numpy"
            )
            parts = (found.price, found.delta, found.gamma, found.vega, found.theta / YEAR)
            sums += units * np.array(parts)
        return sums


def courses(
    plan: Plan, table: Table, decided: Sequence[TickResult], events: Sequence[tuple[int, Event]]
) -> Courses:
    """The book of a run at every tick, from its decisions and all that was applied to it (with its tick).

    Raises:
        NotValued: it held liquidity, or a transfer came into it.
    """
    valued = _Valued(plan, table)
    orders = {order.id: order for result in decided for order in result.orders}
    happened = _by_tick(decided, events)
    known = np.flatnonzero(~np.isnan(table.columns["spot"]))
    enters = int(known[0]) if len(known) and valued.book.unpriced else -1
    valued.stretch(0, 1)
    valued.courses.start = float(valued.courses.equity[0])
    at = 0
    for tick in sorted({*happened, *([enters] if enters >= 0 else [])}):
        valued.stretch(at, tick)
        if tick == enters:
            valued.book.enter(float(table.columns["spot"][tick]))
        _apply(valued.book, tick, happened.get(tick, []), orders, table)
        at = tick
    valued.stretch(at, len(table.t))
    return valued.courses


def _by_tick(
    decided: Sequence[TickResult], events: Sequence[tuple[int, Event]]
) -> dict[int, list[Event | None]]:
    """What changed the book, in order; None stands for settlements, which come before the tick's own fills."""
    found: dict[int, list[Event | None]] = {}
    for tick, event in events:
        found.setdefault(tick, []).append(event)
    for result in decided:
        if result.settlements:
            there = found.setdefault(result.tick, [])
            own = [at for at, event in enumerate(there) if _is_own(event, result.tick)]
            there.insert(own[0] if own else len(there), None)
    return found


def _is_own(event: Event | None, tick: int) -> bool:
    return isinstance(event, Fill) and event.order.split(".")[0] == str(tick)


def _apply(
    book: Book, tick: int, happened: Sequence[Event | None], orders: dict[str, Order], table: Table
) -> None:
    for event in happened:
        if event is None:
            book.settle(float(table.t[tick]), float(table.columns["spot"][tick]), {})
        elif isinstance(event, Fill):
            book.apply_fill(orders[event.order], event)
        elif isinstance(event, CashFlow):
            book.apply_flow(event)
        elif isinstance(event, Transfer):
            raise NotValued("what is liquidated is valued by the plan alone")
