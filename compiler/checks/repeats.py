"""W404: a level trigger whose action does not change what it fires on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject, trigger_span
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import reached
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "W404",
    "action that repeats at every tick",
    explanation="""
A rule `when C` fires at every tick where C holds. When its action adds to something (buys, sells, rolls,
provides liquidity, raises an alert) and C does not depend on the book, nothing the rule does makes C
false, and it does it again at the next tick. Use an edge (`rises above`, `becomes true`), a `cooldown`,
or `once`.
""",
    bad="limit order size <= 5 ETH else clamp\nsignal x: number\nwhen x > 1:\n    buy 1 ETH\n",
    good="limit order size <= 5 ETH else clamp\nsignal x: number\nwhen x > 1, cooldown 1 h:\n    buy 1 ETH\n",
)

_VERBS = {ir.Trade: "trades", ir.Roll: "rolls", ir.Liquidity: "moves liquidity", ir.Alert: "alerts"}


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each rule that repeats itself."""
    for rule, node in subject.rules:
        if not isinstance(rule.trigger, ir.Level) or rule.cooldown or rule.once:
            continue
        verb = next((_VERBS[type(action)] for action in rule.body if type(action) in _VERBS), None)
        if verb is None or _ends(rule):
            continue
        depends = any(
            isinstance(part, ir.BookSignal) for part in reached(subject.program, rule.trigger.condition)
        )
        if depends and verb != "alerts":
            continue
        message = f"this rule {verb} at every tick where its condition holds, and that does not make it false"
        notes = (
            Note("add `, cooldown 1 h` or `once`, or write it as an edge: `rises above`, `becomes true`"),
        )
        yield Diagnostic(CODE, message, trigger_span(node), notes)


def _ends(rule: ir.Rule) -> bool:
    """Whether the rule leaves the state it fires in: it hedges or closes as well, or goes to another mode."""
    for action in rule.body:
        if isinstance(action, ir.SetState | ir.Hedge | ir.Close | ir.MoveMargin):
            return True
        if isinstance(action, ir.Enter) and rule.mode is not None and action.mode != rule.mode:
            return True
    return False
