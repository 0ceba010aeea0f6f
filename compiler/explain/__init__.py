"""A program told back in plain English, as the compiler understood it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.declarations import account, assumptions, inputs, market, memory, names
from stratc.compiler.explain.limits import limits
from stratc.compiler.explain.rules import modes, rules
from stratc.compiler.explain.words import wrapped

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir

SECTIONS = (market, account, inputs, names, memory, assumptions, limits, modes, rules)
"""What is told, in this order; a section with nothing to say is left out."""


def explain(program: ir.Program) -> str:
    """Plain text of at most 100 columns, ending in a newline."""
    told = [f"{program.name}: {_count(program)} on {program.base} in {program.quote}"]
    for section in SECTIONS:
        lines = section(program)
        if lines:
            told += ["", *(part for line in lines for part in wrapped(line))]
    return "\n".join(told) + "\n"


def _count(program: ir.Program) -> str:
    return "1 rule" if len(program.rules) == 1 else f"{len(program.rules)} rules"
