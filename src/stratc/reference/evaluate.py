"""What an expression is worth at one moment of a tick."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from stratc.compiler.ir import nodes as ir
from stratc.runtime.engine.view import View

Value = float | bool | None
"""A number, a truth value, or None: unavailable."""

OPERATORS: dict[str, Callable[..., float | bool]] = {
    "neg": operator.neg,
    "not": operator.not_,
    "abs": abs,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "and": lambda left, right: left and right,
    "or": lambda left, right: left or right,
    "min": min,
    "max": max,
}


@dataclass(frozen=True)
class Scene:
    """All that an expression can see: the snapshot and the projected book, parameters, lets, windows."""

    view: View
    params: Mapping[str, float]
    lets: Mapping[str, ir.Expr]
    windows: Sequence[float | None] = ()

    def on(self, view: View) -> Scene:
        """The same moment with another projected book."""
        return replace(self, view=view)


def evaluate(expression: ir.Expr, scene: Scene) -> Value:
    """The value of an expression, or None.

    "Data can be missing or stale, and that is not `false` and not `0`: a signal that depends on it is
    *unavailable*": so is everything computed from it, `and` and `or` included, and whatever arithmetic
    has no answer for.
    """
    memo: dict[str, Value] = {}

    def worth(e: ir.Expr) -> Value:
        match e:
            case ir.Const():
                return e.value
            case ir.Input():
                return read(e.name, scene.view.signals)
            case ir.BookSignal():
                return scene.view.observe(e.name)
            case ir.ParamRef():
                return scene.params[e.name]
            case ir.WindowRef():
                return scene.windows[e.index]
            case ir.LetRef():
                if e.name not in memo:
                    memo[e.name] = worth(scene.lets[e.name])
                return memo[e.name]
            case ir.Apply():
                arguments = [worth(argument) for argument in e.args]
                if None in arguments:
                    return None
                try:
                    return OPERATORS[e.op](*arguments)
                except (ArithmeticError, ValueError):
                    return None

    return worth(expression)


def read(name: str, signals: Mapping[str, float | None]) -> float | None:
    """An input's value; one tenor's implied volatility is the flat one where the market gives no other."""
    if name not in signals and name.startswith("iv("):
        return signals.get("iv")
    return signals.get(name)
