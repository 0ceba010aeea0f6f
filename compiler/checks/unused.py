"""L502: a declaration that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import expressions, hedged, nodes
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic, Edit, Fix, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "L502",
    "unused declaration",
    explanation="""
A signal, parameter, let, model or venue that no rule, limit or assumption uses is either left over or
misspelt where it is used. An unused venue can also be one that no order can go to.
""",
    bad="limit leverage <= 3 else reject\nlet edge = delta\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="limit leverage <= 3 else reject\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each declaration without a use, at its name."""
    used, venues = _used(subject.program), _used_venues(subject.program)
    for item in subject.tree.items:
        if isinstance(item, syntax.Signal | syntax.Param | syntax.Let):
            unused = item.name.name not in used
        elif isinstance(item, syntax.Venue):
            unused = item.name.name not in venues
        elif isinstance(item, syntax.Model):
            unused = not _reads_jumps(subject.program)
        else:
            continue
        if unused:
            role = type(item).__name__.lower()
            fix = _left_out(subject.source.text, item.span)
            yield Diagnostic(CODE, f"{role} `{item.name.name}` is never used", item.name.span, (), fix)


def _used(program: ir.Program) -> set[str]:
    used: set[str] = {
        rule.trigger.signal
        for rule in program.rules
        if isinstance(rule.trigger, ir.On) and rule.trigger.signal
    }
    for expr in expressions(program):
        used |= {node.name for node in nodes(expr) if isinstance(node, ir.Input | ir.ParamRef | ir.LetRef)}
    return used


def _reads_jumps(program: ir.Program) -> bool:
    """Whether a rule hedges delta by the model of the jumps, or anything reads it."""
    hedges = (action for rule in program.rules for action in rule.body if isinstance(action, ir.Hedge))
    read = (node for expr in expressions(program) for node in nodes(expr) if isinstance(node, ir.BookSignal))
    return ir.JUMP_DELTA in {*map(hedged, hedges), *(node.name for node in read)}


def _used_venues(program: ir.Program) -> set[str]:
    """The venues that are named, or that an order without a venue can go to."""
    used: set[str] = set()
    open_kinds: set[str] = set()
    for rule in program.rules:
        for action in rule.body:
            if isinstance(action, ir.Alert | ir.SetState | ir.Enter | ir.MoveMargin):
                continue
            if action.terms.venue is not None:
                used.add(action.terms.venue)
            else:
                open_kinds |= _kinds(action)
    held = {kind for entry in program.book if entry.instrument for kind in _traded_on(entry.instrument)}
    return used | {venue.name for venue in program.venues if venue.kind_of in open_kinds | held}


def _kinds(action: ir.Hedge | ir.Trade | ir.Close | ir.Roll | ir.Liquidity) -> set[str]:
    if isinstance(action, ir.Liquidity):
        return {"uniswap_v3"}
    if isinstance(action, ir.Hedge | ir.Trade):
        return _traded_on(action.instrument)
    return {"perpetual", "spot", "uniswap_v3", "options"}


def _traded_on(instrument: ir.Instrument) -> set[str]:
    return {"options"} if isinstance(instrument, ir.OptionShape) else {"perpetual", "spot", "uniswap_v3"}


def _left_out(text: str, span: Span) -> Fix | None:
    """A fix that takes away the whole lines of a declaration; None where a comment shares them."""
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    end = len(text) if end < 0 else end + 1
    if text[start : span.start].strip() or text[span.end : end].strip():
        return None
    return Fix("leave it out", (Edit(Span(start, end), ""),))
