"""The numbers behind a condition that cannot change."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from stratc.compiler.analysis.ranges import LEAST, Range, Ranges, conjuncts
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.text import number
from stratc.dsl.diagnostics import Note

if TYPE_CHECKING:
    from stratc.compiler.ir.nodes import Expr


COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def why(ranges: Ranges, condition: Expr, truth: bool) -> tuple[Note, ...]:
    """A note with the ranges of the comparison that decides; nothing where several decide together."""
    for atom in conjuncts(condition):
        if not isinstance(atom, ir.Apply) or atom.op not in COMPARISONS or ranges.truth(atom) is not truth:
            continue
        left, right = (_told(ranges.of(side)) for side in atom.args)
        unit = f" {atom.args[0].unit}" if atom.args[0].unit != "1" else ""
        return (Note(f"the left side is {left}{unit}, the right side {right}{unit}"),)
    return ()


def _told(found: Range) -> str:
    low, high = found
    if low == high:
        return number(low)
    if high == inf:
        if low == -inf:
            return "anything"
        return "above 0" if low == LEAST else f"at least {number(low)}"
    return f"at most {number(high)}" if low == -inf else f"within {number(low)} and {number(high)}"
