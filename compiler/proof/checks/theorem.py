"""E201 and E202: a limit without `else` that a rule can break, or that could not be proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.proof.fixes import fix
from stratc.compiler.proof.telling import effect, measured, state, witness
from stratc.compiler.proof.telling_flows import overflow
from stratc.compiler.proving import Witness
from stratc.dsl.diagnostics import Diagnostic, Note, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proof.checks import Case
    from stratc.compiler.proof.prover import Claim, Try

REFUTED = declare(
    "E201",
    "limit that a rule can break",
    explanation="""
A limit without `else` is a theorem: in every market and book that the assumptions allow, no order of any
rule breaks it. Here is one that does. The message tells the state, what the rule sends in it, and a change
that was tried and proves. Where no change is offered, bound what the rule does (`at most`, a condition, a
tighter target), bound the world (`assume`), or make the limit a guard, which is looked at when an order
leaves: `else reject`, `else clamp`.
""",
    bad="limit order size <= 5 ETH\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="limit order size <= 5 ETH\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH, at most 5 ETH\n",
)
_HARD = """limit order size <= 5 ETH
signal a: number
signal b: number
signal c: number
let squares = a * a + b * b + c * c
let mixed = a * a * a * b + b * b * b * c + c * c * c * a
when a > 0:
    buy 5 ETH + (3 * mixed - squares * squares) * 1 ETH{}
"""
"""Never more than 5 ETH (V. Cirtoaje, 1992), which takes a solver of polynomials more than a minute."""
UNKNOWN = declare(
    "E202",
    "limit that could not be proved",
    explanation="""
The solver found neither a proof nor a counterexample in its time. Products and quotients of unknowns are the
usual reason: bound them with `assume`, replace one by a constant or a parameter, cut the order with `at most`,
or make the limit a guard. `stratc prove --timeout 10` gives it longer.
""",
    bad=_HARD.format(""),
    good=_HARD.format(", at most 5 ETH"),
)


_HELD_BACK = (
    "its firing can be held back by a `defer`, and is sent later without another look at its condition"
)
_BOUND_IT = (
    "bound what is multiplied or divided with `assume`, cut the order with `at most`, or make the limit a guard: "
    "`else reject`"
)
_IN_THEORY = (
    "possible as far as the proof knows (prices and Greeks are bounded unknowns); the reference interpreter did not "
    "reproduce it"
)


def check(case: Case) -> Iterator[Diagnostic]:
    """One finding for each limit and each rule that it is not proved for."""
    for position, limit in enumerate(case.subject.program.limits):
        if limit.policy is None:
            for claim in case.prover.claims(position):
                failed = claim.failed
                if failed is not None:
                    yield _finding(case, limit, claim, failed)


def too_deep(case: Case) -> Iterator[Diagnostic]:
    """One finding for each limit, in a program whose expressions are too deep to follow."""
    for limit in case.subject.program.limits:
        if limit.policy is None:
            message = (
                f"`{_said(case, limit)}` could not be proved: an expression is nested too deeply to follow"
            )
            note = Note(
                "split it into parts that do not build on each other, or make the limit a guard: `else reject`"
            )
            yield Diagnostic(UNKNOWN, message, Span(limit.where.start, limit.where.end), (note,))


def _finding(case: Case, limit: ir.Limit, claim: Claim, failed: Try) -> Diagnostic:
    span = Span(limit.where.start, limit.where.end)
    if failed.solved.status == "unknown":
        return _unknown(case, limit, claim, span)
    if claim.about == "start":
        message = f"`{_said(case, limit)}` does not hold at the start: {_starts(case, limit)}"
        return Diagnostic(REFUTED, message, span, (Note("a limit holds from the first tick on"),))
    if claim.about == "flow":
        why, notes = overflow(case, limit, claim, failed)
        return Diagnostic(REFUTED, f"`{_said(case, limit)}` {why}", span, notes, fix(case, claim))
    return _broken(case, limit, claim, failed, span)


def _said(case: Case, limit: ir.Limit) -> str:
    """A limit as it is written, without `limit`."""
    return " ".join(case.subject.source.slice(Span(limit.where.start, limit.where.end)).split()).removeprefix(
        "limit "
    )


def _unknown(case: Case, limit: ir.Limit, claim: Claim, span: Span) -> Diagnostic:
    where = (
        ""
        if claim.rule is None
        else f" for the rule on line {case.subject.rules[claim.rule - 1][0].where.line}"
    )
    message = f"`{_said(case, limit)}` could not be proved{where} within {case.prover.timeout:g} s"
    notes: tuple[Note, ...] = (Note(_BOUND_IT),)
    if claim.rule is not None:
        notes += (Note("the rule", case.subject.rules[claim.rule - 1][1].head),)
    return Diagnostic(UNKNOWN, message, span, notes, fix(case, claim))


def _starts(case: Case, limit: ir.Limit) -> str:
    program = case.subject.program
    held = case.prover.start_value(limit)
    return f"the book starts with {limit.measure} = {measured(program, limit, held)}"


def _broken(case: Case, limit: ir.Limit, claim: Claim, failed: Try, span: Span) -> Diagnostic:
    program = case.subject.program
    rule, node = case.subject.rules[(claim.rule or 1) - 1]
    model, sent = failed.solved.model, failed.sent
    assert model is not None  # a refuted obligation about orders has both
    assert sent is not None
    told = state(program, rule, limit, failed.obligation, model)
    line = rule.where.line
    does = effect(program, limit, sent, model)
    given = f"with {told} " if told else ""
    message = f"`{_said(case, limit)}` does not hold: {given}the rule on line {line} {does}"
    notes = [Note(_replayed(case, witness(program, sent, rule, limit, model), failed))]
    if rule.index in case.prover.given.deferrable:
        notes.append(Note(_HELD_BACK))
    notes.append(Note("the rule", node.head))
    return Diagnostic(REFUTED, message, span, tuple(notes), fix(case, claim))


def _replayed(case: Case, where: Witness, failed: Try) -> str:
    """Whether the counterexample happens in the reference interpreter."""
    if case.judge is None:
        return "found by the solver; not run in the interpreter"
    if case.judge(case.subject.program, where):
        return "run in the reference interpreter: the order breaks the limit there"
    return _IN_THEORY
