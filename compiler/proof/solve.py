"""Solving one obligation: by intervals where they do, else by Z3 (L. de Moura, N. Bjørner, "Z3", 2008)."""

from __future__ import annotations

from fractions import Fraction
from time import perf_counter
from typing import TYPE_CHECKING, Any

from stratc.compiler.proof.intervals import Impossible, box_of
from stratc.compiler.proof.obligation import Model, Obligation, Solved
from stratc.compiler.proof.smtlib import declarations, symbol, written
from stratc.compiler.proof.terms import no, variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratc.compiler.proof.terms import Term

_LONGEST, _KEPT, _PIECE = 10_000, 100, 4_000
"""Of a number in a model: bits it may have, bits that are kept of a longer one, digits read at once."""
_DIGITS = 12
_STEPS = (0, 1, 2, 3)
"""Significant digits that a counterexample's numbers are tried with."""


def by_intervals(obligation: Obligation, tell: bool = True) -> Solved | None:
    """Proved by interval arithmetic, or None: nothing is said. `tell` works out which facts it took."""
    facts = [fact.term for fact in obligation.facts]
    box = box_of(facts)
    try:
        proved = box is None or box.proves(obligation.goal)
    except Impossible:
        proved = True
    if not proved:
        return None
    return Solved("proved", "intervals", _used(obligation, _needed(obligation)) if tell else ())


def _needed(obligation: Obligation) -> list[int]:
    """A set of facts, as positions, none of which can be left out."""
    kept = list(range(len(obligation.facts)))
    for position in reversed(range(len(obligation.facts))):
        fewer = [other for other in kept if other != position]
        box = box_of(obligation.facts[other].term for other in fewer)
        try:
            enough = box is None or box.proves(obligation.goal)
        except Impossible:
            enough = True
        if enough:
            kept = fewer
    return kept


def _used(obligation: Obligation, positions: Iterable[int]) -> tuple[tuple[str, str], ...]:
    facts = [obligation.facts[position] for position in sorted(positions)]
    return tuple(dict.fromkeys((fact.kind, fact.label) for fact in facts))


class Solver:
    """Z3 with a bound on the time of each question."""

    def __init__(self, timeout: float = 2.0) -> None:
        """`timeout` in seconds."""
        import z3  # noqa: PLC0415  # 0.2 s that a program whose obligations intervals settle does not pay

        self._z3: Any = z3
        self._context = z3.Context()
        """Of its own: what was asked elsewhere is not to change which model is found."""
        self._timeout = int(timeout * 1000)

    def solve(self, obligation: Obligation, simple: bool = True, tell: bool = True) -> Solved:
        """Proved (`tell`: with the facts it took), refuted with a model (`simple`: of short numbers), or unknown."""
        begun = perf_counter()
        terms = [fact.term for fact in obligation.facts]
        solver, parsed = self._asked([*terms, no(obligation.goal)])
        answer = _answer(solver)
        if answer == "unsat":
            used = _used(obligation, self._core(parsed)) if tell else ()
            return Solved("proved", "solver", used, seconds=perf_counter() - begun)
        if answer == "sat":
            model = self._model(solver, parsed, obligation, simple)
            return Solved("refuted", "solver", model=model, seconds=perf_counter() - begun)
        return Solved("unknown", "solver", seconds=perf_counter() - begun)

    def satisfiable(self, terms: list[Term]) -> bool | None:
        """Whether some terms can hold together; None where that is not known."""
        solver, _ = self._asked(terms)
        return {"sat": True, "unsat": False}.get(_answer(solver))

    def core(self, terms: list[Term]) -> list[int]:
        """Positions of terms that contradict each other, none of which can be left out."""
        _, parsed = self._asked(terms)
        kept = list(range(len(terms)))
        for position in reversed(range(len(terms))):
            fewer = [other for other in kept if other != position]
            if _answer(self._checked([parsed[other] for other in fewer])) == "unsat":
                kept = fewer
        return kept

    def _asked(self, terms: list[Term]) -> tuple[Any, list[Any]]:
        text = "\n".join([*declarations(terms), *(f"(assert {written(term)})" for term in terms)])
        parsed = list(self._z3.parse_smt2_string(text, ctx=self._context))
        return self._checked(parsed), parsed

    def _checked(self, parsed: list[Any]) -> Any:
        solver = self._z3.Solver(ctx=self._context)
        solver.set("timeout", self._timeout)
        solver.set("random_seed", 0)
        solver.add(*parsed)
        return solver

    def _core(self, parsed: list[Any]) -> list[int]:
        """Facts that a proof needs, as positions; the goal stands last."""
        solver = self._checked([])
        names = [self._z3.Bool(f"fact {number}", self._context) for number in range(len(parsed) - 1)]
        for name, fact in zip(names, parsed, strict=False):
            solver.add(self._z3.Implies(name, fact))
        solver.add(parsed[-1])
        solver.set("core.minimize", True)
        if _answer(solver, *names) != "unsat":
            return list(range(len(names)))
        core = {str(name) for name in solver.unsat_core()}
        return [number for number in range(len(names)) if f"fact {number}" in core]

    # --- counterexamples --------------------------------------------------------------------------------

    def _model(self, solver: Any, parsed: list[Any], obligation: Obligation, simple: bool) -> Model:
        names = variables(obligation.goal, *(fact.term for fact in obligation.facts))
        model = solver.model()
        if simple:
            for name in sorted(names, key=lambda name: ("#" in name, name.startswith("rule "), name)):
                if names[name].sort == "Real":
                    model = self._rounded(solver, model, self._z3.Real(symbol(name)[1:-1], self._context))
        return {name: self._value(model, term) for name, term in names.items()}

    def _rounded(self, solver: Any, model: Any, unknown: Any) -> Any:
        """A model in which one unknown is a short number, which it then stays."""
        value = _fraction(model.eval(unknown, model_completion=True))
        for candidate in _candidates(value):
            solver.push()
            solver.add(unknown == self._z3.Q(candidate.numerator, candidate.denominator, self._context))
            if _answer(solver) == "sat":
                return solver.model()
            solver.pop()
        return model

    def _value(self, model: Any, term: Term) -> Fraction | bool:
        name = symbol(str(term.value))[1:-1]
        if term.sort == "Bool":
            return bool(
                self._z3.is_true(model.eval(self._z3.Bool(name, self._context), model_completion=True))
            )
        return _fraction(model.eval(self._z3.Real(name, self._context), model_completion=True))


