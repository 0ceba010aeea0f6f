"""What every watched run shares: its particulars, its journal, how it begins and ends."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from stratc import __version__
from stratc.cli.engines import Runnable
from stratc.cli.failures import WORLD, Failure
from stratc.runtime.market.problems import DataError
from stratc.runtime.report.meta import LimitMeta, RunMeta
from stratc.runtime.report.proofs import proof_line
from stratc.runtime.session import Observer, run

if TYPE_CHECKING:
    from stratc.runtime.engine.machine import Machine
    from stratc.runtime.journal import Journal, RunWriter
    from stratc.runtime.market.base import Market
    from stratc.runtime.report.summary import Summary
    from stratc.runtime.venues.base import Venue


def go(machine: Machine, world: Market, venue: Venue, observers: list[Observer]) -> bool:
    """Run to the end of the market; true when it was interrupted.

    Raises:
        Failure: the journal or the data cannot be used any further.
    """
    from stratc.runtime.journal import JournalError  # noqa: PLC0415 - sqlite only when recording

    try:
        return run(machine, world, venue, observers)
    except JournalError as error:
        raise Failure(WORLD, str(error), "the run stopped there; what was recorded before is safe") from None
    except DataError as error:
        raise Failure(WORLD, str(error)) from None


def particulars(target: Runnable, world: Market, seed: int | None, params: dict[str, float]) -> RunMeta:
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
        seed=seed,
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


def open_journal(path: str) -> Journal:
    """The journal to record in.

    Raises:
        Failure: it cannot be opened.
    """
    from stratc.runtime.journal import Journal, JournalError  # noqa: PLC0415  # sqlite only when recording

    try:
        return Journal.open(path)
    except JournalError as error:
        raise Failure(WORLD, str(error), "or run with --no-journal") from None


def record(
    book: Journal,
    target: Runnable,
    world: Market,
    seed: int | None,
    params: dict[str, float],
    engine: str = "plan",
) -> RunWriter:
    """An observer that writes the run into a journal."""
    return book.begin(
        name=target.plan.name,
        program=target.text,
        ir_hash=target.plan.ir_hash,
        engine=engine,
        market=world.describe(),
        seed=seed,
        compiler=__version__,
        params=params,
    )


def say_start(target: Runnable, world: Market) -> None:
    """What runs, what is proved of it, on what."""
    plan = target.plan
    guards = sum(limit.policy is not None for limit in plan.limits)
    print(f"{plan.name}: {len(plan.rules)} rules, {len(plan.limits)} limits ({guards} of them guards)")
    if plan.limits:
        print(proof_line(plan))
    print(f"market: {world.describe()}")


def say_end(summary: Summary, interrupted: bool, plain: bool) -> None:
    """The run in numbers; `plain` for what is no terminal."""
    if interrupted:
        print("interrupted: the summary covers the run so far")
    if plain:
        from stratc.runtime.report.render_text import render_text  # noqa: PLC0415  # one of the two

        print(render_text(summary))
    else:
        from rich.console import Console  # noqa: PLC0415  # only for a terminal

        from stratc.runtime.report.render_rich import render_rich  # noqa: PLC0415  # only for a terminal

        Console().print(render_rich(summary))


def say_journal(book: Journal) -> None:
    """Where the run was recorded, and how to run it again."""
    print(f"journal: {book.path} (stratc replay --from-journal {shlex.quote(book.path)})")
