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
_LONG = 8
"""Operators and operands from which a term is named rather than repeated."""


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
    """A term as an S-expression; what is long and stands in it more than once is written once, by `let`."""
    names: dict[Term, str] = {}
    lets = []
    for shared in _shared(term):
        name = f"${len(names) + 1}"
        lets.append(f"(let (({name} {_flat(shared, names)})) ")
        names[shared] = name
    return "".join([*lets, _flat(term, names), ")" * len(lets)])


def _shared(term: Term) -> list[Term]:
    """Long terms that stand in several places, each after those that stand in it."""
    uses: dict[Term, int] = {}
    sizes: dict[Term, int] = {}
    order: list[Term] = []
    pending: list[tuple[Term, bool]] = [(term, False)]
    while pending:
        at, below = pending.pop()
        parts = [part for part in _expanded(at) if not isinstance(part, str)] if at.args else []
        if below:
            sizes[at] = min(_LONG, 1 + sum(sizes[part] for part in parts))
            for part in parts:
                uses[part] = uses.get(part, 0) + 1
            order.append(at)
        elif at not in uses:
            uses[at] = 0
            pending.append((at, True))
            pending.extend((part, False) for part in parts)
    return [at for at in order if uses[at] > 1 and sizes[at] == _LONG]


def _flat(term: Term, names: dict[Term, str]) -> str:
    """A term in which some terms have names."""
    parts: list[str] = []
    pending: list[Term | str] = [term]
    while pending:
        at = pending.pop()
        if isinstance(at, str):
            parts.append(at)
        elif at in names:
            parts.append(names[at])
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
