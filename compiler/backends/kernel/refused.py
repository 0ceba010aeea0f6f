"""What the kernel does not do, with the reason: such a program runs on the plan, which is slower."""

from __future__ import annotations

from stratc.compiler.backends.kernel.interval import sees_book
from stratc.compiler.backends.kernel.signals import NATIVE
from stratc.compiler.backends.python_plan.lower import expressions
from stratc.compiler.ir import nodes as ir

_MOST_INPUTS = 63


def refused(program: ir.Program) -> str | None:
    """Why the program has no kernel, or None when it has one."""
    for expr in expressions(program):
        if isinstance(expr, ir.BookSignal) and expr.name not in NATIVE:
            return f"{expr.name} is worked out by the plan only"
    lets = {let.name: let.value for let in program.lets}
    for window in program.windows:
        if sees_book(window.argument, lets):
            return f"line {window.where.line}: {window.function}(…) is over a value of the book"
    for spec in program.inputs:
        if spec.name in ("t", "block"):
            return f"a signal is called {spec.name}, which is a tick's own"
    if len(program.inputs) > _MOST_INPUTS:
        return f"it has {len(program.inputs)} inputs; a kernel takes {_MOST_INPUTS}"
    return None
