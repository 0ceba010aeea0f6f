"""The compiler's front half: source text to a checked program. Pure: no input, no output, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.compiler import checks
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.from_syntax import lower
from stratc.compiler.proving import Proving
from stratc.compiler.suppress import suppress
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic
from stratc.dsl.parser import parse
from stratc.dsl.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Work(NamedTuple):
    """What the stages have made so far; a stage that needs what is not there is skipped."""

    source: Source
    proving: Proving
    tree: syntax.Program | None = None
    ir: ir.Program | None = None
    found: tuple[Diagnostic, ...] = ()


class CheckResult(NamedTuple):
    """The program (None when there are errors) and every finding, by its place in the source."""

    ir: ir.Program | None
    diagnostics: tuple[Diagnostic, ...]
    understood: ir.Program | None = None
    """The program if it can be run at all, whatever proofs say of it."""


def _parse(work: Work) -> Work:
    result = parse(work.source)
    return work._replace(tree=result.program, found=tuple(result.diagnostics))


def _lower(work: Work) -> Work:
    if work.tree is None:
        return work
    program, found = lower(work.tree, work.source)
    return work._replace(ir=program, found=work.found + tuple(found))


def _check(work: Work) -> Work:
    if work.ir is None or work.tree is None:
        return work
    return work._replace(found=work.found + tuple(checks.run(work.ir, work.tree, work.source)))


def _prove(work: Work) -> Work:
    if work.ir is None or work.tree is None or any(one.severity == "error" for one in work.found):
        return work
    from stratc.compiler.proof import results  # noqa: PLC0415  # a program with errors needs no prover

    return work._replace(found=work.found + results.findings(work.ir, work.tree, work.source, work.proving))


def _suppress(work: Work) -> Work:
    if work.tree is None:
        return work
    return work._replace(found=tuple(suppress(work.tree.comments, work.source, work.found)))


STAGES: tuple[Callable[[Work], Work], ...] = (
    _parse,  # text to syntax tree
    _lower,  # names and units: syntax tree to IR
    _check,  # behaviour and style, each check a file in checks/
    _prove,  # limits and what else takes a proof, each check a file in proof/checks/
    _suppress,  # `# allow W404: reason`; last, for it must have seen every finding
)
"""The stages in order; each needs what those before it made."""


def check(source: Source, proving: Proving | None = None) -> CheckResult:
    """Check a program. Never raises: whatever is wrong with it is in the diagnostics."""
    return _through(STAGES, Work(source, proving or Proving()))


def understand(source: Source) -> CheckResult:
    """Check a program but for what takes a proof, for those who prove it themselves."""
    return _through([stage for stage in STAGES if stage is not _prove], Work(source, Proving()))


def _through(stages: Iterable[Callable[[Work], Work]], work: Work) -> CheckResult:
    for stage in stages:
        work = stage(work)
    found = tuple(sorted(work.found, key=lambda one: (one.span.start, one.span.end, one.code.id)))
    errors = [one.code.id for one in found if one.severity == "error"]
    understood = work.ir if all(code.startswith("E2") for code in errors) else None
    return CheckResult(None if errors else work.ir, found, understood)
