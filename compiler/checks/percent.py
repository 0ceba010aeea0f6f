"""W412: a ratio written as if it were counted in percent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject, walk
from stratc.compiler.typing.exact import literal
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic, Edit, Fix, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "W412",
    "ratio that looks like percent",
    explanation="""
Volatilities, changes and drawdowns are ratios: 0.8 or `80%`. A bare `80` is 8,000%, which they hardly reach.
""",
    bad='when iv > 80, cooldown 1 h:\n    alert "wild"\n',
    good='when iv > 80%, cooldown 1 h:\n    alert "wild"\n',
)

_NAMES = ("iv", "drawdown", "distance_to_liquidation")
_CALLS = ("iv", "change", "realized_vol")
_LARGEST = 3.0
"""300%: beyond it a bare number is taken for a slip."""


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each bare literal beyond 300% that such a ratio is compared with."""
    for item in subject.tree.items:
        for node in walk(item):
            for measured, level in _compared(node):
                number = level.operand if isinstance(level, syntax.Unary) else level
                if (
                    not _is_ratio(measured)
                    or not isinstance(number, syntax.Number)
                    or number.unit is not None
                ):
                    continue
                if literal(number.text).value() > _LARGEST:
                    percent = f"{literal(number.text).value() * 100:,.15g}%"
                    end = Span(number.span.end, number.span.end)
                    fix = Fix(f"write `{number.text}%`", (Edit(end, "%"),))
                    message = f"`{number.text}` is {percent} here, for this is a ratio"
                    yield Diagnostic(CODE, message, level.span, (), fix)


def _compared(node: syntax.Syntax) -> tuple[tuple[syntax.Syntax, syntax.Syntax], ...]:
    """Pairs of what is measured and what it is compared with."""
    if isinstance(node, syntax.Binary) and node.op in ("<", "<=", ">", ">="):
        return (node.left, node.right), (node.right, node.left)
    if isinstance(node, syntax.Crossing):
        return ((node.value, node.level),)
    if isinstance(node, syntax.Limit):
        return ((node.measure, node.bound),)
    if isinstance(node, syntax.Assume) and node.low is not None and node.high is not None:
        return (node.subject, node.low), (node.subject, node.high)
    return ()


def _is_ratio(node: syntax.Syntax) -> bool:
    if isinstance(node, syntax.Name):
        return node.name in _NAMES
    if isinstance(node, syntax.Call):
        if node.function.name == "abs" and node.args:
            return _is_ratio(node.args[0])
        return node.function.name in _CALLS
    return False
