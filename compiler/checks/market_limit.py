"""W411: a limit on what no order changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.analysis.subject import Subject
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import reached
from stratc.dsl import syntax
from stratc.dsl.diagnostics import Diagnostic, Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = declare(
    "W411",
    "limit on the market",
    explanation="""
A limit is held against what the program does. What this one measures comes from the market alone, and no
order changes it: it can only drop every order while it is broken. To act on the market, write a rule; to
bound it for the proofs, an `assume`.
""",
    bad=("limit spot <= 5000 USDC/ETH else reject\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n"),
    good="assume spot <= 5000 USDC/ETH\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n",
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each state limit that does not measure the book."""
    written = {item.span.start: item for item in subject.tree.items if isinstance(item, syntax.Limit)}
    for limit in subject.program.limits:
        if limit.state is None:
            continue
        if any(isinstance(part, ir.BookSignal) for part in reached(subject.program, limit.state)):
            continue
        notes = (Note("to act on the market write a rule; to bound it for the proofs, an `assume`"),)
        message = f"`{limit.measure}` comes from the market, and no order changes it"
        yield Diagnostic(CODE, message, written[limit.where.start].measure.span, notes)
