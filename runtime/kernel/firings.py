"""What native firings were, as the engine would have reported them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stratc.runtime.engine.messages import Fill, Order, Outcome, TickResult
from stratc.runtime.kernel.columns import Columns
from stratc.runtime.kernel.source import Source
from stratc.runtime.plan import LinearPlan, Plan

Row = tuple[int, int, int]
"""Tick of the block, rule, signed units."""


def reported(
    rows: NDArray[np.int64], mode: str, ticks: Columns, first: int, source: Source, plan: Plan
) -> list[tuple[TickResult, list[Fill]]]:
    """Results and fills of the ticks in which native rules fired, in order; `first` is the block's first tick."""
    grouped: dict[int, list[Row]] = {}
    for at, rule, units in rows.tolist():
        row = (at, rule, units)
        grouped.setdefault(row[0], []).append(row)
    made = []
    for at, fired in grouped.items():
        orders = [_order(row, ticks, first, source, plan) for row in fired]
        outcomes = tuple(_outcome(order, plan) for order in orders)
        made.append(
            (
                TickResult(first + at, outcomes, tuple(orders), (), (), "active", mode),
                [Fill(o.id, o.t, o.units, o.mark, 0, 0, final=True, venue="instant") for o in orders],
            )
        )
    return made


def _order(row: Row, ticks: Columns, first: int, source: Source, plan: Plan) -> Order:
    at, rule, units = row
    action, (t, block) = plan.rules[rule - 1].body[0], ticks.when(at)
    linear = action.instrument if isinstance(action.instrument, LinearPlan) else plan.linear
    clauses = source.native[rule]
    return Order(
        id=f"{first + at}.{rule}.1",
        rule=rule,
        tick=first + at,
        t=t,
        block=block,
        kind="trade",
        symbol=linear.symbol,
        contract=None,
        units=units,
        mark=float(ticks.signals["spot"][at]),
        perpetual=linear.perpetual,
        venue=action.venue,
        deadline_block=None if action.deadline_blocks is None else block + action.deadline_blocks,
        retries=action.retries,
        recheck=action.recheck,
        split=action.split,
        split_seconds=action.split_seconds,
        route=action.route,
        slippage=clauses["slippage"],
        limit_price=clauses["limit_price"],
        gas_cap=clauses["gas_cap"],
    )


def _outcome(order: Order, plan: Plan) -> Outcome:
    action = plan.rules[order.rule - 1].body[0]
    return Outcome(
        order.tick,
        order.t,
        order.rule,
        "sent",
        action.do,
        order.symbol,
        order.units,
        (),
        "active",
        action.text,
    )
