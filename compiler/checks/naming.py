"""L503: a name that is not in snake_case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject, walk
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic, Edit, Fix, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "L503",
    "name not in snake_case",
    explanation="""
Names of signals, parameters, lets, venues, modes and strategies are written in lower case with
underscores, as `hedge_band`. Words in capitals are assets.
""",
    bad="param hedgeBand = 0.1 ETH\nwhen abs(delta) > hedgeBand:\n    hedge to 0 ETH\n",
    good="param hedge_band = 0.1 ETH\nwhen abs(delta) > hedge_band:\n    hedge to 0 ETH\n",
)

_NAMED = syntax.Strategy | syntax.Signal | syntax.Param | syntax.Let | syntax.Venue


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each declaration, with a fix that renames it everywhere."""
    for item in subject.tree.items:
        declared = (
            item.names if isinstance(item, syntax.Modes) else (item.name,) if isinstance(item, _NAMED) else ()
        )
        for name in declared:
            better = snake_case(name.name)
            if better != name.name:
                fix = _rename(subject, name.name, better)
                yield Diagnostic(
                    CODE, f"`{name.name}` would usually be written `{better}`", name.span, (), fix
                )


def snake_case(name: str) -> str:
    """The name in lower case, with an underscore before each word."""
    text = ""
    for index, char in enumerate(name):
        starts_word = (
            char.isupper() and index > 0 and (name[index - 1].islower() or name[index - 1].isdigit())
        )
        text += ("_" if starts_word and not text.endswith("_") else "") + char.lower()
    return text


def _rename(subject: Subject, old: str, new: str) -> Fix | None:
    """Rename every use; None where the new name is taken, or a text may hold the old one."""
    spans = []
    for node in walk(subject.tree):
        if isinstance(node, syntax.Name | syntax.Ident):
            if node.name == new:
                return None
            if node.name == old:
                spans.append(node.span)
        elif isinstance(node, syntax.Text) and old in node.value:
            return None
    return Fix(f"rename it to `{new}`", tuple(Edit(span, new) for span in spans))
