"""W405: a rule that does what another rule has done, or that never passes the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import sends
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from stratc.dsl import syntax

CODE = declare(
    "W405",
    "shadowed rule",
    explanation="""
Rules are visited in source order. A rule with the same trigger as an earlier one and the same body does
everything twice; one with the same condition as a rule that halts never gets an order through. The
second one is probably a slip of copying.
""",
    bad=(
        "limit order size <= 5 ETH else clamp\nwhen abs(delta) > 1 ETH:\n    hedge to 0 ETH\n"
        "when abs(delta) > 1 ETH:\n    hedge to 0 ETH\n"
    ),
    good="limit order size <= 5 ETH else clamp\nwhen abs(delta) > 1 ETH:\n    hedge to 0 ETH\n",
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each rule that another one before it makes useless."""
    first: dict[Hashable, tuple[ir.Rule, syntax.Rule]] = {}
    halting: dict[Hashable, tuple[ir.Rule, syntax.Rule]] = {}
    for rule, node in subject.rules:
        same = first.setdefault(_does(rule), (rule, node))
        before = halting.get(_when(rule, rule.mode)) or halting.get(_when(rule, None))
        if same[0] is not rule:
            yield _finding(node, same, f"does the same as rule {same[0].index}")
        elif before is not None and sends(rule):
            yield _finding(
                node,
                before,
                f"never gets an order through: rule {before[0].index} halts on the same condition",
            )
        elif _halts(rule):
            halting.setdefault(_when(rule, rule.mode), (rule, node))


def _finding(node: syntax.Rule, other: tuple[ir.Rule, syntax.Rule], what: str) -> Diagnostic:
    rule, place = other
    note = Note(f"rule {rule.index} is here", place.head)
    return Diagnostic(CODE, f"this rule {what}", node.head, (note,))


def _when(rule: ir.Rule, mode: str | None) -> Hashable:
    return (rule.trigger, mode) if isinstance(rule.trigger, ir.Level) and not rule.hold else rule.index


def _halts(rule: ir.Rule) -> bool:
    """Whether the engine is halted whenever the rule's condition holds."""
    if not isinstance(rule.trigger, ir.Level) or rule.hold or rule.cooldown or rule.once:
        return False
    return any(isinstance(action, ir.SetState) and action.verb == "halt" for action in rule.body)


def _does(rule: ir.Rule) -> ir.Rule:
    """What a rule does, wherever it stands."""
    nowhere = ir.Where(0, 0, 0)
    body = tuple(action.but(where=nowhere) for action in rule.body)
    return rule.but(index=0, head="", where=nowhere, body=body)
