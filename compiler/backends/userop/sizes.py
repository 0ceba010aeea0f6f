"""How large the orders of a program can be at most, whatever the market does."""

from __future__ import annotations

from math import isfinite

from stratc.compiler.analysis.ranges import Ranges
from stratc.compiler.backends.userop.guard_amounts import at_least, fixed_bound, moves_with
from stratc.compiler.ir import nodes as ir

LOT_DECIMALS, CENT_DECIMALS = 9, 6
"""Decimals of the engine's amounts of the base asset, and of the quote asset."""


def most_lots(program: ir.Program, terms: ir.Terms) -> int | None:
    """The largest trade that can leave the engine with these clauses, in LOT; None where there is no end."""
    return _least([_limited(program, "order size", LOT_DECIMALS), _at_most(program, terms, LOT_DECIMALS)])


def most_cents(program: ir.Program, action: ir.MoveMargin) -> int | None:
    """The most money that an action can move, in CENT; None where there is no end."""
    limited = _limited(program, "topup", CENT_DECIMALS) if action.verb == "top up" else None
    return _least([limited, _at_most(program, action.terms, CENT_DECIMALS)])


def highest_limit_price(program: ir.Program, terms: ir.Terms) -> float | None:
    """The highest that a `limit price` clause can be; None where there is none, or it moves with the market."""
    return None if terms.limit_price is None else _highest(program, terms.limit_price)


def _at_most(program: ir.Program, terms: ir.Terms, decimals: int) -> int | None:
    high = None if terms.at_most is None else _highest(program, terms.at_most)
    return None if high is None else at_least(high, decimals)


def _limited(program: ir.Program, measure: str, decimals: int) -> int | None:
    """By limits that let nothing larger through; `reduce only` lets exits through."""
    bounds = [
        at_least(bound, decimals)
        for limit in program.limits
        if limit.measure == measure and limit.op == "<="
        if limit.policy != "reduce only"
        if not isinstance(bound := fixed_bound(program, limit), str)
    ]
    return min(bounds, default=None)


def _highest(program: ir.Program, expression: ir.Expr) -> float | None:
    if moves_with(program, expression) is not None:
        return None
    high = Ranges(program).of(expression).high
    return high if isfinite(high) else None


def _least(bounds: list[int | None]) -> int | None:
    return min((bound for bound in bounds if bound is not None), default=None)
