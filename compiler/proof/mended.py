"""The program that a fix would make, to prove things about it before the fix is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir.from_syntax import lower
from stratc.dsl.parser import parse
from stratc.dsl.render.fixes import edited
from stratc.dsl.source import Source

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir
    from stratc.dsl.diagnostics import Fix


def mended(source: Source, fix: Fix) -> ir.Program | None:
    """The program after a fix; None where that is none."""
    after = Source(source.name, edited(source.text, fix.edits))
    parsed = parse(after)
    if parsed.program is None or parsed.diagnostics:
        return None
    program, found = lower(parsed.program, after)
    return None if any(one.severity == "error" for one in found) else program
