"""`stratc replay`: recorded events in, decisions out, one JSON line each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stratc.cli.engines import Runnable, parameters, runnable, start
from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.market_options import SETTINGS
from stratc.runtime.engine.messages import Outcome, Snapshot, TickResult
from stratc.runtime.market.events import read_events
from stratc.runtime.market.problems import DataError
from stratc.runtime.session import atomic_sets
from stratc.runtime.venues.instant import InstantVenue

if TYPE_CHECKING:
    from stratc.reference.interpreter import Reference
    from stratc.runtime.engine.machine import Machine

DEFAULT_IV = 0.8


@click.command()
@click.argument("file", required=False)
@click.option("--events", help='A file of JSON lines: {"t": seconds, "block": n, "signals": {…}}.')
@click.option("--from-journal", "journal", help="Replay a run of this journal and compare its decisions.")
@click.option("--run", "number", type=int, help="Which run of the journal (default: the last).")
@click.option(
    "--engine", type=click.Choice(["plan", "kernel", "reference"]), default="plan", show_default=True
)
@click.option("--fills", type=click.Choice(["instant", "none"]), default="instant", show_default=True)
@SETTINGS
def command(
    file: str | None,
    events: str | None,
    journal: str | None,
    number: int | None,
    engine: str,
    fills: str,
    settings: tuple[str, ...],
) -> None:
    """Feed recorded events to a program and print a JSON line for every action that a rule fires."""
    if (events is None) == (journal is None):
        raise Failure(USAGE, "give either --events FILE or --from-journal FILE")
    if journal is not None and engine == "kernel":
        raise Failure(USAGE, "a journal is compared tick by tick", "give --engine plan or --engine reference")
    if journal is not None:
        from stratc.cli.rerun import rerun  # noqa: PLC0415  # only for a journal

        rerun(journal, number, file, engine)
        return
    if file is None:
        raise Failure(USAGE, "which program? stratc replay FILE --events EVENTS.jsonl")
    target = runnable(file, unproved=True)
    params = parameters(settings)
    try:
        snapshots = with_volatility(list(read_events(Path(str(events)))), target)
    except DataError as error:
        raise Failure(WORLD, str(error)) from None
    results = None
    if engine == "kernel":
        from stratc.cli.kernels import on_kernel  # noqa: PLC0415  # NumPy, only for this engine

        results = on_kernel(target, params, snapshots, fills == "instant")
        engine = "plan"
    for result in results or decisions(engine_of(target, engine, params), snapshots, fills == "instant"):
        for outcome in result.outcomes:
            print(line(outcome))


def engine_of(
    target: Runnable, engine: str, params: dict[str, float], fired_once: frozenset[int] = frozenset()
) -> Machine | Reference:
    """The engine that was asked for, started."""
    if engine == "plan":
        return start(target.machine, params, fired_once)
    if target.loaded is None:
        raise Failure(
            USAGE, "the reference engine interprets a program, not a plan file", "give the .strat file"
        )
    from stratc.reference.interpreter import Reference  # noqa: PLC0415  # only when asked for

    start(target.machine, params)  # says what is wrong with a parameter
    return Reference(target.loaded.ir, params, fired_once)


def decisions(
    engine: Machine | Reference, snapshots: Iterable[Snapshot], instant: bool
) -> Iterator[TickResult]:
    """Step through the snapshots; orders fill at once at the tick's price, or never."""
    venue = InstantVenue()
    for snapshot in snapshots:
        if instant:
            for event in venue.advance(snapshot, engine.book.perp):
                engine.apply(event)
        result = engine.step(snapshot)
        if instant:
            for legs in atomic_sets(result):
                for fill in venue.submit_set(legs, snapshot):
                    engine.apply(fill)
        yield result


def with_volatility(snapshots: list[Snapshot], target: Runnable) -> list[Snapshot]:
    """Options need a volatility: when the events never give one, 80 % is taken, and said."""
    wanted = [spec.name for spec in target.plan.inputs if spec.name == "iv" or spec.name.startswith("iv(")]
    if not wanted or any(name in snapshot.signals for snapshot in snapshots for name in (*wanted, "iv")):
        return snapshots
    print(f"the events give no iv: taking {DEFAULT_IV:.0%}", file=sys.stderr)
    return [Snapshot(s.t, s.block, {**s.signals, "iv": DEFAULT_IV}) for s in snapshots]


def line(outcome: Outcome) -> str:
    """The JSON line of one action."""
    told: dict[str, object] = {
        "tick": outcome.tick,
        "t": outcome.t,
        "rule": outcome.rule,
        "outcome": outcome.verdict,
        "do": outcome.do,
        "instrument": outcome.symbol,
        "size": outcome.size(),
        "limits": list(outcome.limits),
        "mode": outcome.state,
    }
    if outcome.text:
        told["text"] = outcome.text
    return json.dumps(told)
