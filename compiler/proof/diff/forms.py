"""What a part of a program means on its own, whatever names and places it has: parts of two programs compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.explain.words import duration
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.text import expression
from stratc.compiler.ir.walk import reached
from stratc.dsl.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLACES = frozenset(("where", "head", "text"))
_NUMBERED = (ir.Rule,)


def form(program: ir.Program, part: object) -> object:
    """A value that is equal for parts that mean the same: no places, and names replaced by what they stand for."""
    match part:
        case ir.LetRef(name=name):
            return form(program, next(let.value for let in program.lets if let.name == name))
        case ir.WindowRef(index=index):
            return form(program, program.windows[index])
        case ir.ParamRef(name=name):
            return "param", form(program, next(param for param in program.params if param.name == name))
        case ir.BookSignal(name=ir.JUMP_DELTA):
            return ir.JUMP_DELTA, form(program, program.models)
        case ir.Hedge(model="merton"):
            return ir.JUMP_DELTA, form(program, program.models), form(program, part.but(model=None))
        case Node():
            skipped = _PLACES | {"index"} if isinstance(part, _NUMBERED) else _PLACES
            fields = [field for field in type(part).fields if field not in skipped]
            return type(part).__name__, *(form(program, getattr(part, field)) for field in fields)
        case tuple():
            return tuple(form(program, one) for one in part)
        case _:
            return part


def plain(program: ir.Program, expr: ir.Expr, own: frozenset[str] = frozenset()) -> ir.Expr:
    """An expression with lets written out, windows as inputs of that name, and the parameters of `own` as numbers."""
    match expr:
        case ir.LetRef(name=name):
            return plain(program, next(let.value for let in program.lets if let.name == name), own)
        case ir.WindowRef(index=index, unit=unit):
            return ir.Input(window_name(program, program.windows[index], own), unit)
        case ir.ParamRef(name=name, unit=unit) if name in own:
            return ir.Const(next(param.value for param in program.params if param.name == name), unit)
        case ir.Apply(op=op, args=args, unit=unit):
            return ir.Apply(op, tuple(plain(program, arg, own) for arg in args), unit)
        case _:
            return expr


def window_name(program: ir.Program, window: ir.Window, own: frozenset[str] = frozenset()) -> str:
    """`mean(spot over 5 min)`: the same for windows of two programs only where they are the same window."""
    argument = plain(program, window.argument, own)
    text = expression(argument)
    if isinstance(argument, ir.Apply) and text.startswith("("):
        text = text[1:-1]
    return f"{window.function}({text} over {duration(window.duration)})"


def needs(program: ir.Program, exprs: Iterable[ir.Expr], own: frozenset[str], held: bool) -> frozenset[str]:
    """What must be available for some expressions to have a value; `held` where delta is the position."""
    always = {"position", "cash", *(("delta", ir.JUMP_DELTA, "gamma", "vega", "theta") if held else ())}
    found = set()
    for expr in exprs:
        for part in reached(program, expr):
            if isinstance(part, ir.Input) or (isinstance(part, ir.BookSignal) and part.name not in always):
                found.add(part.name)
            elif isinstance(part, ir.WindowRef):
                found.add(window_name(program, program.windows[part.index], own))
    return frozenset(found)


def skeleton(part: object) -> object:
    """What is left of an action without its numbers."""
    match part:
        case (
            ir.Const()
            | ir.Input()
            | ir.BookSignal()
            | ir.ParamRef()
            | ir.LetRef()
            | ir.WindowRef()
            | ir.Apply()
        ):
            return "number"
        case Node():
            fields = [field for field in type(part).fields if field not in _PLACES]
            return type(part).__name__, *(skeleton(getattr(part, field)) for field in fields)
        case tuple():
            return tuple(map(skeleton, part))
        case _:
            return part
