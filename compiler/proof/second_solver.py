"""What a solver that had no part in a proof says of its script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

Name = Literal["cvc5", "z3"]


class Answer(NamedTuple):
    """Of a solver to one script."""

    said: Literal["unsat", "sat", "unknown", "unreadable"]
    why: str = ""


def second_solver(name: Name, timeout: float) -> tuple[Callable[[str], Answer], str]:
    """Asks one script after the other, each for `timeout` seconds at most; and the solver's version.

    Raises:
        ImportError: it is not installed.
    """
    return _cvc5(timeout) if name == "cvc5" else _z3(timeout)


def _cvc5(timeout: float) -> tuple[Callable[[str], Answer], str]:
    import cvc5  # noqa: PLC0415  # an extra, and slow to load

    library: Any = cvc5

    def ask(text: str) -> Answer:
        manager = library.TermManager()
        solver = library.Solver(manager)
        solver.setOption("tlimit-per", str(int(timeout * 1000)))
        solver.setOption("nl-cov", "true")
        symbols = library.SymbolManager(manager)
        parser = library.InputParser(solver, symbols)
        said = "nothing"
        try:
            parser.setStringInput(library.InputLanguage.SMT_LIB_2_6, text, "script")
            while not (command := parser.nextCommand()).isNull():
                answer = str(command.invoke(solver, symbols)).strip()
                if command.getCommandName() == "check-sat":
                    said = answer
                elif answer.startswith("(error"):
                    said = answer
                    break
        except RuntimeError as error:
            said = str(error)
        return _answer(said)

    return ask, f"cvc5 {library.__version__}"


def _z3(timeout: float) -> tuple[Callable[[str], Answer], str]:
    import z3  # noqa: PLC0415  # slow to load

    library: Any = z3

    def ask(text: str) -> Answer:
        solver = library.Solver()
        solver.set("timeout", int(timeout * 1000))
        try:
            solver.add(*library.parse_smt2_string(text))
        except library.Z3Exception as error:
            return _answer(str(error))
        return _answer(str(solver.check()))

    return ask, f"z3 {library.get_version_string()}"


def _answer(said: str) -> Answer:
    if said in ("unsat", "sat"):
        return Answer("unsat" if said == "unsat" else "sat")
    if said.startswith(("unknown", "timeout")):
        return Answer("unknown", "out of time, or beyond it")
    return Answer("unreadable", " ".join(said.split())[:120])
