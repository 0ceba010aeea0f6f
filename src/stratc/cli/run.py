"""`stratc run`: a program on a market, watched."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stratc import __version__
from stratc.cli.engines import Runnable, parameters, runnable, start, stem
from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.markets import Choice, chosen, opened
from stratc.runtime.market.problems import DataError
from stratc.runtime.report import watcher
from stratc.runtime.report.meta import LimitMeta, RunMeta
from stratc.runtime.report.plain import PlainLines
from stratc.runtime.report.proofs import proof_line
from stratc.runtime.report.summary import Summary, SummaryRecorder
from stratc.runtime.session import Observer, run
from stratc.runtime.venues.of_plan import venue_of

if TYPE_CHECKING:
    from stratc.runtime.engine.machine import Machine
    from stratc.runtime.journal import Journal
    from stratc.runtime.market.base import Market
    from stratc.runtime.report.html import ReportRecorder
    from stratc.runtime.venues.simulated import SimulatedVenues


@click.command()
@click.argument("file")
@click.option("--market", help="A market to simulate (calm, crash, rally, chop, jumps) or a file of prices.")
@click.option("--seed", type=int, help="Of the simulated market and venue (default 1).")
@click.option("--from", "since", help="Start here: 2020-03-12, an ISO time, or epoch seconds.")
@click.option("--to", "until", help="End before this time.")
@click.option("--iv", help="Fix the implied volatility: 0.8 or 80%.")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=NUMBER", help="Move a parameter inside its range."
)
@click.option("--report", metavar="FILE", help="Write a report of the run: one self-contained HTML file.")
@click.option("--journal", metavar="FILE", help="Where to record the run (default NAME.journal).")
@click.option("--no-journal", is_flag=True, help="Record nothing.")
@click.option("--plain", is_flag=True, help="Lines of text instead of the live table.")
def command(
    file: str,
    market: str | None,
    seed: int | None,
    since: str | None,
    until: str | None,
    iv: str | None,
    settings: tuple[str, ...],
    report: str | None,
    journal: str | None,
    no_journal: bool,
    plain: bool,
) -> None:
    """Run a program on a simulated market or on a file of prices, and watch it decide."""
    if journal is not None and no_journal:
        raise Failure(USAGE, "--journal and --no-journal exclude each other")
    target = runnable(file)
    choice = chosen(Path(target.path), market, seed, since, until, iv)
    world = opened(choice, tuple(spec.name for spec in target.plan.inputs))
    for problem in world.problems:
        print(f"note: {problem}", file=sys.stderr)
    params = parameters(settings)
    machine = start(target.machine, params)
    meta = particulars(target, world, choice, params)
    if report is not None:
        _can_write(report)
    watching = PlainLines(meta, sys.stdout) if plain else watcher(meta, sys.stdout)
    recorder = SummaryRecorder(meta) if report is None else _reporter(meta)
    observers: list[Observer] = [watching, recorder]
    book = None if no_journal else _open_journal(journal or f"{stem(target.path)}.journal")
    if book is not None:
        observers.append(_record(book, target, world, choice, params))
    _say_start(target, world)
    interrupted = _run(machine, world, venue_of(target.plan, choice.seed), observers)
    _say_end(recorder.summary(), interrupted, plain or not sys.stdout.isatty())
    if book is not None:
        print(f"journal: {book.path} (stratc replay --from-journal {shlex.quote(book.path)})")
        book.close()
    if report is not None:
        _write_report(report, recorder)
    if interrupted:
        sys.exit(130)


def _run(machine: Machine, world: Market, venue: SimulatedVenues, observers: list[Observer]) -> bool:
    from stratc.runtime.journal import JournalError  # noqa: PLC0415 - sqlite only when recording

    try:
        return run(machine, world, venue, observers)
    except JournalError as error:
        raise Failure(WORLD, str(error), "the run stopped there; what was recorded before is safe") from None
    except DataError as error:
        raise Failure(WORLD, str(error)) from None


def particulars(target: Runnable, world: Market, choice: Choice, params: dict[str, float]) -> RunMeta:
    """What the views and the report say about the run besides its ticks."""
    plan = target.plan
    lines = target.text.splitlines()
    units = {} if target.loaded is None else {limit.name: limit.unit for limit in target.loaded.ir.limits}
    return RunMeta(
        program_name=plan.name,
        source_text=target.text,
        rule_heads={rule.index: (rule.line, rule.head) for rule in plan.rules},
        limits=[
            LimitMeta(
                limit.name,
                lines[limit.line - 1].split("#")[0].strip() if target.loaded else limit.name,
                limit.line,
                limit.policy is None and limit.name in plan.proof.proved,
                units.get(limit.name, "1").removeprefix("1"),
            )
            for limit in plan.limits
        ],
        market=world.describe(),
        seed=choice.seed,
        ir_hash=plan.ir_hash,
        command=shlex.join(["stratc", *sys.argv[1:]]),
        version=__version__,
        engine="plan",
        base=plan.base,
        quote=plan.quote,
        params={
            p.name: f"{params.get(p.name, p.value):g} {'' if p.unit == '1' else p.unit}".strip()
            for p in plan.params
        },
        length=world.length,
    )


def _open_journal(path: str) -> Journal:
    from stratc.runtime.journal import Journal, JournalError  # noqa: PLC0415  # sqlite only when recording

    try:
        return Journal.open(path)
    except JournalError as error:
        raise Failure(WORLD, str(error), "or run with --no-journal") from None


def _record(
    book: Journal, target: Runnable, world: Market, choice: Choice, params: dict[str, float]
) -> Observer:
    return book.begin(
        name=target.plan.name,
        program=target.text,
        ir_hash=target.plan.ir_hash,
        engine="plan",
        market=world.describe(),
        seed=choice.seed,
        compiler=__version__,
        params=params,
    )


def _say_start(target: Runnable, world: Market) -> None:
    plan = target.plan
    guards = sum(limit.policy is not None for limit in plan.limits)
    print(f"{plan.name}: {len(plan.rules)} rules, {len(plan.limits)} limits ({guards} of them guards)")
    if plan.limits:
        print(proof_line(plan))
    print(f"market: {world.describe()}")


def _say_end(summary: Summary, interrupted: bool, plain: bool) -> None:
    if interrupted:
        print("interrupted: the summary covers the run so far")
    if plain:
        from stratc.runtime.report.render_text import render_text  # noqa: PLC0415  # one of the two

        print(render_text(summary))
    else:
        from rich.console import Console  # noqa: PLC0415  # only for a terminal

        from stratc.runtime.report.render_rich import render_rich  # noqa: PLC0415  # only for a terminal

        Console().print(render_rich(summary))


def _reporter(meta: RunMeta) -> ReportRecorder:
    from stratc.runtime.report.html import ReportRecorder  # noqa: PLC0415 - only for --report

    return ReportRecorder(meta)


def _can_write(path: str) -> None:
    """Say that a report cannot be written before the run, not after it."""
    try:
        with Path(path).open("ab"):
            pass
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be written: {error.strerror or error}") from None


def _write_report(path: str, recorder: SummaryRecorder | ReportRecorder) -> None:
    from stratc.runtime.report.html import ReportRecorder, write_html  # noqa: PLC0415  # only for --report

    if not isinstance(recorder, ReportRecorder):
        return
    try:
        write_html(path, recorder)
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be written: {error.strerror or error}") from None
    print(f"report: {path}")
