"""`stratc check`: the linter of programs, for people and for machines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.programs import colours, count, find, source_of
from stratc.cli.proving import proving
from stratc.compiler.driver import check

if TYPE_CHECKING:
    from stratc.dsl.diagnostics import Diagnostic
    from stratc.dsl.source import Source


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
)
@click.option("--strict", is_flag=True, help="Warnings count as errors for the exit code.")
@click.option(
    "--fix", is_flag=True, help="Write the fixes that are certain into the files, then check again."
)
@click.option("--require-proof", is_flag=True, help="Guards do not count: every limit must be proved.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing of warnings and style.")
def command(
    files: tuple[str, ...], form: str, strict: bool, fix: bool, require_proof: bool, quiet: bool
) -> None:
    """Check programs: .strat files, folders of them, or - for standard input.

    Exits 0 without errors, 1 with.
    """
    checked = []
    for path in _programs(files):
        if fix:
            _mend(path)
        source, found = _check(path)
        checked.append((source, tuple(d for d in found if d.severity == "error") if quiet else found))
    if form == "text":
        _say(checked)
    else:
        from stratc.dsl import render  # noqa: PLC0415  # text needs none of it

        write = {"json": render.render_json, "sarif": render.render_sarif, "github": render.render_github}[
            form
        ]
        print(write(checked))
    guarded = _guarded(checked, form) if require_proof else False
    fatal = ("error", "warning") if strict else ("error",)
    if guarded or any(d.severity in fatal for _, found in checked for d in found):
        sys.exit(1)


def _programs(files: tuple[str, ...]) -> list[str]:
    paths: list[str] = []
    for name in files:
        if name != "-" and Path(name).is_dir():
            below = sorted(str(path) for path in Path(name).rglob("*.strat"))
            if not below:
                raise Failure(WORLD, f"there is no .strat file in {name}", "name a file, or another folder")
            paths.extend(below)
        else:
            paths.append(name if name == "-" else str(find(name)))
    return paths


def _check(path: str) -> tuple[Source, tuple[Diagnostic, ...]]:
    source, unreadable = source_of(path)
    return source, unreadable or tuple(check(source, proving()).diagnostics)


def _guarded(checked: list[tuple[Source, tuple[Diagnostic, ...]]], form: str) -> bool:
    """Whether a program without errors has a guard that may trip; each is named."""
    from stratc.cli.require_proof import say_unproved, unproved  # noqa: PLC0415  # only where it is asked for

    fine = [source for source, found in checked if all(d.severity != "error" for d in found)]
    guarded = [(source, unproved(source)) for source in fine]
    say_unproved(form, guarded)
    return any(limits for _, limits in guarded)


def _mend(path: str) -> None:
    """Apply the certain fixes, again while they bring new ones to light (at most five rounds)."""
    if path == "-":
        raise Failure(USAGE, "--fix writes into files; standard input has none")
    from stratc.dsl.render import apply_fixes  # noqa: PLC0415  # only for --fix

    for _ in range(5):
        source, found = _check(path)
        mended = apply_fixes(source, found)
        if mended == source.text:
            return
        Path(path).write_bytes(mended.encode())


def _say(checked: list[tuple[Source, tuple[Diagnostic, ...]]]) -> None:
    tally = {"error": 0, "warning": 0, "info": 0}
    for source, found in checked:
        for diagnostic in found:
            tally[diagnostic.severity] += 1
        if found:
            from stratc.dsl.render import render_text  # noqa: PLC0415  # a clean program needs none of it

            print(render_text(found, source, colours(sys.stdout)))
    words = {"error": "error", "warning": "warning", "info": "style note"}
    told = [count(number, words[kind]) for kind, number in tally.items() if number]
    files = count(len(checked), "program")
    print(f"{files} checked: {', '.join(told) if told else 'nothing to say'}")
