"""`stratc backtest`: a program on past prices, once or for many values of its parameters."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stratc.cli.engines import Runnable, parameters, runnable, start
from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.finite import SECONDS, Finite
from stratc.cli.market_options import IV, SEED, SETTINGS, SINCE, UNTIL
from stratc.cli.markets import chosen, opened
from stratc.cli.progress import followed
from stratc.cli.ranges import ranges
from stratc.cli.sheets import show
from stratc.cli.swift import swift
from stratc.cli.watched import particulars
from stratc.cli.workers import ENGINES, where

if TYPE_CHECKING:
    from stratc.runtime.backtest.engine import Engine, PlanEngine
    from stratc.runtime.backtest.measured import Measured
    from stratc.runtime.backtest.rows import Rows
    from stratc.runtime.backtest.sweep import Range
    from stratc.runtime.market.base import Market
    from stratc.runtime.report.sheets import Sheet


@click.command()
@click.argument("file")
@click.option("--market", help="A file of prices, or a market to simulate (calm, crash, rally, chop, jumps).")
@SEED
@SINCE
@UNTIL
@IV
@SETTINGS
@click.option(
    "--param",
    "swept",
    multiple=True,
    metavar="NAME=LOW:HIGH:COUNT",
    help="Sweep a parameter; with several, all.",
)
@click.option(
    "--walk-forward", "folds", type=click.IntRange(2, 100), help="Also choose on the past, in so many folds."
)
@click.option("--fills", type=click.Choice(["simulated", "instant"]), default="simulated", show_default=True)
@click.option(
    "--latency",
    type=Finite(0.0, SECONDS),
    help="Seconds an order takes, where the program says nothing (1).",
)
@click.option(
    "--liquidate", is_flag=True, help="Liquidate the account below maintenance margin, as venues do."
)
@click.option(
    "--kernel/--no-kernel",
    default=True,
    help="Sweep through the native kernel where there is one (default).",
)
@click.option("--workers", type=click.IntRange(1, 1024), help="Processes for a sweep (default: all cores).")
@click.option(
    "--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help=ENGINES
)
@click.option("--report", metavar="FILE", help="Write a report: one self-contained HTML file.")
@click.option("-o", "--output", metavar="FILE", help="Write the results of every run: .parquet or .csv.")
def command(file: str, swept: tuple[str, ...], folds: int | None, workers: int | None, **given: Any) -> None:
    """Run a program on past prices and say what it earned and by what, with the error of each ratio.

    Orders fill late, in part, at a price worse than mid, as the program's venues are simulated; cooldowns,
    limits and breakers act as they do live.
    """
    from stratc.runtime.backtest.engine import LATENCY, PlanEngine  # noqa: PLC0415  # numpy only when used

    target = runnable(file)
    choice = chosen(
        Path(target.path), given["market"], given["seed"], given["since"], given["until"], given["iv"]
    )
    world = opened(choice, tuple(spec.name for spec in target.plan.inputs))
    for problem in world.problems:
        print(f"note: {problem}", file=sys.stderr)
    params = parameters(given["settings"])
    start(target.machine, params)  # says what is wrong with a parameter
    if folds and not swept:
        raise Failure(USAGE, "--walk-forward chooses between parameters", "add --param NAME=LOW:HIGH:COUNT")
    latency = LATENCY if given["latency"] is None else given["latency"]
    engine = PlanEngine(target.code, world, choice.seed, given["fills"], latency, given["liquidate"])
    print(f"{target.plan.name} on {world.describe()}")
    rows = rows_file(given["output"])
    if swept:
        found = _Sweep(
            engine, target, world, ranges(swept, target.plan), params, workers, folds, given["engine"]
        )
        found.swift = swift(target, engine) if given["kernel"] else engine
        found.run(rows, given["report"])
    else:
        _once(engine, target, world, params, rows, given["report"])
    if given["output"]:
        print(f"results: {given['output']}")


def rows_file(path: str | None) -> Rows | None:
    """An open file of results; None for no path."""
    if path is None:
        return None
    if Path(path).suffix not in (".csv", ".parquet"):
        raise Failure(USAGE, f"{path} is neither .parquet nor .csv", "name the file by what it is to be")
    from stratc.runtime.backtest.rows import ParquetMissing, rows_to  # noqa: PLC0415  # only for --output

    try:
        return rows_to(Path(path))
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be written: {error.strerror or error}") from None
    except ParquetMissing as error:
        fix = "pip install 'stratc[parquet]', or name the file .csv"
        raise Failure(WORLD, str(error), fix) from None


def _once(
    engine: PlanEngine,
    target: Runnable,
    world: Market,
    params: dict[str, float],
    rows: Rows | None,
    report: str | None,
) -> None:
    from stratc.runtime.backtest.gauge import Gauge  # noqa: PLC0415  # numpy only when used
    from stratc.runtime.backtest.rows import Kept  # noqa: PLC0415  # as above
    from stratc.runtime.report.measured import run_sheets  # noqa: PLC0415  # as above

    gauge = Gauge(params)
    plan = target.plan
    with Kept(rows) as file:
        if report is None:
            interrupted = engine.run(params, [gauge])
        else:
            interrupted = _reported(engine, target, world, params, report, gauge)
        if file is not None:
            file.add(gauge.measured().row())
    show(run_sheets(gauge.measured(), plan.base, plan.quote))
    if interrupted:
        print("interrupted: this covers the run so far", file=sys.stderr)
        sys.exit(130)


def _reported(
    engine: PlanEngine,
    target: Runnable,
    world: Market,
    params: dict[str, float],
    path: str,
    gauge: Any,
    extra: Any = (),
) -> bool:
    from stratc.runtime.report.html import ReportRecorder, Section, write_html  # noqa: PLC0415  # only for --report
    from stratc.runtime.report.html.studies import run_section  # noqa: PLC0415  # as above

    recorder = ReportRecorder(particulars(target, world, engine.seed, params))
    try:
        with Path(path).open("ab"):
            pass
        interrupted = engine.run(params, [recorder, gauge])
        own: list[Section] = [run_section(gauge.measured(), target.plan.base, target.plan.quote)]
        write_html(path, recorder, [*extra, *own], "backtest")
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be written: {error.strerror or error}") from None
    print(f"report: {path}")
    return interrupted


class _Sweep:
    """A sweep from the options to what is printed."""

    def __init__(
        self,
        engine: PlanEngine,
        target: Runnable,
        world: Market,
        swept: list[Range],
        params: dict[str, float],
        workers: int | None,
        folds: int | None,
        engine_name: str,
    ) -> None:
        from stratc.runtime.backtest.sweep import grid  # noqa: PLC0415  # numpy only when used
        from stratc.runtime.pool import cores  # noqa: PLC0415  # as above

        self.engine, self.target, self.world, self.swept = engine, target, world, swept
        self.swift: Engine = engine
        """What runs the points; the best one is run by `engine` in full."""
        self.names = [each.name for each in swept]
        self.points = grid(swept, params)
        self.workers = min(workers or cores(), len(self.points))
        self.folds = folds
        self.where = where(engine_name)
        self.runs: list[Measured] = []

    def run(self, rows: Rows | None, report: str | None) -> None:
        """Sweep, walk forward, show, report."""
        from stratc.runtime.backtest.rows import Kept  # noqa: PLC0415  # numpy only when used

        interrupted = True
        with Kept(rows) as file, suppress(KeyboardInterrupt):
            for found in self._followed():
                self.runs.append(found)
                if file is not None:
                    file.add(found.row())
            interrupted = False
        if not self.runs:
            sys.exit(130)
        sheets = self._sheets()
        if not interrupted and self.folds:
            sheets.append(self._walked(self.folds))
        show(sheets)
        if report is not None:
            self._report(report, sheets)
        if interrupted:
            print(f"interrupted: {len(self.runs)} of {len(self.points)} runs are kept", file=sys.stderr)
            sys.exit(130)

    def _followed(self) -> Iterator[Measured]:
        from stratc.runtime.backtest.sweep import sweep  # noqa: PLC0415  # numpy only when used

        return followed(sweep(self.swift, self.points, self.workers, self.where), len(self.points), "runs")

    def _sheets(self) -> list[Sheet]:
        from stratc.runtime.backtest.overfitting import best_of, deflated  # noqa: PLC0415  # numpy only when used
        from stratc.runtime.report.measured import advice, luck_sheet, sweep_sheet  # noqa: PLC0415  # as above

        sheets = [sweep_sheet(self.runs, self.names, self.target.plan.quote)]
        luck = deflated(self.runs)
        if luck is not None:
            sheets.append(luck_sheet(luck))
        best = self.engine.measure(best_of(self.runs).params)
        if best.hedging.break_even is not None:
            sheets.append(advice(best.hedging, self.target.plan.base))
        return sheets

    def _walked(self, folds: int) -> Sheet:
        from stratc.runtime.backtest.walk_forward import runs, spans, walk_forward  # noqa: PLC0415  # as above
        from stratc.runtime.market.table import TableMarket  # noqa: PLC0415  # as above
        from stratc.runtime.report.measured import walk_sheet  # noqa: PLC0415  # as above

        if not isinstance(self.world, TableMarket) or len(self.world) < folds * 2:
            raise Failure(USAGE, f"{self.world.name} has too few ticks to be cut into {folds} folds")
        t = self.world.table.t
        parts = spans(float(t[0]), float(t[-1]), folds)
        results = runs(self.swift, self.points, parts, self.workers, self.where)
        measured = list(followed(results, len(self.points) * folds, "folds"))
        return walk_sheet(walk_forward(measured, parts), self.names, self.target.plan.quote)

    def _report(self, path: str, sheets: list[Sheet]) -> None:
        """The best run in full, after what the sweep shows."""
        from stratc.runtime.backtest.gauge import Gauge  # noqa: PLC0415  # as above
        from stratc.runtime.backtest.overfitting import best_of  # noqa: PLC0415  # as above
        from stratc.runtime.report.html.studies import sweep_section  # noqa: PLC0415  # only for --report

        best = best_of(self.runs)
        section = sweep_section(self.runs, self.swept, sheets, self.target.plan.quote)
        _reported(self.engine, self.target, self.world, best.params, path, Gauge(best.params), [section])
