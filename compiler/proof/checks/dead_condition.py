"""W406 and W407, where it takes more than the range of each side: parts that decide only together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import condition_of, trigger_span
from stratc.compiler.analysis.why import COMPARISONS
from stratc.compiler.checks.always_true import CODE as ALWAYS
from stratc.compiler.checks.never_true import CODE as NEVER
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import reached
from stratc.compiler.proof.course import Course
from stratc.compiler.proof.examples import refuted_by_example
from stratc.compiler.proof.obligation import obligation
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.situation import Given
from stratc.compiler.proof.solve import by_intervals
from stratc.compiler.proof.terms import FALSE, TRUE, no
from stratc.dsl.diagnostics import Diagnostic, Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.checks import Case
    from stratc.compiler.proof.obligation import Solved
    from stratc.dsl import syntax

_TOLD = ("gamma", "vega", "theta", "margin", "margin_ratio", "leverage", "distance_to_liquidation")


def check(case: Case) -> Iterator[Diagnostic]:
    """One finding for each rule whose condition cannot change and was not seen to by its ranges alone."""
    for rule, node in case.subject.rules:
        condition = condition_of(rule.trigger)
        if condition is None or case.subject.ranges.truth(condition) is not None:
            continue
        if _simple(case, condition) or _told(case, condition):
            continue
        never = _proved(case, rule, condition, False)
        if never is not None:
            message = "this condition is never true, and the rule never fires"
            yield Diagnostic(
                NEVER, message, trigger_span(node), _why(never, "its parts contradict each other")
            )
            continue
        always = _proved(case, rule, condition, True)
        if always is not None:
            yield _always(rule, node, always)


def _simple(case: Case, condition: ir.Expr) -> bool:
    """One comparison, and no assumption: the ranges of its sides have said all."""
    parts = reached(case.subject.program, condition)
    count = sum(isinstance(part, ir.Apply) and part.op in COMPARISONS for part in parts)
    return count < 2 and not case.subject.program.assumptions


def _told(case: Case, condition: ir.Expr) -> bool:
    """Whether it reads what an account tells, which may hold more than the program knows of."""
    parts = reached(case.subject.program, condition)
    return any(isinstance(part, ir.BookSignal) and part.name in _TOLD for part in parts)


def _always(rule: ir.Rule, node: syntax.Rule, proof: Solved) -> Diagnostic:
    message = "this condition is always true: the rule fires at every tick"
    if isinstance(rule.trigger, ir.Edge):
        message = "this condition is always true: there is no transition, and the rule never fires"
    notes = (*_why(proof, "its parts leave nothing out"), Note("to act regularly say `every 1 h`"))
    return Diagnostic(ALWAYS, message, trigger_span(node), notes)


def _proved(case: Case, rule: ir.Rule, condition: ir.Expr, truth: bool) -> Solved | None:
    """The proof that a condition always has a truth, on whatever book and market the assumptions allow."""
    course = Course(Given(case.subject.program))
    holds = Reader(course.world, course.start)(condition)
    goal = holds if truth else no(holds)
    if goal is FALSE:
        return None
    one = obligation(f"{'always' if truth else 'never'}.rule{rule.index}", course.world.facts.all(), goal)
    if goal is not TRUE and refuted_by_example(one):
        return None
    solved = by_intervals(one) or case.prover.solver.solve(one)
    return solved if solved.status == "proved" else None


def _why(proof: Solved, alone: str) -> tuple[Note, ...]:
    """The assumptions that it takes, or nothing but the condition."""
    told = [Note(f"given the assumption {label}") for kind, label in proof.used if kind == "assumption"]
    return tuple(told) or (Note(alone),)
