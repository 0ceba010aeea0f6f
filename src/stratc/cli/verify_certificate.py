"""`stratc verify-certificate`: another solver's word on every proof."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from stratc.cli.failures import PROGRAM, USAGE, WORLD, Failure
from stratc.cli.finite import SECONDS, Finite
from stratc.cli.programs import count, load

if TYPE_CHECKING:
    from stratc.compiler.proof.certificate import Certificate, Entry
    from stratc.compiler.proof.second_solver import Answer, Name

_LARGEST = 16 * 1024 * 1024


class Looked(NamedTuple):
    """A proof with what came of it."""

    entry: Entry
    answer: Answer


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--program", metavar="FILE", help="Also hold it to be this program's, and complete.")
@click.option("--solver", type=click.Choice(["cvc5", "z3"]), default="cvc5", show_default=True)
@click.option(
    "--timeout",
    type=Finite(0.01, SECONDS),
    default=10.0,
    show_default=True,
    help="Seconds for one proof.",
)
@click.option("--allow-unknown", is_flag=True, help="A proof that the solver cannot settle is no failure.")
def command(folder: str, program: str | None, solver: Name, timeout: float, allow_unknown: bool) -> None:
    """Check a certificate (`stratc prove --emit DIR`) with another solver.

    Ends with 0 where every proof holds, 1 where one does not or the certificate is not what it says.
    """
    from stratc.compiler.proof.certificate_check import wrong_with_index, wrong_with_program  # noqa: PLC0415  # the prover is not for --help
    from stratc.compiler.proof.second_solver import Answer, second_solver  # noqa: PLC0415  # the same

    try:
        ask, version = second_solver(solver, timeout)
    except ImportError:
        fix = "pip install 'stratc[cvc5]', or --solver z3" if solver == "cvc5" else "pip install z3-solver"
        raise Failure(WORLD, f"{solver} is not installed", fix) from None
    given = _index(Path(folder))
    wrong = list(wrong_with_index(given))
    looked, texts = [], {}
    for entry in () if wrong else given.entries:
        text, why = _script(Path(folder), entry)
        texts[entry.file] = text
        looked.append(Looked(entry, ask(text) if why is None else Answer("unreadable", why)))
    if not wrong and program is not None:
        wrong = list(wrong_with_program(given, texts, load(program, unproved=True).ir))
    _show(looked, wrong)
    print(_summary(given, looked, version, program))
    bad = [one for one in looked if one.answer.said != "unsat"]
    if wrong or any(one.answer.said != "unknown" for one in bad) or (bad and not allow_unknown):
        sys.exit(PROGRAM)


def _index(folder: Path) -> Certificate:
    from stratc.compiler.proof.certificate import INDEX  # noqa: PLC0415  # the prover is not for --help
    from stratc.compiler.proof.certificate_check import CertificateError, read_index  # noqa: PLC0415  # the same

    path = folder / INDEX
    if not folder.exists():
        raise Failure(WORLD, f"{folder} does not exist", f"stratc prove FILE --emit {folder}")
    if not path.is_file():
        raise Failure(USAGE, f"{folder} has no {INDEX}", "name the folder that `stratc prove --emit` wrote")
    try:
        return read_index(_text(path))
    except CertificateError as error:
        raise Failure(WORLD, f"{path} is no certificate: {error}") from None


def _script(folder: Path, entry: Entry) -> tuple[str, str | None]:
    """A script, and what is wrong with it before a solver sees it."""
    from stratc.compiler.proof.certificate_check import wrong_with_file  # noqa: PLC0415  # the same

    try:
        text = _text(folder / entry.file)
    except Failure as failure:
        return "", failure.message
    return text, wrong_with_file(entry, text)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        raise Failure(WORLD, f"{path} is missing") from None
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be read: {error.strerror or error}") from None


def _show(looked: list[Looked], wrong: list[str]) -> None:
    if looked:
        rows = [("file", "limit", "line", "rule", "answer")]
        rows += [(e.file, e.limit, str(e.limit_line), str(e.rule_line or e.about), a.said) for e, a in looked]
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        reasons = ["", *(f"  {one.answer.why}" if one.answer.why else "" for one in looked)]
        for row, why in zip(rows, reasons, strict=True):
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            print(f"{line}{why}")
        print()
    for reason in wrong:
        print(f"refused: {reason}")


def _summary(given: Certificate, looked: list[Looked], version: str, program: str | None) -> str:
    said = [one.answer.said for one in looked]
    told = [f"{count(said.count('unsat'), 'proof')} of {len(given.entries)} confirmed by {version}"]
    told += [
        f"{said.count(word)} {text}"
        for word, text in (("sat", "refuted"), ("unknown", "unknown"), ("unreadable", "not to be trusted"))
        if word in said
    ]
    whose = f"{given.program}, held to {program}" if program else f"{given.program}, held to no program"
    return f"{', '.join(told)} ({whose})\ncertificate {given.hash}\na plan of it carries {given.theorems}"
