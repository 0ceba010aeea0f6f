"""E204: assumptions that no market meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.words import joined
from stratc.compiler.proof.intervals import Impossible, box_of
from stratc.compiler.proof.reading import Reader
from stratc.compiler.proof.world import World
from stratc.dsl.diagnostics import Diagnostic, Note, declare
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.proof.checks import Case
    from stratc.compiler.proof.terms import Term

CODE = declare(
    "E204",
    "assumptions that contradict each other",
    explanation="""
No market and no book meets these assumptions together, so that anything at all could be proved from them. The
finding stands at the first assumption that cannot hold together with those above it; the note names the least
set that contradicts.
""",
    bad="assume spot >= 2000 USDC/ETH\nassume spot <= 1000 USDC/ETH\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="assume spot >= 1000 USDC/ETH\nassume spot <= 2000 USDC/ETH\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)


def check(case: Case) -> Iterator[Diagnostic]:
    """One finding at most: what follows from a contradiction says nothing."""
    program = case.subject.program
    if not program.assumptions:
        return
    world = World(program)
    read = Reader(world, world.book())
    conditions = [read(assumption.condition) for assumption in program.assumptions]
    facts = [fact.term for fact in world.facts.all()]
    if _can_hold(case, [*facts, *conditions]):
        return
    count = next(n for n in range(1, len(conditions) + 1) if not _can_hold(case, [*facts, *conditions[:n]]))
    found = program.assumptions[count - 1]
    core = case.prover.solver.core([*conditions[:count], *facts])
    others = [program.assumptions[number] for number in core if number < count - 1]
    notes = tuple(Note(f"`{one.text}`", Span(one.where.start, one.where.end)) for one in others)
    against = joined([f"line {one.where.line}" for one in others])
    message = (
        f"`{found.text}` cannot hold together with {against}" if others else f"`{found.text}` never holds"
    )
    yield Diagnostic(CODE, message, Span(found.where.start, found.where.end), notes)


def _can_hold(case: Case, terms: list[Term]) -> bool:
    """Whether terms can hold together; what is not known counts as possible."""
    try:
        box = box_of(terms)
    except Impossible:
        box = None
    if box is None:
        return False
    if all(box.truth(term) is True for term in terms):
        return True
    return case.prover.solver.satisfiable(terms) is not False
