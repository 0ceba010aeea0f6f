"""Changes that may make a limit provable; each is tried, and only one that proves is offered."""

from __future__ import annotations

from fractions import Fraction
from math import floor, inf, log10
from typing import TYPE_CHECKING

from stratc.compiler.explain.words import duration
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.text import number
from stratc.compiler.proof.cadence import length_of
from stratc.compiler.proof.mended import mended
from stratc.compiler.proof.prover import Prover
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Edit, Fix
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.checks import Case
    from stratc.compiler.proof.prover import Claim

_CLAUSE = {
    "order size": "at most",
    "topup": "at most",
    "order slippage": "slippage <=",
    "order gas": "gas <=",
}


def fix(case: Case, claim: Claim) -> Fix | None:
    """The first change that was tried and proves the claim."""
    return next((one for one in _candidates(case, claim) if _proves(case, claim, one)), None)


def _proves(case: Case, claim: Claim, fix: Fix) -> bool:
    """Whether the limit is proved for the rule in the program that the change makes."""
    program = mended(case.subject.source, fix)
    if program is None:
        return False
    prover = Prover(program, case.prover.timeout, tell=False)
    again = [one for one in prover.claims(claim.limit) if one.rule == claim.rule and one.about == claim.about]
    return all(one.status == "proved" for one in again)


def _candidates(case: Case, claim: Claim) -> Iterator[Fix]:
    limit = case.subject.program.limits[claim.limit]
    if claim.about == "flow":
        yield from _cooldowns(case, limit)
    elif claim.about == "orders" and claim.rule is not None:
        rule, node = case.subject.rules[claim.rule - 1]
        bound = _bound(case, limit)
        if limit.scope == "state":
            yield from _targets(case, limit, rule, node, bound)
            yield from _conditions(case, limit, rule, node)
        elif limit.measure == "order notional":
            yield from _clauses(case, rule, node, "at most", f"{bound} / spot")
            constant = _constant_size(case, limit)
            if constant:
                yield from _clauses(case, rule, node, "at most", constant)
        else:
            yield from _clauses(case, rule, node, _CLAUSE[limit.measure], bound)


def _bound(case: Case, limit: ir.Limit) -> str:
    """The bound of a limit as it is written."""
    written = {item.span.start: item for item in case.subject.tree.items if isinstance(item, syntax.Limit)}
    return case.subject.source.slice(written[limit.where.start].bound.span)


def _clauses(case: Case, rule: ir.Rule, node: syntax.Rule, clause: str, value: str) -> Iterator[Fix]:
    """A clause on every order of the rule: added, or put in place of the one that is too wide."""
    edits = []
    for action, written in zip(rule.body, node.body, strict=True):
        if isinstance(action, ir.Alert | ir.SetState | ir.Enter):
            continue
        kind = clause.removesuffix(" <=")
        there = next((one for one in written.clauses if one.kind == kind), None)
        if there is not None and there.value is not None:
            edits.append(Edit(there.value.span, value))
        else:
            end = written.span.end
            edits.append(Edit(Span(end, end), f", {clause} {value}"))
    for edit in edits if len(edits) > 1 else ():
        yield Fix(f"add: {edit.text.strip()}", (edit,))
    if edits:
        shown = edits[0].text if edits[0].text.startswith(",") else f"{clause} {value}"
        yield Fix(f"add: {shown}" if shown.startswith(",") else f"write: {shown}", tuple(edits))


def _constant_size(case: Case, limit: ir.Limit) -> str | None:
    """The largest round size whose notional fits at the highest price the assumptions allow."""
    program = case.subject.program
    high = case.subject.ranges.of(ir.Input("spot", f"{program.quote}/{program.base}")).high
    bound = case.subject.ranges.of(limit.bound).low
    if high == inf or not 0.0 < bound < inf:
        return None
    size = bound / high
    step = 10.0 ** (floor(log10(size)) - 1)
    return f"{number(float(f'{floor(size / step + 1e-9) * step:.6g}'))} {program.base}"


# --- limits of the state --------------------------------------------------------------------------


