"""What the kernel does not do, with the reason: such a program runs on the plan, which is slower."""

from __future__ import annotations

from stratc.compiler.backends.kernel.signals import NATIVE
from stratc.compiler.backends.python_plan.lower import expressions
from stratc.compiler.ir import nodes as ir

_MOST_INPUTS = 63


def refused(program: ir.Program) -> str | None:
    """Why the program has no kernel, or None when it has one."""
    for expr in expressions(program):
        if isinstance(expr, ir.BookSignal) and expr.name not in NATIVE:
            return f"{expr.name} is worked out in whole numbers, by the plan only"
    for window in program.windows:
        if _sees_book(window.argument, program):
            return f"line {window.where.line}: {window.function}(…) is over a value of the book"
    if len(program.inputs) > _MOST_INPUTS:
        return f"it has {len(program.inputs)} inputs; a kernel takes {_MOST_INPUTS}"
    return None


def _sees_book(expr: ir.Expr, program: ir.Program) -> bool:
    """Whether a value depends on the book, through lets as well."""
    lets = {let.name: let.value for let in program.lets}
    seen: set[str] = set()
    todo = expressions(expr)
    while todo:
        at = todo.pop()
        if isinstance(at, ir.BookSignal):
            return True
        if isinstance(at, ir.LetRef) and at.name not in seen:
            seen.add(at.name)
            todo += expressions(lets[at.name])
    return False
