"""Obligations as SMT-LIB 2 text (C. Barrett, P. Fontaine, C. Tinelli, "The SMT-LIB Standard", 2.6)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

from stratc.compiler.proof.terms import variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratc.compiler.proof.terms import Term

_NAMES = {
    "+": "+",
    "*": "*",
    "/": "/",
    "neg": "-",
    "ite": "ite",
    "<=": "<=",
    "<": "<",
    "=": "=",
    "and": "and",
}
_NAMES |= {"or": "or", "not": "not"}


def script(assertions: Iterable[tuple[str, Term]], head: Iterable[str] = ()) -> str:
    """A script that asserts each term under its name and asks whether all can hold."""
    named = tuple(assertions)
    lines = [*(f"; {line}".rstrip() for line in head), f"(set-logic {_logic(term for _, term in named)})"]
    lines += declarations(term for _, term in named)
    lines += [f"(assert (! {written(term)} :named {symbol(name)}))" for name, term in named]
    return "\n".join([*lines, "(check-sat)", ""])


def declarations(terms: Iterable[Term]) -> list[str]:
    """A declaration for each variable, in the order they are met."""
    found = variables(*terms)
    return [f"(declare-const {symbol(name)} {term.sort})" for name, term in found.items()]


def symbol(name: str) -> str:
    """A quoted symbol: any text without bars and backslashes."""
    return f"|{name.replace('|', '/').replace(chr(92), '/')}|"


def written(term: Term) -> str:
    """A term as an S-expression."""
    parts: list[str] = []
    pending: list[Term | str] = [term]
    while pending:
        at = pending.pop()
        if isinstance(at, str):
            parts.append(at)
        elif at.op == "num":
            parts.append(_number(cast("Fraction", at.value)))
        elif at.op == "var":
            parts.append(symbol(cast("str", at.value)))
        elif not at.args:
            parts.append(at.op)
        else:
            pending.extend(reversed(_expanded(at)))
    return " ".join(parts).replace("( ", "(").replace(" )", ")")


def _expanded(term: Term) -> list[Term | str]:
    """Operators that SMT-LIB does not have, by `ite`."""
    if term.op == "abs":
        (x,) = term.args
        return ["(", "ite", "(", "<=", "0.0", x, ")", x, "(", "-", x, ")", ")"]
    if term.op in ("min", "max"):
        a, b = term.args if term.op == "min" else reversed(term.args)
        return ["(", "ite", "(", "<=", a, b, ")", *term.args, ")"]
    return ["(", _NAMES[term.op], *term.args, ")"]


def _number(value: Fraction) -> str:
    if value < 0:
        return f"(- {_number(-value)})"
    if value.denominator == 1:
        return f"{value.numerator}.0"
    return f"(/ {value.numerator}.0 {value.denominator}.0)"


def _logic(terms: Iterable[Term]) -> str:
    """QF_LRA where no two unknowns are multiplied or divided, else QF_NRA."""
    seen: set[int] = set()
    pending = list(terms)
    while pending:
        term = pending.pop()
        if id(term) in seen:
            continue
        seen.add(id(term))
        if (term.op == "*" and all(arg.free for arg in term.args)) or (term.op == "/" and term.args[1].free):
            return "QF_NRA"
        pending.extend(term.args)
    return "QF_LRA"
