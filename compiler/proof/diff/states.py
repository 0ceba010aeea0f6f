"""A state on which two versions differ, in a trader's words and as the reference interpreter takes it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from stratc.compiler.explain.words import percent, quantity
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.walk import of_rule, reached
from stratc.compiler.proof.diff.forms import window_name
from stratc.compiler.proof.diff.words import doing
from stratc.compiler.proof.evaluation import evaluate
from stratc.compiler.proof.prover import Sent
from stratc.compiler.proof.telling import order, units_of
from stratc.compiler.proof.terms import variables
from stratc.compiler.proving import Witness

if TYPE_CHECKING:
    from stratc.compiler.proof.diff.bodies import Doing
    from stratc.compiler.proof.diff.halves import Half
    from stratc.compiler.proof.obligation import Model
    from stratc.compiler.proof.terms import Term

_BOOK = (
    "delta",
    ir.JUMP_DELTA,
    "gamma",
    "vega",
    "theta",
    "equity",
    "cash",
    "pnl",
    "drawdown",
    "margin",
    "margin_ratio",
    "leverage",
    "distance_to_liquidation",
)
_WORKED_OUT = ("margin", "margin_ratio", "leverage")
"""Where all is linear, the interpreter has these from the position, the price, equity and cash."""
_SHARES = ("change", "realized_vol", "drawdown", "distance_to_liquidation")


def state(a: Half, b: Half, terms: list[Term], model: Model) -> dict[str, str]:
    """The values that some terms turn on, by name, with their units."""
    units = _units(a) | _units(b)
    told = {}
    for name in variables(*terms):
        value = model.get(name)
        if value is None or isinstance(value, bool) or name not in units:
            continue
        told[_called(a, b, name)] = _amount(name, value, units[name])
    return told


def _units(half: Half) -> dict[str, str]:
    program, own = half.program, half.side.common.own
    windows = {window_name(program, window, own): window.unit for window in program.windows}
    params = {f"param {param.name}": param.unit for param in program.params}
    return units_of(program) | windows | params


def _amount(name: str, value: Fraction, unit: str) -> str:
    if name.startswith(_SHARES) and unit == "1":
        return percent(float(value))
    return quantity(float(value), unit)


def _called(a: Half, b: Half, name: str) -> str:
    """The position is called delta where it is all there is and nobody speaks of a position."""
    if name != f"position({a.program.base})" or not a.side.holds.linear_only:
        return name
    parts = (part for half in (a, b) for expr in of_rule(half.rule) for part in reached(half.program, expr))
    speaks = any(isinstance(part, ir.BookSignal) and part.name == "position" for part in parts)
    return name if speaks else "delta"


def decision(half: Half, doings: list[Doing], model: Model) -> str:
    """What a rule that fires does: `sells 0.3 ETH`."""
    said = []
    for one in doings:
        if not one.orders:
            said.append(doing(half.program, one.action))
        for number, (leg, units, admitted) in enumerate(one.orders, 1):
            if worth(admitted, model) is not True:
                said.append("has its order rejected")
            elif worth(units, model) not in (0, None):
                said.append(order(half.program, Sent(number, leg, units, None), model))
    return ", then ".join(said) or "sends no order"


def worth(term: Term, model: Model) -> Fraction | bool | None:
    """The value of a term in a state; None where there is a division by zero."""
    try:
        return evaluate(term, model)
    except ZeroDivisionError:
        return None


def witness(half: Half, model: Model) -> Witness:
    """The state as the reference interpreter takes it."""
    program, own = half.program, half.side.common.own
    position, asset = worth(half.book.position, model), worth(half.book.asset, model)
    inputs = [spec.name for spec in program.inputs]
    book = [name for name in _BOOK if not (half.side.holds.linear_only and name in _WORKED_OUT)]
    signals = {name: float(model[name]) for name in ["spot", *inputs, *book] if name in model}
    params = {
        param.name: float(model[name])
        for param in program.params
        for name in (param.name, f"param {param.name}")
        if name in model and name not in inputs
    }
    names = [window_name(program, window, own) for window in program.windows]
    windows = tuple(float(model[name]) if name in model else None for name in names)
    return Witness(half.rule.index, "", float(position or 0), float(asset or 0), signals, params, windows)