def solver_version() -> str:
    """The solver's name and version."""
    import z3  # noqa: PLC0415  # slow to load

    return f"z3 {z3.get_version_string()}"


def _answer(solver: Any, *assumed: Any) -> str:
    """Sat, unsat or unknown; Z3 takes an interrupt for itself, which is passed on."""
    answer = str(solver.check(*assumed))
    if answer == "unknown" and "interrupted" in solver.reason_unknown():
        raise KeyboardInterrupt
    return answer


def _candidates(value: Fraction) -> list[Fraction]:
    """Short numbers near a value: zero and one, then more and more digits of it, both ways."""
    found = [Fraction(0), Fraction(1)]
    if value:
        size = len(str(int(abs(value)))) if abs(value) >= 1 else 1 - len(str(int(1 / abs(value))))
        for digits in _STEPS[1:]:
            unit = Fraction(10) ** (size - digits)
            down = value // unit * unit
            found += [down, down + unit]
    return list(dict.fromkeys(found))


def _fraction(value: Any) -> Fraction:
    """A number of Z3's; an irrational one to twelve digits, one of thousands of digits to thirty."""
    if hasattr(value, "approx"):
        value = value.approx(_DIGITS)
    found = Fraction(_whole(value.numerator().as_string()), _whole(value.denominator().as_string()))
    return found if max(map(_bits, (found.numerator, found.denominator))) <= _LONGEST else _shortened(found)


def _whole(text: str) -> int:
    """A whole number of any length: Python reads at most some thousand digits at once."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    number = 0
    for start in range(0, len(digits), _PIECE):
        piece = digits[start : start + _PIECE]
        number = number * 10 ** len(piece) + int(piece)
    return sign * number


def _shortened(value: Fraction) -> Fraction:
    """A number next to it that people and Python can write: no model exactly, which replaying it will show."""
    size = _bits(value.numerator) - _bits(value.denominator)
    if abs(size) > _LONGEST:
        return Fraction(0) if size < 0 else Fraction(1 if value > 0 else -1) * (1 << _LONGEST)
    unit = Fraction(2) ** (size - _KEPT)
    return value // unit * unit


def _bits(number: int) -> int:
    return number.bit_length()
