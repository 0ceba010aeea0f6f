"""Replaying a journal: the same events through the same program, the decisions compared bit for bit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from stratc.cli.engines import Runnable, compiled, runnable
from stratc.cli.failures import PROGRAM, WORLD, Failure
from stratc.cli.replay import engine_of, line
from stratc.cli.spent import ENGINE, spent
from stratc.runtime.engine.messages import Outcome, Snapshot
from stratc.runtime.journal import Journal, JournalError

if TYPE_CHECKING:
    from stratc.runtime.journal.recording import Recording, RunInfo


def rerun(journal: str, number: int | None, file: str | None, engine: str) -> None:
    """Print the decisions of a journalled run as they come out again; exit 1 at the first that differs.

    Raises:
        Failure: the journal cannot be read, its program no longer compiles, or a decision differs.
    """
    try:
        with Journal.open(journal, create=False) as book:
            recording = book.read(number)
            target = _program(recording.run, file)
            run = recording.run
            fired = spent(target, book, run.id) if run.engine == ENGINE else frozenset()
            ticks = _compare(recording, target, engine, fired)
    except JournalError as error:
        raise Failure(WORLD, str(error)) from None
    print(
        f"{ticks:,} ticks replayed on the {engine} engine: every decision the same, bit for bit",
        file=sys.stderr,
    )


def _program(run: RunInfo, file: str | None) -> Runnable:
    # A program that does not say its name has its file's, and the run has kept it.
    target = runnable(file) if file is not None else compiled(f"{run.name}.strat", run.program)
    if target.plan.ir_hash != run.ir_hash:
        whose = file or "the journalled program, compiled by this version,"
        raise Failure(
            PROGRAM,
            f"{whose} is not what run {run.id} was made with: its IR is {target.plan.ir_hash[:12]}…, "
            f"the run's {run.ir_hash[:12]}…",
            f"replay with stratc {run.compiler}, or leave the file out to use the program in the journal",
        )
    return target


def _compare(recording: Recording, target: Runnable, engine: str, fired: frozenset[int]) -> int:
    params = {name: float(str(value)) for name, value in recording.run.params.items()}
    running = engine_of(target, engine, params, fired)
    ticks = 0
    for event, expected in recording:
        if not isinstance(event, Snapshot):
            running.apply(event)
            continue
        ticks += 1
        result = running.step(event)
        for outcome in result.outcomes:
            print(line(outcome))
        if result.outcomes != expected:
            raise Failure(
                PROGRAM,
                f"tick {result.tick} decides differently: the journal has {_told(expected)}, "
                f"now it is {_told(result.outcomes)}",
                "this is a fault of stratc: keep the journal and report it",
            )
    return ticks


def _told(outcomes: tuple[Outcome, ...]) -> str:
    return "; ".join(line(outcome) for outcome in outcomes) or "nothing"
