"""W402: an input the program needs, and no rule for when it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject, walk
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import expressions, nodes
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.dsl.source import Span

CODE = declare(
    "W402",
    "no `on stale`",
    explanation="""
Prices and signals can be missing or too old. Rules that read them do not fire then, and without a rule
`on stale …` the engine lets only reducing orders through for as long as the value is missing. Say what
should happen, even if it is just that. Every program that trades needs `spot`, and what options are worth
needs `iv`.
""",
    bad="limit order size <= 5 ETH else clamp\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
    good=(
        "limit order size <= 5 ETH else clamp\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n"
        'on stale spot:\n    reduce only "no price"\n'
    ),
)

_OF_OPTIONS = (
    "delta",
    ir.JUMP_DELTA,
    "gamma",
    "vega",
    "theta",
    "margin_ratio",
    "leverage",
    "equity",
    "distance_to_liquidation",
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each input that nothing answers for, where it is first named."""
    missing = dict.fromkeys(
        spec.name.partition("(")[0] for spec in subject.program.inputs if not spec.responds
    )
    named = _first_named(subject.tree) if missing or subject.program.book else {}
    yield from _implied_volatility(subject, named)
    for name in missing:
        span = named.get(name, subject.rules[0][1].head)
        note = Note(f'say it: `on stale {name}: reduce only "no {name}"`')
        message = f"no rule says what happens when `{name}` is missing; only reducing orders go through then"
        yield Diagnostic(CODE, message, span, (note,))


def _implied_volatility(subject: Subject, named: dict[str, Span]) -> Iterator[Diagnostic]:
    """A finding where options are held, what they are worth is read, and `iv` is spoken of nowhere."""
    program = subject.program
    held = any(isinstance(entry.instrument, ir.OptionShape) for entry in program.book)
    if not held or any(spec.name.partition("(")[0] == "iv" for spec in program.inputs):
        return
    read = {
        part.name for expr in expressions(program) for part in nodes(expr) if isinstance(part, ir.BookSignal)
    }
    name = next((name for name in _OF_OPTIONS if name in read), None)
    if name is not None:
        message = f"no rule says what happens when `iv` is missing; `{name}` has no value then, for options are held"
        note = Note('say it: `on stale iv: reduce only "no iv"`')
        yield Diagnostic(CODE, message, named.get(name, subject.rules[0][1].head), (note,))


def _first_named(tree: syntax.Program) -> dict[str, Span]:
    """Where each name first stands, a declaration or a use."""
    found: dict[str, Span] = {}
    for item in tree.items:
        if isinstance(item, syntax.Signal):
            found.setdefault(item.name.name, item.name.span)
        elif not isinstance(item, syntax.Oracle):
            for node in walk(item):
                if isinstance(node, syntax.Name):
                    found.setdefault(node.name, node.span)
                elif isinstance(node, syntax.Call):
                    found.setdefault(node.function.name, node.function.span)
    return found
