"""W408: a mode that no rule enters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject
from stratc.compiler.ir import nodes as ir
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "W408",
    "mode that is never entered",
    explanation="""
A program starts in the first of its modes and changes by `enter`. No rule that can run enters this mode,
so that the rules in it never fire.
""",
    bad=(
        "limit order size <= 5 ETH else clamp\nmode calm, wild\n"
        "in wild:\n    when abs(delta) > 0.1 ETH:\n        hedge to 0 ETH\n"
    ),
    good=(
        "limit order size <= 5 ETH else clamp\nmode calm, wild\nwhen iv > 80%: enter wild\n"
        "in wild:\n    when abs(delta) > 0.1 ETH:\n        hedge to 0 ETH\n"
    ),
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each mode that cannot be reached from the first."""
    if not subject.program.modes:
        return
    reached = _reached(subject.program)
    for item in subject.tree.items:
        if isinstance(item, syntax.Modes):
            for name in item.names:
                if name.name not in reached:
                    notes = (Note(f"`enter {name.name}` in a rule that can run would"),)
                    yield Diagnostic(CODE, f"no rule leads into mode `{name.name}`", name.span, notes)


def _reached(program: ir.Program) -> set[str]:
    """The modes a program can be in: the first, and those entered from modes it can be in."""
    ways: dict[str | None, set[str]] = {}
    for rule in program.rules:
        for action in rule.body:
            if isinstance(action, ir.Enter):
                ways.setdefault(rule.mode, set()).add(action.mode)
    reached: set[str] = set()
    pending = {program.modes[0], *ways.get(None, ())}
    while pending:
        mode = pending.pop()
        reached.add(mode)
        pending |= ways.get(mode, set()) - reached
    return reached
