"""Finding, reading and checking the program a command is about."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

from stratc.cli.failures import PROGRAM, WORLD, Failure
from stratc.cli.proving import proving
from stratc.compiler.driver import check
from stratc.compiler.ir.nodes import Program
from stratc.dsl.decode import decode
from stratc.dsl.diagnostics import Diagnostic
from stratc.dsl.source import Source

_LARGEST = 16 * 1024 * 1024


class Loaded(NamedTuple):
    """A program that compiles, with what the checks still have to say."""

    source: Source
    ir: Program
    diagnostics: tuple[Diagnostic, ...]


def find(path: str) -> Path:
    """The file a name means: itself, `strategy.strat` in a folder, or a strategy that ships with stratc."""
    given = Path(path)
    if given.is_dir():
        return given / "strategy.strat"
    if not given.exists() and os.sep not in path and "." not in path:
        from stratc import strategies  # noqa: PLC0415  # only for a name that is no file

        shipped = Path(strategies.__path__[0]) / path / "strategy.strat"
        if shipped.is_file():
            return shipped
    return given


def read(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-` (at most 16 MiB: more is no program).

    Raises:
        Failure: the file cannot be read.
    """
    if path == "-":
        return sys.stdin.buffer.read(_LARGEST + 1)
    try:
        with Path(path).open("rb") as file:
            return file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise Failure(
            WORLD, f"{path} does not exist", "check the path, or make one with `stratc new`"
        ) from None
    except IsADirectoryError:
        raise Failure(WORLD, f"{path} is a folder without a strategy.strat", "name the .strat file") from None
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be read: {error.strerror or error}") from None


def source_of(path: str) -> tuple[Source, tuple[Diagnostic, ...]]:
    """The text of a program, with what is wrong with its bytes."""
    return decode("<stdin>" if path == "-" else path, read(path))


def load(path: str, unproved: bool = False) -> Loaded:
    """A program ready to compile; its warnings are left to the caller. With `unproved`, what the proofs find
    wrong is shown, and the program is taken all the same: to see it happen, not to trade on it.

    Raises:
        Failure: it cannot be read, or has errors (which are shown first).
    """
    source, unreadable = source_of(str(find(path)))
    if unreadable:
        report(source, unreadable)
        raise Failure(PROGRAM, f"{source.name} cannot be read as a program")
    return checked(source, unproved)


def checked(source: Source, unproved: bool = False) -> Loaded:
    """A text that is ready to compile.

    Raises:
        Failure: it has errors (which are shown first).
    """
    result = check(source, proving())
    errors = tuple(d for d in result.diagnostics if d.severity == "error")
    if errors:
        report(source, errors)
    if result.understood is None or (errors and not unproved):
        raise Failure(
            PROGRAM, f"{source.name} has {count(len(errors), 'error')}", f"stratc check {source.name}"
        )
    return Loaded(source, result.understood, tuple(result.diagnostics))


def report(source: Source, diagnostics: tuple[Diagnostic, ...]) -> None:
    """Show diagnostics as text on standard error."""
    from stratc.dsl.render import render_text  # noqa: PLC0415  # not for a program that is fine

    print(render_text(diagnostics, source, colours(sys.stderr)), file=sys.stderr)


def colours(stream: object) -> bool:
    """Whether to colour what goes to a stream: a terminal, and nobody has said NO_COLOR."""
    return bool(getattr(stream, "isatty", bool)()) and "NO_COLOR" not in os.environ


def count(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
