"""Declarations of names: each once, none that the language already uses, and lets in order of dependency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.typing.infer import POISONED
from stratc.compiler.typing.scope import FUNCTIONS, MEASURES, OTHER_CALLS, WINDOWS, Scope, Symbol
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.context import Context
    from stratc.dsl.source import Span

TWICE = declare(
    "E032",
    "name declared twice",
    explanation="""
A signal, a parameter and a `let` share one set of names, venues have another, and modes a third. In
each, a name is declared once.
""",
    bad="let a = delta\nlet a = spot\nwhen a > 1:\n    hedge to 0 ETH\n",
    good="let a = delta\nlet price = spot\nwhen price > 1 USDC/ETH and a > 1 ETH:\n    hedge to 0 ETH\n",
)
RESERVED = declare(
    "E033",
    "name that the language uses",
    explanation="""
The market's inputs, the book's signals, functions, the measures of limits and the market's assets keep
their meaning everywhere; nothing else can be called by their names.
""",
    bad="let delta = 3 ETH\nwhen abs(delta) > 1 ETH:\n    hedge to 0 ETH\n",
    good="let level = 3 ETH\nwhen abs(delta) > level:\n    hedge to 0 ETH\n",
)
CYCLE = declare(
    "E034",
    "let defined by itself",
    explanation="""
A `let` names an expression. When that expression needs the name itself, directly or through other lets,
it has no value.
""",
    bad="let a = b + 1 ETH\nlet b = a + 1 ETH\nwhen a > 1 ETH:\n    hedge to 0 ETH\n",
    good="let b = delta\nlet a = b + 1 ETH\nwhen a > 1 ETH:\n    hedge to 0 ETH\n",
)

Named = syntax.Param | syntax.Signal | syntax.Let
_WORDS = frozenset((*FUNCTIONS, *WINDOWS, *OTHER_CALLS, *MEASURES, "number"))


def collect(cx: Context, items: tuple[syntax.Item, ...]) -> list[Named]:
    """The declarations of values whose names are free, in source order.

    Until its value is inferred a name stands for an expression in error, so that no use of it is reported.
    """
    kept: list[Named] = []
    for item in items:
        if isinstance(item, Named) and _is_free(cx, item.name):
            cx.scope.values[item.name.name] = Symbol(type(item).__name__.lower(), POISONED, item.name.span)
            kept.append(item)
    return kept


def _is_free(cx: Context, name: syntax.Ident) -> bool:
    scope = cx.scope
    first = scope.values.get(name.name)
    if first is not None and first.span is not None:
        twice(cx, name, first.role, first.span)
        return False
    if first is not None or name.name in _WORDS or name.name in (scope.base, scope.quote, "ETH"):
        cx.report(
            RESERVED,
            f"`{name.name}` is {_meaning(scope, name.name)}",
            name.span,
            (Note("choose another name"),),
        )
        return False
    return True


def twice(cx: Context, name: syntax.Ident, role: str, first: Span) -> None:
    """Report the second declaration of a name, with the first one as a second place."""
    line = cx.source.position(first.start).line
    note = Note(f"`{name.name}` is first declared here, as a {role}", first)
    cx.report(TWICE, f"`{name.name}` is already declared, in line {line}", name.span, (note,))


def _meaning(scope: Scope, name: str) -> str:
    if name in scope.values:
        return "an input of every market" if scope.values[name].role == "input" else "a signal of every book"
    if name in (scope.base, scope.quote, "ETH", "number"):
        return "a unit"
    return "a measure of limits" if name in MEASURES else "a function of the language"


def ordered(cx: Context, lets: list[syntax.Let]) -> list[syntax.Let]:
    """The lets, each after those it needs; reports a cycle at its first let and leaves its lets out."""
    by_name = {item.name.name: item for item in lets}
    needs = {name: [n for n in _names(item.value) if n in by_name] for name, item in by_name.items()}
    done: dict[str, syntax.Let] = {}
    seen: set[str] = set()
    for root in by_name:
        if root not in seen:
            _visit(cx, root, by_name, needs, seen, done)
    return list(done.values())


def _visit(
    cx: Context,
    root: str,
    by_name: dict[str, syntax.Let],
    needs: dict[str, list[str]],
    seen: set[str],
    done: dict[str, syntax.Let],
) -> None:
    """Depth first with a stack of its own: a chain of lets may be long."""
    seen.add(root)
    path = {root: iter(needs[root])}
    while path:
        name = next(reversed(path))
        following = next((n for n in path[name] if n not in done), None)
        if following is None:
            del path[name]
            done[name] = by_name[name]
        elif following in path:
            names = list(path)
            _report_cycle(cx, [by_name[n] for n in names[names.index(following) :]])
            return
        elif following in seen:
            return  # it leads into a cycle that has been reported
        else:
            seen.add(following)
            path[following] = iter(needs[following])


def _report_cycle(cx: Context, cycle: list[syntax.Let]) -> None:
    first = min(range(len(cycle)), key=lambda i: cycle[i].span.start)
    turned = cycle[first:] + cycle[:first]
    way = " → ".join(f"`{item.name.name}`" for item in (*turned, turned[0]))
    notes = tuple(Note(f"`{item.name.name}` is defined here", item.name.span) for item in turned[1:])
    cx.report(CYCLE, f"`{turned[0].name.name}` is defined by itself: {way}", turned[0].name.span, notes)


def _names(expr: syntax.Expr) -> Iterator[str]:
    """Every name in an expression, without recursion."""
    pending: list[syntax.Expr] = [expr]
    while pending:
        node = pending.pop()
        if isinstance(node, syntax.Name):
            yield node.name
        elif isinstance(node, syntax.Binary):
            pending += (node.left, node.right)
        elif isinstance(node, syntax.Unary):
            pending.append(node.operand)
        elif isinstance(node, syntax.Paren):
            pending.append(node.inner)
        elif isinstance(node, syntax.Call):
            pending += node.args
            if node.over is not None:
                pending.append(node.over)
