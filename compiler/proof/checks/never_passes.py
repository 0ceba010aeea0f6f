"""E203: a rule whose every order a guard turns away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.proof.bursts import overflows
from stratc.compiler.proof.measures import concerns, judged
from stratc.compiler.proof.obligation import obligation
from stratc.compiler.proof.orders import NEUTRAL, after, reducing
from stratc.compiler.proof.situation import Situation, Strength
from stratc.compiler.proof.terms import ZERO, both, either, eq, no
from stratc.dsl.diagnostics import Diagnostic, Note, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proof.checks import Case
    from stratc.compiler.proof.orders import Leg
    from stratc.compiler.proof.terms import Term

CODE = declare(
    "E203",
    "rule that can never pass",
    explanation="""
Whenever this rule fires, a guard turns its order away, so that it never does anything (with `else halt` it
stops the engine each time). Either the rule asks for more than it may, or the guard is too tight.
""",
    bad="limit order size <= 5 ETH else reject\nwhen delta > 10 ETH:\n    hedge to 0 ETH\n",
    good="limit order size <= 5 ETH else clamp\nwhen abs(delta) > 10 ETH:\n    hedge to 0 ETH\n",
)
_STOPS = ("reject", "halt", "reduce only", "clamp")
_COUNTED = ("orders", "turnover")


def check(case: Case) -> Iterator[Diagnostic]:
    """One finding for each rule that no guard lets through, at the first such guard."""
    guards = [
        (position, limit)
        for position, limit in enumerate(case.subject.program.limits)
        if limit.policy in _STOPS or limit.measure in _COUNTED
    ]
    for rule, node in case.subject.rules:
        if not guards or all(isinstance(action, NEUTRAL) for action in rule.body):
            continue
        found = next((limit for position, limit in guards if _never(case, rule, position, limit)), None)
        if found is not None:
            line = found.where.line
            message = f"this rule can never pass `{_said(case, found)}` on line {line}: every order it sends breaks it"
            note = Note("the limit", Span(found.where.start, found.where.end))
            yield Diagnostic(CODE, message, node.head, (note,))


def _said(case: Case, limit: ir.Limit) -> str:
    return case.subject.source.slice(Span(limit.where.start, limit.where.end)).removeprefix("limit ")


def _never(case: Case, rule: ir.Rule, position: int, limit: ir.Limit) -> bool:
    """Whether some order of the rule is turned away in every state in which it is one."""
    situation = Situation(case.prover.given, rule, Strength())
    for number, leg, goal in _refused(situation, limit, position):
        name = f"never{position + 1}.rule{rule.index}.order{number}"
        if case.prover.quickly(obligation(name, situation.world.facts.all(), goal)):
            return _can_fire(case, situation, leg)
    return False


def _refused(situation: Situation, limit: ir.Limit, position: int) -> Iterator[tuple[int, Leg, Term]]:
    """For each order its number, itself, and that it is turned away if it is one."""
    if limit.scope == "flow":
        if limit.policy is not None and limit.policy not in ("clamp", "reduce only"):
            for number, leg, units, over in overflows(situation, limit, position):
                yield number, leg, either(eq(units, ZERO), over)
        return
    for number, leg in situation.legs():
        if not concerns(limit, leg) or leg.many or leg.units is ZERO:
            continue
        passed, units = situation.passed(leg, position)
        yield number, leg, _turned_away(situation, limit, passed, units)


def _turned_away(situation: Situation, limit: ir.Limit, leg: Leg, units: Term) -> Term:
    some = units
    if limit.policy == "clamp":
        some = situation.smaller(leg, units)
    found = judged(situation.world, limit, leg, some)
    assert found is not None
    passes = found.admissible
    if limit.policy == "reduce only":
        passes = either(passes, reducing(leg, some, after(situation.world, leg, some)))
    return either(eq(some, ZERO), no(passes))


def _can_fire(case: Case, situation: Situation, leg: Leg) -> bool:
    """Whether the rule can send the order at all: what never fires is another finding."""
    facts = [fact.term for fact in situation.world.facts.all()]
    return case.prover.solver.satisfiable([*facts, both(no(eq(leg.units, ZERO)))]) is not False
