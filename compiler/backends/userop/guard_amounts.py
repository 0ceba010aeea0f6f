"""Canonical numbers to the guard's integers: exactly as written, rounded against the trader."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import isfinite

from stratc.compiler.analysis.ranges import Ranges
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import reached


def at_most(number: float, decimals: int) -> int:
    """An upper bound: 0.003 with 9 decimals is 3,000,000, and what is between two integers the lower one."""
    return int(Decimal(repr(number)).scaleb(decimals).to_integral_value(ROUND_FLOOR))


def at_least(number: float, decimals: int) -> int:
    """A lower bound: what is between two integers is the higher one."""
    return int(Decimal(repr(number)).scaleb(decimals).to_integral_value(ROUND_CEILING))


def fixed_bound(program: ir.Program, limit: ir.Limit) -> float | str:
    """The bound as a number, the loosest that its parameters can make it; or why there is none."""
    moving = moves_with(program, limit.bound)
    if moving is not None:
        return f"its bound moves with {moving}, which the contract does not know"
    found = Ranges(program).of(limit.bound)
    loosest = found.high if limit.op == "<=" else found.low
    return loosest if isfinite(loosest) else "its parameters leave the bound without an end"


def moves_with(program: ir.Program, expression: ir.Expr) -> str | None:
    """What of the market or the book an expression depends on; None where it is parameters and numbers alone."""
    for node in reached(program, expression):
        if isinstance(node, ir.Input | ir.BookSignal | ir.WindowRef):
            return "a window" if isinstance(node, ir.WindowRef) else f"`{node.name}`"
    return None


def moves(program: ir.Program, limit: ir.Limit) -> bool:
    """Whether an operator can move the bound by a parameter."""
    named = {node.name for node in reached(program, limit.bound) if isinstance(node, ir.ParamRef)}
    return any(param.low is not None for param in program.params if param.name in named)
