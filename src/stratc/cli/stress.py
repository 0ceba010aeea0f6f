"""`stratc stress`: a program on many possible markets, with faults and an adversary."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stratc.cli.engines import Runnable, parameters, runnable, start
from stratc.cli.failures import PROGRAM, USAGE, WORLD, Failure
from stratc.cli.finite import Finite, ratio
from stratc.cli.market_options import SETTINGS
from stratc.cli.markets import chosen, opened
from stratc.cli.progress import followed
from stratc.cli.sheets import show
from stratc.cli.workers import ENGINES, where

if TYPE_CHECKING:
    from stratc.runtime.market.table import Table
    from stratc.runtime.stress.faults import Fault
    from stratc.runtime.stress.study import Study
    from stratc.runtime.stress.verdict import Verdict
    from stratc.runtime.stress.worlds import World

_MODELS = "bs, merton, heston, bates, a preset (calm, crash, rally, chop, jumps), bootstrap or history"


@click.command()
@click.argument("file")
@click.option("--paths", type=click.IntRange(1, 10_000_000), default=100, show_default=True)
@click.option(
    "--model", default="bates", show_default=True, metavar="MODEL", help=f"{_MODELS} (with --market DATA)."
)
@click.option("--market", help="A file of prices, for bootstrap and history.")
@click.option("--from", "since", help="Use the file from here.")
@click.option("--to", "until", help="Use the file up to here.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, show_default=True)
@click.option(
    "--hours", type=Finite(0.1, 87_600.0), default=72.0, show_default=True, help="Length of a path."
)
@click.option("--step", type=Finite(1.0, 604_800.0), help="Seconds between ticks (600, or the file's own).")
@click.option("--vol", help="Total volatility of a model: 0.9 or 90% (default 80%).")
@click.option("--spot", type=Finite(0.0, 1e12, min_open=True), default=3200.0, show_default=True)
@click.option(
    "--sobol", is_flag=True, help="Quasi-random prices: scrambled Sobol points in a Brownian bridge."
)
@click.option(
    "--fault",
    "kinds",
    multiple=True,
    metavar="NAME",
    help="Only this fault (several: these); none: no fault.",
)
@SETTINGS
@click.option("--path", "number", type=click.IntRange(min=0), help="Run one path again, in full.")
@click.option("--workers", type=click.IntRange(1, 1024), help="Processes (default: all cores).")
@click.option(
    "--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help=ENGINES
)
@click.option("--report", metavar="FILE", help="Write a report: one self-contained HTML file.")
@click.option("-o", "--output", metavar="FILE", help="Write the outcome of every path: .parquet or .csv.")
def command(file: str, paths: int, number: int | None, workers: int | None, **given: Any) -> None:
    """Break a program's markets and venues, and say what breaks first, how far away, and at what loss.

    Ends with 1 when a limit that was proved is broken: that would be an error of the compiler.
    """
    from stratc.runtime.stress.study import Study  # noqa: PLC0415  # numpy only when used

    target = runnable(file)
    params = parameters(given["settings"])
    start(target.machine, params)  # says what is wrong with a parameter
    study = Study(target.code, _world(target, given), _faults(given["kinds"]), params)
    print(f"{target.plan.name}: {_described(study.world)}")
    if number is not None:
        _again(target, study, number, given["report"])
        return
    _all(target, study, paths, workers, given)


def _described(world: World) -> str:
    about = f"{world.model}, {world.steps:,} ticks of {world.dt:g} s, seed {world.seed}, from {world.spot:,g}"
    return f"{about}, quasi-random" if world.sobol else about


def _faults(kinds: tuple[str, ...]) -> tuple[Fault, ...]:
    """The faults of the names, with `none` before them; all without a name."""
    from stratc.runtime.stress.faults import FAULTS  # noqa: PLC0415  # numpy only when used

    known = {fault.kind: fault for fault in FAULTS}
    for kind in kinds:
        if kind not in known:
            raise Failure(USAGE, f"there is no fault {kind!r}", f"faults: {', '.join(known)}")
    return FAULTS if not kinds else (FAULTS[0], *(f for f in FAULTS[1:] if f.kind in kinds))


def _world(target: Runnable, given: dict[str, Any]) -> World:
    from stratc.runtime.market.presets import PRESETS  # noqa: PLC0415  # as below
    from stratc.runtime.stress.worlds import FROM_DATA, MODELS, World  # noqa: PLC0415  # numpy only when used

    model = given["model"]
    if model not in (*MODELS, *FROM_DATA, *PRESETS):
        raise Failure(USAGE, f"there is no model {model!r}", f"models: {_MODELS}")
    signals = tuple(spec.name for spec in target.plan.inputs)
    data = _data(target, signals, given) if model in FROM_DATA else None
    for option, value in (("--market", "market"), ("--from", "since"), ("--to", "until")):
        if model not in FROM_DATA and given[value] is not None:
            raise Failure(USAGE, f"--model {model} takes no {option}", "use --model bootstrap or history")
    if given["sobol"] and model not in MODELS:
        raise Failure(USAGE, f"--sobol is for {', '.join(MODELS)}, not for {model}")
    dt = given["step"] or (600.0 if data is None else _spacing(data))
    steps = max(2, round(given["hours"] * 3_600.0 / dt))
    return World(
        model,
        given["seed"],
        given["spot"],
        ratio(given["vol"], "--vol") or 0.8,
        steps,
        dt,
        given["sobol"],
        signals,
        data,
    )


def _data(target: Runnable, signals: tuple[str, ...], given: dict[str, Any]) -> Table:
    from stratc.runtime.market.table import TableMarket  # noqa: PLC0415  # numpy only when used

    if not given["market"]:
        raise Failure(USAGE, f"--model {given['model']} needs data", "add --market FILE")
    choice = chosen(Path(target.path), given["market"], given["seed"], given["since"], given["until"], None)
    world = opened(choice, signals)
    if not isinstance(world, TableMarket) or len(world) < 10:
        raise Failure(WORLD, f"{given['market']} has no prices to take pieces of", "give a file of prices")
    return world.table


def _spacing(data: Table) -> float:
    """Seconds between two rows, mostly."""
    gaps = sorted((data.t[1:] - data.t[:-1]).tolist())
    return max(1.0, float(gaps[len(gaps) // 2]))


def _all(target: Runnable, study: Study, paths: int, workers: int | None, given: dict[str, Any]) -> None:
    from stratc.runtime.pool import cores  # noqa: PLC0415  # as below
    from stratc.runtime.report.stressed import sheets  # noqa: PLC0415  # as below
    from stratc.runtime.stress.verdict import Verdict  # noqa: PLC0415  # numpy only when used

    batches = study.batches(paths)
    interrupted = True
    with Verdict(study.faults, study.world.sobol) as verdict:
        with suppress(KeyboardInterrupt):
            found = study.found(paths, min(workers or cores(), len(batches)), where(given["engine"]))
            for batch in followed(found, len(batches), "batches of paths"):
                verdict.add(batch)
            interrupted = False
        if not verdict.variants[0].paths:
            sys.exit(130)
        told = sheets(verdict, target.plan.quote)
        show(told)
        if given["output"]:
            _write(given["output"], verdict)
        if given["report"]:
            _report(target, study, verdict, given["report"])
        _end(verdict)
    if interrupted:
        print("interrupted: this covers the paths so far", file=sys.stderr)
        sys.exit(130)


def _write(path: str, verdict: Verdict) -> None:
    from stratc.cli.backtest import rows_file  # noqa: PLC0415  # only for --output
    from stratc.runtime.backtest.rows import Kept  # noqa: PLC0415  # as above

    with Kept(rows_file(path)) as file:
        for row in verdict.rows():
            if file is not None:
                file.add(row)
    print(f"results: {path}")


def _end(verdict: Verdict) -> None:
    """The verdict in a line; a broken theorem is a failure."""
    base = verdict.variants[0]
    breaches = verdict.breaches
    if breaches:
        fault, path, told = breaches[0]
        raise Failure(
            PROGRAM,
            f"a proved limit was broken on {sum(v.breached for v in verdict.variants):,} paths; "
            f"path {path}, fault {fault.kind}: {told}",
            "this is an error of stratc, not of the program: please report it with the program and the seed",
        )
    first = verdict.first_to_break().most_common(1)
    what = first[0][0] if first and first[0][1] else "nothing"
    chance = base.liquidation
    print(f"breaks first: {what}; liquidated without a fault: {chance.value:.2%} +- {chance.error:.2%}")
    print("no proved limit was ever broken")


def _again(target: Runnable, study: Study, number: int, report: str | None) -> None:
    """One path in full, under the fault that was asked for."""
    from stratc.cli.watched import say_end  # noqa: PLC0415  # only for --path
    from stratc.runtime.report.html import ReportRecorder  # noqa: PLC0415  # as above

    fault = _one(study.faults)
    recorder = ReportRecorder(_meta(target, study, number, fault))
    outcome = study.replayed(number, fault, [recorder])
    say_end(recorder.summary(), interrupted=False, plain=not sys.stdout.isatty())
    print(
        f"path {number}, fault {fault.kind}: P&L {outcome.pnl:,.2f} {target.plan.quote}, lowest {outcome.worst:,.2f}"
    )
    for what, move in outcome.broke.items():
        print(f"  {what}, at a move of {move:+.1%}")
    for told in outcome.breaches:
        print(f"  broken: {told}")
    if report is not None:
        from stratc.runtime.report.html import write_html  # noqa: PLC0415  # only for --report

        _written(report, lambda: write_html(report, recorder, kind="stress"))
    if outcome.breaches:
        raise Failure(
            PROGRAM, f"a proved limit was broken: {outcome.breaches[0]}", "this is an error of stratc"
        )


def _one(faults: tuple[Fault, ...]) -> Fault:
    """The fault that was named, or none where none was."""
    from stratc.runtime.stress.faults import FAULTS  # noqa: PLC0415  # numpy only when used

    if faults == FAULTS or len(faults) == 1:
        return faults[0]
    if len(faults) > 2:
        raise Failure(USAGE, "which fault? --path runs one path with one fault", "name one with --fault")
    return faults[1]


def _meta(target: Runnable, study: Study, number: int, fault: Fault) -> Any:
    from stratc.cli.watched import particulars  # noqa: PLC0415  # only for a report
    from stratc.runtime.market.table import TableMarket  # noqa: PLC0415  # as above

    (table,) = study.world.tables(number, 1)
    about = (
        f"path {number} with {fault.kind if fault.kind != 'none' else 'no'} fault; {_described(study.world)}"
    )
    market = TableMarket(study.world.model, about, table)
    return particulars(target, market, study.world.seed, dict(study.params))


def _report(target: Runnable, study: Study, verdict: Verdict, path: str) -> None:
    """The verdict, and the worst path in full."""
    from stratc.runtime.report.html import ReportRecorder, write_html  # noqa: PLC0415  # only for --report
    from stratc.runtime.report.html.stress import stress_sections  # noqa: PLC0415  # as above

    fault, number, _ = verdict.worst()
    recorder = ReportRecorder(_meta(target, study, number, fault))
    study.replayed(number, fault, [recorder])
    extra = stress_sections(verdict, target.plan.quote)
    _written(path, lambda: write_html(path, recorder, extra, "stress"))


def _written(path: str, write: Callable[[], None]) -> None:
    try:
        write()
    except OSError as error:
        raise Failure(WORLD, f"{path} cannot be written: {error.strerror or error}") from None
    print(f"report: {path}")
