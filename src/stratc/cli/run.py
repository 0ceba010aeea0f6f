"""`stratc run`: a program on a market, watched."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stratc.cli.chain_options import asked, none_of, on_chain
from stratc.cli.engines import Runnable, parameters, runnable, start, stem
from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.finite import ratio
from stratc.cli.liquidated import liquidations
from stratc.cli.market_options import IV, SEED, SETTINGS, SINCE, UNTIL
from stratc.cli.markets import chosen, opened
from stratc.cli.watched import go, open_journal, particulars, record, say_end, say_journal, say_start
from stratc.runtime.report import watcher
from stratc.runtime.report.plain import PlainLines
from stratc.runtime.report.summary import SummaryRecorder
from stratc.runtime.venues.margined import MarginedVenues
from stratc.runtime.venues.of_plan import venue_of

if TYPE_CHECKING:
    from stratc.runtime.report.html import ReportRecorder
    from stratc.runtime.report.meta import RunMeta
    from stratc.runtime.session import Observer


@click.command()
@click.argument("file")
@click.option("--market", help="A market to simulate (calm, crash, rally, chop, jumps) or a file of prices.")
@SEED
@SINCE
@UNTIL
@IV
@SETTINGS
@click.option(
    "--liquidate", is_flag=True, help="Liquidate the account below maintenance margin, as venues do."
)
@click.option("--report", metavar="FILE", help="Write a report of the run: one self-contained HTML file.")
@click.option("--journal", metavar="FILE", help="Where to record the run (default NAME.journal).")
@click.option("--no-journal", is_flag=True, help="Record nothing.")
@click.option("--plain", is_flag=True, help="Lines of text instead of the live table.")
@on_chain
def command(
    file: str,
    market: str | None,
    seed: int | None,
    since: str | None,
    until: str | None,
    iv: str | None,
    settings: tuple[str, ...],
    liquidate: bool,
    report: str | None,
    journal: str | None,
    no_journal: bool,
    plain: bool,
    **chain: Any,
) -> None:
    """Run a program on a simulated market, a file of prices, or with --rpc on a chain, and watch it decide."""
    if journal is not None and no_journal:
        raise Failure(USAGE, "--journal and --no-journal exclude each other")
    target = runnable(file)
    given = asked(chain)
    if given is not None:
        simulated = {"--market": market, "--seed": seed, "--from": since, "--to": until, "--report": report}
        none_of({**simulated, "--liquidate": liquidate or None})
        kept = None if no_journal else journal or f"{stem(target.path)}.journal"
        _live(target, {**given, "iv": ratio(iv)}, parameters(settings), kept)
        return
    choice = chosen(Path(target.path), market, seed, since, until, iv)
    world = opened(choice, tuple(spec.name for spec in target.plan.inputs))
    for problem in world.problems:
        print(f"note: {problem}", file=sys.stderr)
    params = parameters(settings)
    machine = start(target.machine, params)
    meta = particulars(target, world, choice.seed, params)
    if report is not None:
        _can_write(report)
    watching = PlainLines(meta, sys.stdout) if plain else watcher(meta, sys.stdout)
    recorder = SummaryRecorder(meta) if report is None else _reporter(meta)
    observers: list[Observer] = [watching, recorder]
    book = None if no_journal else open_journal(journal or f"{stem(target.path)}.journal")
    if book is not None:
        observers.append(record(book, target, world, choice.seed, params))
    say_start(target, world)
    venues = MarginedVenues(venue_of(target.plan, choice.seed), machine)
    interrupted = go(machine, world, venues if liquidate else venues.venues, observers)
    say_end(recorder.summary(), interrupted, plain or not sys.stdout.isatty())
    if liquidate:
        print(liquidations(venues.closed, target.plan))
    if book is not None:
        say_journal(book)
        book.close()
    if report is not None:
        _write_report(report, recorder)
    if interrupted:
        sys.exit(130)


def _live(target: Runnable, given: dict[str, Any], params: dict[str, float], journal: str | None) -> None:
    try:
        from stratc.cli.live_run import run_live  # noqa: PLC0415  # the chain's libraries are an extra
    except ImportError as error:
        raise Failure(
            WORLD,
            f"{error.name or 'a package'} is not installed, and a chain needs it",
            'pip install "stratc[chain]"',
        ) from None
    run_live(target, given, params, journal)


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
