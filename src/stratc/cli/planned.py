"""What every command for a chain needs: the deployment, the program's bundle plan there, files written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stratc import __version__
from stratc.cli.engines import Runnable
from stratc.cli.failures import PROGRAM, USAGE, WORLD, Failure
from stratc.cli.programs import count, report
from stratc.runtime.market.problems import DataError

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir
    from stratc.runtime.bundle import Bundle
    from stratc.runtime.deployment import Deployment


def deployment_at(path: str) -> Deployment:
    """The deployment of a file.

    Raises:
        Failure: it cannot be read, or is none.
    """
    from stratc.runtime.deployment_file import read_deployment  # noqa: PLC0415  # with pydantic: for this target

    try:
        return read_deployment(Path(path))
    except DataError as error:
        raise Failure(WORLD, str(error)) from None


def reads_venues(deployment: Deployment) -> bool:
    """Whether the guard was deployed with a book of what the account holds at venues."""
    return deployment.guard is not None and deployment.guard.book is not None


def lowered(target: Runnable, deployment: Deployment) -> Bundle:
    """The bundle plan of a program for a deployment.

    Raises:
        Failure: what it does cannot be carried out there, or it is no source.
    """
    from stratc.compiler.backends.userop.lower import lower  # noqa: PLC0415  # with pydantic: for this target

    made = lower(program_of(target), deployment, __version__)
    if made.bundle is None:
        assert target.loaded is not None  # a plan file has been refused
        report(target.loaded.source, made.findings)
        errors = count(len(made.findings), "error")
        raise Failure(PROGRAM, f"{target.path} cannot be carried out by this deployment: {errors}")
    return made.bundle


def program_of(target: Runnable) -> ir.Program:
    """The program that a runnable was made of.

    Raises:
        Failure: it was loaded as a plan.
    """
    if target.loaded is None:
        raise Failure(USAGE, f"{target.path} is a compiled plan", "give the .strat file it was compiled from")
    return target.loaded.ir


def write(path: Path, text: str) -> None:
    """Write a file, its folder too where there is none, and say so.

    Raises:
        Failure: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be written: {error.strerror or error}") from None
    print(f"{path}: {len(text):,} characters")