def _targets(case: Case, limit: ir.Limit, rule: ir.Rule, node: syntax.Rule, bound: str) -> Iterator[Fix]:
    """A hedge whose target stays inside the limit."""
    for action, written in zip(rule.body, node.body, strict=True):
        if isinstance(action, ir.Hedge) and isinstance(written, syntax.Hedge):
            target = case.subject.source.slice(written.target.span)
            inside = _inside(limit, target, bound)
            if inside is not None:
                yield Fix(f"hedge to `{inside}`", (Edit(written.target.span, inside),))


def _inside(limit: ir.Limit, target: str, bound: str) -> str | None:
    if isinstance(limit.state, ir.Apply) and limit.state.op == "abs" and limit.op == "<=":
        return (
            f"max(-({bound}), min({bound}, {target}))"
            if " " not in bound.strip()
            else _abs_inside(target, bound)
        )
    if isinstance(limit.state, ir.BookSignal):
        return f"{'min' if limit.op == '<=' else 'max'}({bound}, {target})"
    return None


def _abs_inside(target: str, bound: str) -> str:
    return f"max(-{bound}, min({bound}, {target}))"


def _conditions(case: Case, limit: ir.Limit, rule: ir.Rule, node: syntax.Rule) -> Iterator[Fix]:
    """A condition that leaves room for what the rule buys or sells."""
    trigger, measure = node.trigger, limit.state
    if not isinstance(trigger, syntax.When) or not isinstance(limit.bound, ir.Const):
        return
    signed = measure.args[0] if isinstance(measure, ir.Apply) and measure.op == "abs" else measure
    if not isinstance(signed, ir.BookSignal):
        return
    moved = sum(
        (
            action.side * case.subject.ranges.of(action.amount).high
            for action in rule.body
            if isinstance(action, ir.Trade)
        ),
        0.0,
    )
    if moved == 0.0 or abs(moved) == inf:
        return
    bound = Fraction(str(limit.bound.value))
    room = float(bound - abs(Fraction(str(moved))))
    name = f"position({case.subject.program.base})" if signed.name == "position" else signed.name
    if moved > 0:
        condition = f"{name} <= {number(room)} {limit.unit}"
    elif signed is measure:
        condition = f"{name} >= {number(float(bound) - moved)} {limit.unit}"
    else:
        condition = f"{name} >= {number(-room)} {limit.unit}"
    span = trigger.condition.span
    ends: tuple[Edit, ...] = (Edit(Span(span.end, span.end), f" and {condition}"),)
    if isinstance(trigger.condition, syntax.Binary) and trigger.condition.op == "or":
        ends = (Edit(Span(span.start, span.start), "("), Edit(Span(span.end, span.end), f") and {condition}"))
    yield Fix(f"add: and {condition}", ends)


# --- flows ------------------------------------------------------------------------------------------


def _cooldowns(case: Case, limit: ir.Limit) -> Iterator[Fix]:
    """The same cooldown for each rule, so that they share what the limit allows: added, or put in place of a
    shorter one.
    """
    if limit.window is None or limit.measure != "orders" or not isinstance(limit.bound, ir.Const):
        return
    window, most = length_of(limit.window), int(limit.bound.value)
    pressing = [
        node
        for rule, node in case.subject.rules
        if not rule.once and isinstance(rule.trigger, ir.Level | ir.Edge)
        if any(isinstance(action, ir.Hedge | ir.Trade | ir.Close | ir.Roll) for action in rule.body)
    ]
    if not pressing:
        return
    shares = [n for n in range(most // len(pressing), 0, -1) if (window.amount / n) % 1 == 0]
    for share in shares[:4]:
        length = duration(window.but(amount=window.amount / share))
        edits = tuple(_cooldown(node, length) for node in pressing)
        said = ", " if any(edit.text.startswith(",") for edit in edits) else ""
        yield Fix(f"{'add' if said else 'write'}: {said}cooldown {length}", edits)


def _cooldown(node: syntax.Rule, length: str) -> Edit:
    there = next((one.value for one in node.modifiers if one.kind == "cooldown"), None)
    if there is not None:
        return Edit(there.span, length)
    return Edit(Span(node.head.end, node.head.end), f", cooldown {length}")
