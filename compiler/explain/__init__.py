"""A program told back in plain English, as the compiler understood it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.bands import bands
from stratc.compiler.explain.declarations import account, assumptions, inputs, market, memory, names
from stratc.compiler.explain.limits import limits
from stratc.compiler.explain.rules import modes, rules
from stratc.compiler.explain.words import wrapped
from stratc.compiler.explain.world import USUAL, World

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir

SECTIONS = (market, account, inputs, names, memory, assumptions, limits, modes, rules)
"""What is told, in this order; a section with nothing to say is left out."""


def explain(program: ir.Program, world: World = USUAL) -> str:
    """Plain text of at most 100 columns, ending in a newline; hedge bands are told in the `world` given."""
    told = [f"{program.name}: {_count(program)} on {program.base} in {program.quote}"]
    for lines in (*(section(program) for section in SECTIONS), bands(program, world)):
        if lines:
            told += ["", *(part for line in lines for part in wrapped(line))]
    return "\n".join(told) + "\n"


def _count(program: ir.Program) -> str:
    return "1 rule" if len(program.rules) == 1 else f"{len(program.rules)} rules"
