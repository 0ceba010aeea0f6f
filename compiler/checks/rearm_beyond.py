"""W409: a rearm level on the wrong side of the trigger's level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject
from stratc.compiler.ir import nodes as ir
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "W409",
    "rearm that does nothing",
    explanation="""
An edge that rises above a level has come back below it before it can rise again. A rearm level at or
beyond the trigger's own asks for less than that, and noise around the level fires the rule again and
again.
""",
    bad='when iv rises above 65%, rearm below 80%:\n    alert "high"\n',
    good='when iv rises above 80%, rearm below 65%:\n    alert "high"\n',
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each rearm level that is no further back than the trigger's."""
    for rule, node in subject.rules:
        trigger = rule.trigger
        if not isinstance(trigger, ir.Edge) or trigger.both:
            continue
        edge, back = trigger.condition, trigger.rearm
        if not isinstance(edge, ir.Apply) or not isinstance(back, ir.Apply):
            continue
        level, rearm = subject.ranges.of(edge.args[1]), subject.ranges.of(back.args[1])
        useless = rearm.low >= level.high if back.op == "<" else rearm.high <= level.low
        if useless:
            span = next(modifier.span for modifier in node.modifiers if modifier.kind.startswith("rearm"))
            side = "below" if back.op == "<" else "above"
            notes = (Note(f"set it {side} the level of the trigger"),)
            yield Diagnostic(CODE, "this level is reached whenever the trigger's is left", span, notes)
