"""The inputs a program needs, and whether it answers for their absence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import expressions, nodes, sends

if TYPE_CHECKING:
    from stratc.compiler.context import Context

SPOT = "spot"


def inputs(cx: Context, program: ir.Program) -> tuple[ir.InputSpec, ...]:
    """Every input that is read or watched, by name; `spot` also where it values the book or an order."""
    units: dict[str, str] = {}
    if any(sends(rule) for rule in program.rules):
        units[SPOT] = cx.scope.price_type.ir_text()
    for expr in expressions(program):
        for node in nodes(expr):
            if isinstance(node, ir.Input):
                units[node.name] = node.unit
            elif isinstance(node, ir.BookSignal):
                units[SPOT] = cx.scope.price_type.ir_text()
    triggers = [rule.trigger for rule in program.rules]
    answered = {on.signal for on in triggers if isinstance(on, ir.On) and on.signal is not None}
    units |= {name: cx.scope.values[name].typed.type.ir_text() for name in answered - units.keys()}
    declared = {name for name, symbol in cx.scope.values.items() if symbol.role == "signal"}
    return tuple(
        ir.InputSpec(name, unit, name in declared, name.partition("(")[0] in answered)
        for name, unit in sorted(units.items())
    )
