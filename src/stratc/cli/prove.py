"""`stratc prove`: what is proved of a program's limits, and from what."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from stratc.cli.failures import PROGRAM, WORLD, Failure
from stratc.cli.finite import SECONDS, Finite
from stratc.cli.programs import count, find, report, source_of
from stratc.compiler.proving import TIMEOUT

if TYPE_CHECKING:
    from typing import TextIO

    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proof.prover import Prover
    from stratc.compiler.proof.verdicts import Judgement


@click.command()
@click.argument("file")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--timeout",
    type=Finite(0.01, SECONDS),
    default=TIMEOUT,
    show_default=True,
    help="Seconds for one proof.",
)
@click.option("--require-proof", is_flag=True, help="Guards do not count: every limit must be proved.")
@click.option("--emit", metavar="DIR", help="Write the certificate: the proofs as SMT-LIB files.")
def command(file: str, form: str, timeout: float, require_proof: bool, emit: str | None) -> None:
    """Show for every limit and rule whether it is proved, how, and what the proof rests on.

    Ends with 0 where every limit without `else` is proved (with --require-proof: every limit), else with 1.
    """
    from stratc.cli import prove_told  # noqa: PLC0415  # the prover is not for --help
    from stratc.compiler.proof.pace import orders_per_hour  # noqa: PLC0415  # the same
    from stratc.compiler.proof.verdicts import Asker, judge, tally  # noqa: PLC0415  # the same

    begun = perf_counter()
    prover = Asker(_program(file), timeout)
    judged = judge(prover)
    told = prove_told.Told(
        prover.program, judged, tally(judged), orders_per_hour(prover.given), perf_counter() - begun
    )
    if form == "json":
        print(json.dumps(prove_told.as_json(told), indent=2))
    else:
        prove_told.show(told)
    if emit is not None:
        _emit(Path(emit), prover, judged, sys.stdout if form == "text" else sys.stderr)
    unproved = [one for one in judged if not one.enough and (require_proof or one.limit.policy is None)]
    if unproved:
        _say_unproved(file, unproved)
        sys.exit(PROGRAM)


def _program(file: str) -> ir.Program:
    """The program, whatever the proofs say of it.

    Raises:
        Failure: it cannot be read, or has other errors (which are shown first).
    """
    from stratc.compiler.driver import understand  # noqa: PLC0415  # not for --help

    source, unreadable = source_of(str(find(file)))
    result = None if unreadable else understand(source)
    if result is not None and result.ir is not None:
        return result.ir
    errors = tuple(
        one for one in unreadable or (result.diagnostics if result else ()) if one.severity == "error"
    )
    report(source, errors)
    raise Failure(PROGRAM, f"{source.name} has {count(len(errors), 'error')}", f"stratc check {source.name}")


def _emit(folder: Path, prover: Prover, judged: tuple[Judgement, ...], out: TextIO) -> None:
    """Write the certificate; what an earlier one left in the folder goes."""
    from stratc.compiler.proof.certificate import INDEX, certificate, files  # noqa: PLC0415  # only here
    from stratc.compiler.proof.solve import solver_version  # noqa: PLC0415  # only here

    made = certificate(prover.program, judged, solver_version())
    if folder.is_dir() and any(folder.iterdir()) and not (folder / INDEX).is_file():
        raise Failure(WORLD, f"{folder} holds something else than a certificate", "name a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / INDEX).unlink(missing_ok=True)
        for old in folder.glob("limit*.smt2"):
            old.unlink()
        for name, text in files(made):
            (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise Failure(
            WORLD, f"{error.filename or folder} cannot be written: {error.strerror or error}"
        ) from None
    proofs = count(len(made.entries), "proof")
    print(f"certificate {made.hash}: {proofs} in {folder} (stratc verify-certificate {folder})", file=out)


def _say_unproved(file: str, unproved: list[Judgement]) -> None:
    places = ", ".join(f"{one.limit.name} (line {one.limit.where.line})" for one in unproved)
    print(f"not proved: {places}", file=sys.stderr)
    if any(one.limit.policy is None for one in unproved):
        print(f"  stratc check {file} says more of each, with a fix where there is one", file=sys.stderr)
