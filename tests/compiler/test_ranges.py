"""Ranges hold every value: conditions said to be constant are, on random values within the assumptions."""

from __future__ import annotations

import operator
from math import isfinite

from hypothesis import assume, given
from hypothesis import strategies as st

from stratc.compiler.analysis.ranges import LEAST, Range, Ranges
from stratc.compiler.driver import check
from stratc.compiler.ir import nodes as ir
from stratc.dsl.source import Source
from tests.compiler import programs

_TWO = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_REAL = st.floats(-1e9, 1e9)
_WITHIN = {
    "spot": st.floats(100, 50_000),
    "mark": st.floats(LEAST, 1e6),
    "iv": st.floats(LEAST, 10),
    "leverage": st.floats(0, 100),
    "drawdown": st.floats(0, 1),
    "band": st.floats(0.1, 2),
}


class _World:
    """Values for names, drawn once each."""

    def __init__(self, program: ir.Program, data: st.DataObject) -> None:
        self._program, self._data = program, data
        self._values: dict[str, float] = {}

    def value(self, expr: ir.Expr) -> float | bool:
        """The value of an expression; ZeroDivisionError where it has none."""
        if isinstance(expr, ir.Const):
            return expr.value
        if isinstance(expr, ir.LetRef):
            return self.value(next(let.value for let in self._program.lets if let.name == expr.name))
        if isinstance(expr, ir.WindowRef):
            positive = self._program.windows[expr.index].function != "change"
            low = 100.0 if positive else -1.0
            return self._draw(f"w{expr.index}", st.floats(low, 50_000))
        if isinstance(expr, ir.Apply):
            return self._apply(expr.op, [self.value(arg) for arg in expr.args])
        return self._draw(expr.name, _WITHIN.get(expr.name.partition("(")[0], _REAL))

    def _draw(self, name: str, among: st.SearchStrategy[float]) -> float:
        if name not in self._values:
            self._values[name] = self._data.draw(among, label=name)
        return self._values[name]

    def _apply(self, op: str, args: list[float | bool]) -> float | bool:
        if op in ("min", "max"):
            return (min if op == "min" else max)(args)
        if op == "and" or op == "or":
            return all(args) if op == "and" else any(args)
        if op in _TWO:
            return _TWO[op](*args)
        return {"neg": operator.neg, "abs": abs, "not": operator.not_}[op](args[0])


@programs.FEW
@given(programs.CONDITIONS, st.data())
def test_truth_is_sound(condition: str, data: st.DataObject) -> None:
    program = check(Source("", programs.program(condition))).ir
    assume(program is not None)
    assert program is not None
    trigger = program.rules[0].trigger
    assert isinstance(trigger, ir.Level)
    truth = Ranges(program).truth(trigger.condition)
    if truth is None:
        return
    try:
        value = _World(program, data).value(trigger.condition)
    except ZeroDivisionError:
        return
    assert value is truth


@programs.FEW
@given(programs.quantities("ETH"), st.data())
def test_ranges_are_sound(quantity: str, data: st.DataObject) -> None:
    program = check(Source("", programs.program(f"{quantity} > 0 ETH"))).ir
    assume(program is not None)
    assert program is not None
    trigger = program.rules[0].trigger
    assert isinstance(trigger, ir.Level)
    assert isinstance(trigger.condition, ir.Apply)
    expr = trigger.condition.args[0]
    try:
        value = _World(program, data).value(expr)
    except ZeroDivisionError:
        return
    low, high = Ranges(program).of(expr)
    assert not isfinite(value) or low <= value <= high


def test_within() -> None:
    assert Range(0, 3).within(Range(2, 5)) == Range(2, 3)
    assert Range(0, 1).within(Range(2, 5)).empty
