"""`stratc fmt`: the one layout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stratc.cli.failures import PROGRAM, WORLD, Failure
from stratc.cli.programs import count, find, report, source_of

if TYPE_CHECKING:
    from stratc.dsl.source import Source


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when a file would change.")
@click.option(
    "--diff", is_flag=True, help="Change nothing; show what would change, exit 1 when something would."
)
def command(files: tuple[str, ...], check: bool, diff: bool) -> None:
    """Lay programs out in the one style, in place (- formats standard input to standard output)."""
    changed, broken = [], []
    for name in files:
        path = name if name == "-" else str(find(name))
        source, unreadable = source_of(path)
        if unreadable:
            report(source, unreadable)
        after = None if unreadable else _formatted(source)
        if after is None:
            broken.append(path)
        elif after != source.text:
            changed.append(path)
            if diff:
                _show(path, source.text, after)
            elif not check and path != "-":
                _write(path, after)
        if path == "-" and after is not None and not (check or diff):
            sys.stdout.write(after)
    if broken:
        raise Failure(
            PROGRAM,
            f"{count(len(broken), 'file')} left as it was: {', '.join(broken)}",
            "mend the syntax first",
        )
    if (check or diff) and changed:
        if check:
            print("\n".join(f"would change: {path}" for path in changed))
        sys.exit(1)
    if "-" not in files:
        print(f"{count(len(files), 'program')}, {len(changed)} changed")


def _formatted(source: Source) -> str | None:
    from stratc.dsl.format import format_source  # noqa: PLC0415  # lazy, as every command's own parts
    from stratc.dsl.parser import parse  # noqa: PLC0415

    parsed = parse(source)
    if parsed.program is None or any(d.severity == "error" for d in parsed.diagnostics):
        report(source, parsed.diagnostics)
        return None
    return format_source(source, parsed.program)


def _show(path: str, before: str, after: str) -> None:
    from difflib import unified_diff  # noqa: PLC0415  # slow to import

    lines = unified_diff(before.splitlines(True), after.splitlines(True), path, f"{path} (formatted)")
    sys.stdout.writelines(lines)


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_bytes(text.encode())
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be written: {error.strerror or error}") from None
