"""Calls: functions of values, functions over windows, `position(ETH)` and `iv(30 d)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.ir import nodes as ir
from stratc.compiler.typing import name_errors, unit_errors
from stratc.compiler.typing.durations import duration
from stratc.compiler.typing.infer import POISONED, infer, unify
from stratc.compiler.typing.scope import FUNCTIONS, WINDOWS, Typed
from stratc.compiler.typing.types import NUMBER, Type, quantity
from stratc.compiler.typing.units import ONE
from stratc.dsl import syntax

if TYPE_CHECKING:
    from stratc.compiler.context import Context

_SECONDS_A_DAY = 86_400
_OWN_UNIT = ("mean", "stdev", "high", "low")
"""Window functions whose value is in the unit of their argument; the others are pure numbers."""


def call(cx: Context, node: syntax.Call) -> Typed:
    """The type and IR of a call."""
    name = node.function.name
    if name in WINDOWS:
        return _window(cx, node)
    if name not in FUNCTIONS and name not in ("position", "iv"):
        name_errors.unknown_function(cx, node)
        return POISONED
    if node.over is not None:
        unit_errors.wrong_arguments(cx, node, f"`{name}` takes no window (`over …`)")
        return POISONED
    if name in ("min", "max"):
        return _extremum(cx, node)
    if len(node.args) != 1:
        unit_errors.wrong_arguments(cx, node, f"`{name}` takes one argument, and here are {len(node.args)}")
        return POISONED
    if name == "position":
        return _position(cx, node)
    return _iv(cx, node) if name == "iv" else _function(cx, node)


def _extremum(cx: Context, node: syntax.Call) -> Typed:
    name = node.function.name
    if len(node.args) < 2:
        unit_errors.wrong_arguments(
            cx, node, f"`{name}` takes two or more arguments, and here are {len(node.args)}"
        )
        return POISONED
    kind, parts = unify(cx, name, node.args, [infer(cx, arg) for arg in node.args])
    if kind.what == "error":
        return POISONED
    return Typed(ir.Apply(name, tuple(part.expr for part in parts), kind.ir_text()), kind)


def _function(cx: Context, node: syntax.Call) -> Typed:
    name, arg = node.function.name, infer(cx, node.args[0])
    if arg.type.what == "bool":
        unit_errors.not_a_number(cx, f"`{name}`", node.args[0].span)
    if arg.type.what != "quantity":
        return POISONED
    kind: Type | None = arg.type
    if name == "sqrt":
        root = arg.type.unit.root(2)
        kind = quantity(root) if root is not None else None
    elif name != "abs" and arg.type.unit != ONE:
        kind = None
    if kind is None:
        unit_errors.no_such_unit(cx, name, arg, node.args[0].span)
        return POISONED
    return Typed(ir.Apply(name, (arg.expr,), kind.ir_text()), kind)


def _position(cx: Context, node: syntax.Call) -> Typed:
    scope, asset = cx.scope, node.args[0]
    if isinstance(asset, syntax.Name) and asset.name == scope.base:
        kind = scope.base_type
        return Typed(ir.BookSignal("position", kind.ir_text()), kind)
    message = f"`position` is of the base asset, {scope.base}: `position({scope.base})`"
    unit_errors.wrong_arguments(cx, node, message)
    return POISONED


def _iv(cx: Context, node: syntax.Call) -> Typed:
    tenor = duration(cx, node.args[0], "the tenor of `iv`", seconds_only=True)
    if tenor is None:
        return POISONED
    cx.scope.used.add("iv")
    return Typed(ir.Input(f"iv({tenor.amount / _SECONDS_A_DAY:g} d)", "1"), NUMBER)


def _window(cx: Context, node: syntax.Call) -> Typed:
    name = node.function.name
    if len(node.args) != 1:
        unit_errors.wrong_arguments(cx, node, f"`{name}` takes one argument, and here are {len(node.args)}")
        return POISONED
    arg = infer(cx, node.args[0])
    if arg.type.what == "bool":
        unit_errors.not_a_number(cx, f"`{name}`", node.args[0].span)
    if node.over is None:
        unit_errors.missing_window(cx, node)
        return POISONED
    over = duration(cx, node.over, f"the window of `{name}`")
    if over is None or arg.type.what != "quantity":
        return POISONED
    kind = arg.type if name in _OWN_UNIT else NUMBER
    window = ir.Window(name, arg.expr, over, kind.ir_text(), cx.where(node.span))
    return Typed(cx.window(window), kind)
