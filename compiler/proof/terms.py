"""The language of obligations: real and Boolean terms, built through functions that fold constants.

Numbers are exact rationals. A constant of a program means the decimal a person reads (0.1 is one tenth, as
the language says), not the float next to it. Equal terms are one object, so that a term is compared and
looked up by identity, and what is shared is worked out once.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal, cast

Sort = Literal["Real", "Bool"]


class Term:
    """An operator with its arguments; a number or a variable has its `value` instead.

    Operators: num var true false + * / neg abs min max ite <= < = and or not. Division is only built
    where the divisor is not zero.
    """

    __slots__ = ("args", "free", "op", "sort", "value")

    def __init__(self, op: str, args: tuple[Term, ...], value: Fraction | str | None, sort: Sort) -> None:
        """Use the functions of this module, which keep equal terms one."""
        self.op = op
        self.args = args
        self.value = value
        self.sort = sort
        self.free: bool = op == "var" or any(arg.free for arg in args)
        """Whether there is a variable in it."""

    def __repr__(self) -> str:
        """As an S-expression."""
        if self.op in ("num", "var"):
            return str(self.value)
        return f"({' '.join([self.op, *map(repr, self.args)])})" if self.args else self.op


_known: dict[tuple[object, ...], Term] = {}


def _term(
    op: str, args: tuple[Term, ...] = (), value: Fraction | str | None = None, sort: Sort = "Real"
) -> Term:
    key = (op, value, sort, *map(id, args))
    found = _known.get(key)
    if found is None:
        found = _known[key] = Term(op, args, value, sort)
    return found


TRUE = _term("true", sort="Bool")
FALSE = _term("false", sort="Bool")


def num(value: float | Fraction) -> Term:
    """A number: a float is the shortest decimal that reads as it."""
    exact = value if isinstance(value, Fraction) else Fraction(Decimal(repr(value)))
    return _term("num", (), exact)


ZERO = num(0)
ONE = num(1)
_KEPT = dict(_known)


def forget() -> None:
    """Drop the table of known terms; terms made before and after are not to be mixed."""
    _known.clear()
    _known.update(_KEPT)


def var(name: str, sort: Sort = "Real") -> Term:
    """A variable; the same name is the same variable."""
    return _term("var", (), name, sort)


def number_of(term: Term) -> Fraction | None:
    """The value of a number."""
    return cast("Fraction", term.value) if term.op == "num" else None


def add(left: Term, right: Term) -> Term:
    """left + right."""
    a, b = number_of(left), number_of(right)
    if a is not None and b is not None:
        return num(a + b)
    if a == 0:
        return right
    if b == 0:
        return left
    if left is neg(right):
        return ZERO
    return _cancelled(left, right) or _term("+", (left, right))


def _cancelled(left: Term, right: Term) -> Term | None:
    """(a + b) - a and the like, which an order to a target makes of delta."""
    for whole, part in ((left, right), (right, left)):
        if whole.op == "+":
            opposite = neg(part)
            if whole.args[0] is opposite:
                return whole.args[1]
            if whole.args[1] is opposite:
                return whole.args[0]
    return None


def neg(term: Term) -> Term:
    """-term."""
    value = number_of(term)
    if value is not None:
        return num(-value)
    return term.args[0] if term.op == "neg" else _term("neg", (term,))


def sub(left: Term, right: Term) -> Term:
    """left - right."""
    return add(left, neg(right))


def mul(left: Term, right: Term) -> Term:
    """left * right."""
    a, b = number_of(left), number_of(right)
    if a is not None and b is not None:
        return num(a * b)
    if a == 0 or b == 0:
        return ZERO
    if a == 1:
        return right
    if b == 1:
        return left
    if a == -1:
        return neg(right)
    if b == -1:
        return neg(left)
    return _term("*", (left, right))


def div(left: Term, right: Term) -> Term:
    """left / right; the caller knows that right is not zero."""
    b = number_of(right)
    if b is not None and b != 0:
        return mul(left, num(1 / b))
    return _term("/", (left, right))


def absolute(term: Term) -> Term:
    """|term|."""
    value = number_of(term)
    if value is not None:
        return num(abs(value))
    if term.op == "abs":
        return term
    return _term("abs", (term.args[0] if term.op == "neg" else term,))


def least(left: Term, right: Term) -> Term:
    """The smaller of two."""
    a, b = number_of(left), number_of(right)
    if a is not None and b is not None:
        return num(min(a, b))
    return left if left is right else _term("min", (left, right))


def greatest(left: Term, right: Term) -> Term:
    """The larger of two."""
    a, b = number_of(left), number_of(right)
    if a is not None and b is not None:
        return num(max(a, b))
    return left if left is right else _term("max", (left, right))


def ite(condition: Term, then: Term, otherwise: Term) -> Term:
    """`then` where the condition holds, else `otherwise`."""
    if condition is TRUE or then is otherwise:
        return then
    return otherwise if condition is FALSE else _term("ite", (condition, then, otherwise), sort=then.sort)


def le(left: Term, right: Term) -> Term:
    """left <= right."""
    a, b = number_of(left), number_of(right)
    if a is not None and b is not None:
        return TRUE if a <= b else FALSE
    return TRUE if left is right else _term("<=", (left, right), sort="Bool")


def lt(left: Term, right: Term) -> Term:
    """left < right."""
    a, b = number_of(left), number_of(right)
    if a is not None and b is not None:
        return TRUE if a < b else FALSE
    return FALSE if left is right else _term("<", (left, right), sort="Bool")


def eq(left: Term, right: Term) -> Term:
    """left = right, of numbers or of truth values."""
    a, b = number_of(left), number_of(right)
    if a is not None and b is not None:
        return TRUE if a == b else FALSE
    return TRUE if left is right else _term("=", (left, right), sort="Bool")


def both(*terms: Term) -> Term:
    """All of them hold."""
    return _joined("and", TRUE, FALSE, terms)


def either(*terms: Term) -> Term:
    """One of them holds."""
    return _joined("or", FALSE, TRUE, terms)


def _joined(op: str, neutral: Term, decisive: Term, terms: tuple[Term, ...]) -> Term:
    parts: dict[int, Term] = {}
    for term in terms:
        for part in term.args if term.op == op else (term,):
            if part is decisive:
                return decisive
            if part is not neutral:
                parts[id(part)] = part
    kept = tuple(parts.values())
    return neutral if not kept else kept[0] if len(kept) == 1 else _term(op, kept, sort="Bool")


def no(term: Term) -> Term:
    """The term does not hold."""
    if term is TRUE:
        return FALSE
    if term is FALSE:
        return TRUE
    if term.op == "not":
        return term.args[0]
    if term.op == "<=":
        return lt(term.args[1], term.args[0])
    if term.op == "<":
        return le(term.args[1], term.args[0])
    return _term("not", (term,), sort="Bool")


def implies(when: Term, then: Term) -> Term:
    """If `when` holds so does `then`."""
    return either(no(when), then)


def variables(*terms: Term) -> dict[str, Term]:
    """The variables below some terms by name, in the order they are met."""
    found: dict[str, Term] = {}
    seen: set[int] = set()
    pending = list(reversed(terms))
    while pending:
        term = pending.pop()
        if id(term) in seen:
            continue
        seen.add(id(term))
        if term.op == "var":
            found[cast("str", term.value)] = term
        pending.extend(reversed(term.args))
    return found
