"""W403: a hedge that waits for one sign of a signal that has two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.ranges import conjuncts
from stratc.compiler.analysis.subject import Subject, condition_of, parts
from stratc.compiler.ir import nodes as ir
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic, Edit, Fix, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.dsl.source import Span

CODE = declare(
    "W403",
    "one-sided threshold on a signed quantity",
    explanation="""
`delta`, `gamma`, `vega` and a position can be negative. A hedge to zero that fires only above a positive
level leaves a negative exposure alone, however large. Compare `abs(delta)`, or add a rule for the other
side.
""",
    bad="limit order size <= 5 ETH else clamp\nwhen delta > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="limit order size <= 5 ETH else clamp\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)

_ABOVE = {">": True, ">=": True, "<": False, "<=": False}
_SIGN = {True: "positive", False: "negative"}
_HEDGED_BY = {"delta": "delta", ir.JUMP_DELTA: "delta", "position": "delta", "gamma": "gamma", "vega": "vega"}


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each comparison that watches one side only."""
    watched = [(rule, node, found) for rule, node in subject.rules for found in _watches(subject, rule)]
    sides = {(signal, above) for _, _, (_, signal, above) in watched}
    unconditional = {
        greek for rule, _ in subject.rules if condition_of(rule.trigger) is None for greek in _hedged(rule)
    }
    for _, node, (index, signal, above) in watched:
        if (signal, not above) in sides or _HEDGED_BY[signal] in unconditional:
            continue
        span, name = _place(node, index, signal)
        message = f"this waits for a {_SIGN[above]} {signal}; a {_SIGN[not above]} one is never hedged"
        fix = None
        if name is not None and above:
            fix = Fix(f"compare `abs({signal})`", (Edit(name, f"abs({signal})"),))
        notes = () if fix else (Note(f"compare `abs({signal})`, or add a rule for the other side"),)
        yield Diagnostic(CODE, message, span, notes, fix)


def _hedged(rule: ir.Rule) -> set[str]:
    """The Greeks that a rule hedges to zero."""
    zero = (action for action in rule.body if isinstance(action, ir.Hedge))
    return {a.greek for a in zero if isinstance(a.target, ir.Const) and a.target.value == 0.0}


def _watches(subject: Subject, rule: ir.Rule) -> Iterator[tuple[int, str, bool]]:
    """For each part of the condition that compares a signed signal: its number, the signal, whether above."""
    condition, hedged = condition_of(rule.trigger), _hedged(rule)
    if condition is None or not hedged:
        return
    for index, atom in enumerate(conjuncts(condition)):
        if not isinstance(atom, ir.Apply) or atom.op not in _ABOVE:
            continue
        left, right = atom.args
        above = _ABOVE[atom.op]
        if isinstance(right, ir.BookSignal):
            left, right, above = right, left, not above
        if not isinstance(left, ir.BookSignal) or _HEDGED_BY.get(left.name) not in hedged:
            continue
        level = subject.ranges.of(right)
        if (above and level.low >= 0.0) or (not above and level.high <= 0.0):
            yield index, left.name, above


def _place(rule: syntax.Rule, index: int, signal: str) -> tuple[Span, Span | None]:
    """Where the comparison stands, and the signal's name in it if it can be wrapped there."""
    trigger = rule.trigger
    if isinstance(trigger, syntax.Crossing):
        side = trigger.value
        span = type(trigger.span)(trigger.value.span.start, trigger.level.span.end)
        return span, side.span if isinstance(side, syntax.Name) and not rule.modifiers else None
    part = list(parts(trigger))[index]
    sides = (part.left, part.right) if isinstance(part, syntax.Binary) else ()
    named = (side.span for side in sides if isinstance(side, syntax.Name) and side.name == signal)
    return part.span, next(named, None)
