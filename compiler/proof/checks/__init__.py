"""Checks that take a proof, one file each: code, explanation, examples, and `check(case)`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol

from stratc.compiler.analysis.subject import subject
from stratc.compiler.discover import modules
from stratc.compiler.proof.prover import Prover

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.analysis.subject import Subject
    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proving import Judge, Proving
    from stratc.dsl import syntax
    from stratc.dsl.diagnostics import Diagnostic
    from stratc.dsl.source import Source


class Case(NamedTuple):
    """A program as it was written and understood, and who proves things about it."""

    subject: Subject
    prover: Prover
    judge: Judge | None


class Check(Protocol):
    """What every file here has."""

    def check(self, case: Case) -> Iterator[Diagnostic]:
        """What the check finds in a program without errors."""


CHECKS: tuple[Check, ...] = modules(__name__, __path__[0])
"""Every check of this folder."""


def run(program: ir.Program, tree: syntax.Program, source: Source, proving: Proving) -> Iterator[Diagnostic]:
    """What all of them find; where the assumptions contradict each other nothing else is worth saying."""
    prover = Prover(program, proving.timeout, tell=False)
    case = Case(subject(program, tree, source), prover, proving.judge)
    contradiction = import_module(f"{__name__}.contradiction")
    found = _found(contradiction, case)
    yield from found
    for check in () if found else CHECKS:
        if check is not contradiction:
            yield from _found(check, case)


def _found(check: Check, case: Case) -> list[Diagnostic]:
    """What a check finds; an expression too deep to follow leaves every limit unproved, and no more said."""
    try:
        return list(check.check(case))
    except RecursionError:
        theorem = import_module(f"{__name__}.theorem")
        return list(theorem.too_deep(case)) if check is theorem else []
