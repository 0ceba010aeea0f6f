"""The value of a term where every variable has one."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stratc.compiler.proof.terms import Term

Value = Fraction | bool


def evaluate(term: Term, model: Mapping[str, Value]) -> Value:
    """The exact value of a term; a variable that the model leaves out is 0 or false.

    Raises:
        ZeroDivisionError: a division by zero.
    """
    memo: dict[Term, Value] = {}

    def worth(at: Term) -> Value:
        found = memo.get(at)
        if found is None:
            found = memo[at] = _worth(at, worth, model)
        return found

    return worth(term)


def _worth(term: Term, worth: Callable[[Term], Value], model: Mapping[str, Value]) -> Value:
    match term.op:
        case "num":
            return cast("Fraction", term.value)
        case "var":
            return model.get(cast("str", term.value), Fraction(0) if term.sort == "Real" else False)
        case "true" | "false":
            return term.op == "true"
        case "ite":
            return worth(term.args[1] if worth(term.args[0]) else term.args[2])
        case "and":
            return all(worth(arg) for arg in term.args)
        case "or":
            return any(worth(arg) for arg in term.args)
        case _:
            return _OPERATORS[term.op](*(worth(arg) for arg in term.args))


_OPERATORS: dict[str, Callable[..., Value]] = {
    "+": lambda a, b: a + b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "neg": lambda a: -a,
    "abs": abs,
    "min": min,
    "max": max,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    "not": lambda a: not a,
}
