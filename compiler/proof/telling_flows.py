"""Why a limit on a flow is not proved, as a trader reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.words import joined
from stratc.compiler.proof.terms import number_of
from stratc.dsl.diagnostics import Note

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proof.checks import Case
    from stratc.compiler.proof.prover import Claim, Try

_NOT_OURS = {
    "loss": (
        "the market makes losses, not the rules' orders",
        "make it a guard: `else reduce only` or `else halt`",
    ),
    "gas_spent": (
        "nothing in a program bounds what gas costs",
        "make it a guard: `else defer` or `else halt`",
    ),
}


def overflow(case: Case, limit: ir.Limit, claim: Claim, failed: Try) -> tuple[str, tuple[Note, ...]]:
    """Why the limit is not kept, and what bounds each rule has."""
    rules = case.prover.concerned(claim.limit)
    if limit.measure in _NOT_OURS:
        why, note = _NOT_OURS[limit.measure]
        return f"cannot be a theorem: {why}", (Note(note),)
    bounds = {fact.label for fact in failed.obligation.facts if fact.kind == "order"}
    open_rules = [
        r for r in rules if not any(label.startswith(f"rule on line {r.where.line}:") for label in bounds)
    ]
    notes = [Note(label) for label in sorted(bounds)]
    if open_rules:
        lines = joined([str(rule.where.line) for rule in open_rules])
        plural = "s" if len(open_rules) > 1 else ""
        why = f"nothing bounds what the rule{plural} on line{plural} {lines} can send in one window"
    else:
        why = f"the rules can send more than that: {_most(failed)} in one window"
    notes += [
        Note("the rule", case.subject.rules[rule.index - 1][1].head) for rule in (open_rules or rules)[:1]
    ]
    return f"does not hold: {why}", tuple(notes)


def _most(failed: Try) -> str:
    """The most that all rules together can send."""
    bounds = (number_of(fact.term.args[1]) for fact in failed.obligation.facts if fact.kind == "order")
    return f"{float(sum(bound for bound in bounds if bound is not None)):,.6g}"
