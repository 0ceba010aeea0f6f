"""One file a check, named after it: its code, explanation, examples, and `check(subject)`.

A file in this folder is a check by being here; they run in the order of their codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from stratc.compiler.analysis.subject import subject
from stratc.compiler.discover import modules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.compiler.analysis.subject import Subject
    from stratc.compiler.ir import nodes as ir
    from stratc.dsl import syntax
    from stratc.dsl.diagnostics import Diagnostic
    from stratc.dsl.source import Source


class Check(Protocol):
    """What every file here has."""

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """What the check finds in a program without errors."""


CHECKS: tuple[Check, ...] = modules(__name__, __path__[0])
"""Every check of this folder."""


def run(program: ir.Program, tree: syntax.Program, source: Source) -> Iterator[Diagnostic]:
    """What all checks find."""
    about = subject(program, tree, source)
    for check in CHECKS:
        yield from check.check(about)
