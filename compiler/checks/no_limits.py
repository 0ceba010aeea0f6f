"""W401: a program that trades without any limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject
from stratc.compiler.ir.walk import sends
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "W401",
    "no limits",
    explanation="""
A program without a `limit` can send an order of any size, any number of times. A limit without `else` is
proved before the program runs; one with `else` is held at run time.
""",
    bad="when abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
    good="limit order size <= 5 ETH else clamp\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding, at the first rule that trades."""
    if subject.program.limits:
        return
    for rule, node in subject.rules:
        if sends(rule):
            note = Note(f"for example `limit order size <= 5 {subject.program.base} else clamp`")
            yield Diagnostic(CODE, "this rule trades, and no limit bounds what it sends", node.head, (note,))
            return
