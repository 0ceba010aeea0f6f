"""W407: a condition that always holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject, condition_of, trigger_span
from stratc.compiler.analysis.why import why
from stratc.compiler.ir import nodes as ir
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "W407",
    "condition that is always true",
    explanation="""
Whatever the market does within the assumptions, this condition holds: a level fires at every tick, and
an edge has no transition to fire on. To do something regularly, say `every 1 h`.
""",
    bad="limit order size <= 5 ETH else clamp\nwhen spot > 0 USDC/ETH:\n    hedge to 0 ETH\n",
    good="limit order size <= 5 ETH else clamp\nevery 1 h:\n    hedge to 0 ETH\n",
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each rule whose condition says nothing."""
    for rule, node in subject.rules:
        condition = condition_of(rule.trigger)
        if condition is None or subject.ranges.truth(condition) is not True:
            continue
        notes = (*why(subject.ranges, condition, truth=True), Note("to act regularly say `every 1 h`"))
        if isinstance(rule.trigger, ir.Edge):
            message = "this condition is always true: there is no transition, and the rule never fires"
        else:
            message = "this condition is always true: the rule fires at every tick"
        yield Diagnostic(CODE, message, trigger_span(node), notes)
