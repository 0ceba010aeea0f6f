"""Rules: numbered in source order, wherever they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax.actions import action, is_mode
from stratc.compiler.ir.from_syntax.capabilities import check_atomic
from stratc.compiler.ir.from_syntax.triggers import firing
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Note, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.context import Context

NO_RULE = declare(
    "E040",
    "program without a rule",
    explanation="""
A program does something when one of its rules fires. One without rules would run and never act.
""",
    bad="market ETH in USDC\n",
    good="market ETH in USDC\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)


def written(program: syntax.Program) -> Iterator[tuple[syntax.Rule, str | None]]:
    """Every rule of a program with the mode it lives in, in source order: the first is rule 1."""
    for item in program.items:
        if isinstance(item, syntax.Rule):
            yield item, None
        elif isinstance(item, syntax.InMode):
            for rule in item.rules:
                yield rule, item.mode.name


def rules(cx: Context, program: syntax.Program) -> tuple[ir.Rule, ...]:
    """The rules that are sound."""
    for item in program.items:
        if isinstance(item, syntax.InMode):
            is_mode(cx, item.mode)
    lowered = [_rule(cx, index, *pair) for index, pair in enumerate(written(program), 1)]
    if not lowered:
        example = Note(f"for example `when abs(delta) > 0.1 {cx.scope.base}: hedge to 0 {cx.scope.base}`")
        cx.report(NO_RULE, "this program has no rule, and would never act", _first_word(cx), (example,))
    return tuple(rule for rule in lowered if rule is not None)


def _rule(cx: Context, index: int, node: syntax.Rule, mode: str | None) -> ir.Rule | None:
    fires = firing(cx, node)
    actions = [action(cx, part) for part in node.body]
    check_atomic(cx, node.body, actions)
    body = tuple(part for part in actions if part is not None)
    if fires.trigger is None or len(body) < len(actions):
        return None
    return ir.Rule(
        index, mode, fires.trigger, fires.hold, fires.cooldown, fires.once, fires.on_start, body,
        cx.written(node.head), cx.where(node.head),
    )  # fmt: skip


def _first_word(cx: Context) -> Span:
    """The first word of the program, or its beginning where it is empty."""
    text = cx.source.text
    words = text.split(maxsplit=1)
    if not words:
        return Span(0, 0)
    start = text.index(words[0])
    return Span(start, start + len(words[0]))
