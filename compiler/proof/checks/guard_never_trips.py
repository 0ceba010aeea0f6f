"""L504: a guard that could be a theorem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.proof.invariants import is_controlled
from stratc.compiler.proof.mended import mended
from stratc.compiler.proof.quick import QuickProver
from stratc.compiler.proof.world import World
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic, Edit, Fix, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proof.checks import Case
    from stratc.compiler.proof.prover import Prover

CODE = declare(
    "L504",
    "guard that never trips",
    explanation="""
Every order of every rule keeps this limit, so that the guard is looked at and never does anything. Without
`else …` it is a theorem: what is proved now stays proved, and a later change that breaks it does not compile.
""",
    bad="limit order size <= 5 ETH else reject\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH, at most 2 ETH\n",
    good="limit order size <= 5 ETH\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH, at most 2 ETH\n",
)


def check(case: Case) -> Iterator[Diagnostic]:
    """One finding for each guard that is proved without a solver, as it stands and as a theorem."""
    written = {item.span.start: item for item in case.subject.tree.items if isinstance(item, syntax.Limit)}
    guards = [
        (position, limit)
        for position, limit in enumerate(case.subject.program.limits)
        if limit.policy is not None and _of_orders(case, limit)
    ]
    prover = QuickProver(case.subject.program) if guards else None
    for position, limit in guards:
        if prover is None or not _all_proved(prover, position):
            continue
        node = written[limit.where.start]
        fix = _without_else(node)
        after = _program_after(case, fix)
        if after is not None and _all_proved(after, position):
            span = Span(limit.where.start, limit.where.end)
            yield Diagnostic(CODE, _message(case, node), span, (), fix if _theorems_proved(after) else None)


def _message(case: Case, limit: syntax.Limit) -> str:
    assert limit.policy is not None
    policy = case.subject.source.slice(limit.policy.span)
    return f"this guard can never trip: every order keeps it; without `else {policy}` it is a theorem"


def _of_orders(case: Case, limit: ir.Limit) -> bool:
    """Whether only orders can break a limit; what the market moves can trip a guard by itself."""
    return limit.scope != "state" or is_controlled(World(case.subject.program), limit)


def _all_proved(prover: Prover, position: int) -> bool:
    """Whether the limit is proved for every order it concerns, and there is one."""
    claims = list(prover.claims(position))
    concerned = any(claim.about != "start" for claim in claims)
    return concerned and all(claim.status == "proved" for claim in claims)


def _without_else(limit: syntax.Limit) -> Fix:
    assert limit.policy is not None
    start = limit.window.span.end if limit.window is not None else limit.bound.span.end
    return Fix("leave out the `else`", (Edit(Span(start, limit.policy.span.end), ""),))


def _program_after(case: Case, fix: Fix) -> QuickProver | None:
    """A prover of the program that a fix makes; None where that is none."""
    program = mended(case.subject.source, fix)
    return None if program is None else QuickProver(program)


def _theorems_proved(prover: Prover) -> bool:
    """Whether every theorem of a program is proved without a solver."""
    return all(
        claim.status == "proved"
        for position, limit in enumerate(prover.program.limits)
        if limit.policy is None
        for claim in prover.claims(position)
    )
