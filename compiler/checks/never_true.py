"""W406: a condition that cannot hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject, condition_of, trigger_span
from stratc.compiler.analysis.why import why
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "W406",
    "condition that is never true",
    explanation="""
Whatever the market does within the assumptions, this condition is false: its parts contradict each
other, or a level is out of reach. A price is above zero, and nothing falls by more than 100% (`-10` is
-1000%, `-10%` is meant).
""",
    bad="when change(spot over 5 min) < -10:\n    halt\n",
    good="when change(spot over 5 min) < -10%:\n    halt\n",
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each rule that cannot fire."""
    for rule, node in subject.rules:
        condition = condition_of(rule.trigger)
        if condition is not None and subject.ranges.truth(condition) is False:
            notes = why(subject.ranges, condition, truth=False) or (Note("its parts contradict each other"),)
            message = "this condition is never true, and the rule never fires"
            yield Diagnostic(CODE, message, trigger_span(node), notes)
