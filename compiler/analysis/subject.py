"""What a check looks at: a program as it was written and as it was understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler.analysis.ranges import Ranges
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax.rules import written
from stratc.dsl import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.dsl.source import Source, Span


class Subject(NamedTuple):
    """A program without errors; `rules` pairs what was understood with what was written."""

    program: ir.Program
    tree: syntax.Program
    source: Source
    ranges: Ranges
    rules: tuple[tuple[ir.Rule, syntax.Rule], ...]


def subject(program: ir.Program, tree: syntax.Program, source: Source) -> Subject:
    """Bring together what checks need."""
    pairs = zip(program.rules, (rule for rule, _ in written(tree)), strict=True)
    return Subject(program, tree, source, Ranges(program), tuple(pairs))


def condition_of(trigger: ir.Trigger) -> ir.Expr | None:
    """The condition of a level or an edge."""
    return trigger.condition if isinstance(trigger, ir.Level | ir.Edge) else None


def trigger_span(rule: syntax.Rule) -> Span:
    """Where the condition of a rule stands, without `when`."""
    trigger = rule.trigger
    if isinstance(trigger, syntax.When | syntax.Becomes):
        return trigger.condition.span
    if isinstance(trigger, syntax.Crossing):
        return type(trigger.span)(trigger.value.span.start, trigger.level.span.end)
    return trigger.span


def parts(trigger: syntax.Trigger) -> Iterator[syntax.Expr]:
    """The parts of a condition that are joined by `and`, in source order: the `conjuncts` of the IR."""
    if not isinstance(trigger, syntax.When | syntax.Becomes):
        return
    pending = [trigger.condition]
    while pending:
        node = pending.pop()
        if isinstance(node, syntax.Paren):
            pending.append(node.inner)
        elif isinstance(node, syntax.Binary) and node.op == "and":
            pending += (node.right, node.left)
        else:
            yield node


def walk(node: syntax.Syntax) -> Iterator[syntax.Syntax]:
    """A node of the syntax tree and everything below it, in source order."""
    pending = [node]
    while pending:
        at = pending.pop()
        yield at
        below: list[syntax.Syntax] = []
        for field in type(at).fields:
            value = getattr(at, field)
            if isinstance(value, syntax.Syntax):
                below.append(value)
            elif isinstance(value, tuple):
                below += [item for item in value if isinstance(item, syntax.Syntax)]
        pending += reversed(below)
