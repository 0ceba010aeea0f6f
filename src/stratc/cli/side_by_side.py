"""Two versions of a program on the same prices: what the difference would have meant in money."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stratc import __version__
from stratc.cli.failures import WORLD, Failure
from stratc.cli.markets import chosen, opened
from stratc.compiler.backends.python_plan import compile_plan
from stratc.runtime.loader import load_plan
from stratc.runtime.market.problems import DataError
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.summary import Summary, SummaryRecorder
from stratc.runtime.session import advance
from stratc.runtime.venues.of_plan import venue_of

if TYPE_CHECKING:
    from stratc.cli.programs import Loaded
    from stratc.runtime.engine.messages import Frame, Outcome


class Options(NamedTuple):
    """What `stratc run` takes to choose a market."""

    market: str
    seed: int | None
    since: str | None
    until: str | None
    iv: str | None


class Money(NamedTuple):
    """What a run came to, in the quote asset."""

    pnl: float | None
    orders: int
    turnover: float
    fees: float
    gas: float
    drawdown: float | None


class Parting(NamedTuple):
    """The first tick at which the two decided differently, with the actions of each."""

    tick: int
    t: float
    spot: float | None
    a: tuple[str, ...]
    b: tuple[str, ...]


class Replayed(NamedTuple):
    """Both runs."""

    market: str
    ticks: int
    a: Money
    b: Money
    differing: int
    """Ticks with different decisions."""
    first: Parting | None


def side_by_side(a: Loaded, b: Loaded, options: Options) -> Replayed:
    """Run both versions on the same market, each with a simulated venue of its own.

    Raises:
        Failure: the market cannot be used.
    """
    choice = chosen(Path(a.source.name), *options)
    machines = [load_plan(compile_plan(one.ir, __version__), one.ir.name) for one in (a, b)]
    inputs = dict.fromkeys(spec.name for machine in machines for spec in machine.plan.inputs)
    world = opened(choice, tuple(inputs))
    running = [machine() for machine in machines]
    venues = [venue_of(machine.plan, choice.seed) for machine in machines]
    recorders = [SummaryRecorder(RunMeta(one.ir.name, market=world.describe())) for one in (a, b)]
    first, differing = None, 0
    try:
        for snapshot in world:
            frames = [advance(one, snapshot, venue) for one, venue in zip(running, venues, strict=True)]
            for recorder, frame in zip(recorders, frames, strict=True):
                recorder.on_frame(frame)
            said = [_decisions(frame) for frame in frames]
            if said[0] != said[1]:
                differing += 1
                first = first or _parting(frames, said)
    except DataError as error:
        raise Failure(WORLD, str(error)) from None
    summaries = [recorder.summary() for recorder in recorders]
    return Replayed(
        world.describe(), summaries[0].ticks, _money(summaries[0]), _money(summaries[1]), differing, first
    )


def _decisions(frame: Frame) -> tuple[str, ...]:
    return tuple(map(_said, frame.result.outcomes))


def _said(outcome: Outcome) -> str:
    """`hedge -0.3 ETH-PERP`, `alert price is gone`, `sell -6 ETH-PERP (rejected: order size)`."""
    what = " ".join(filter(None, (outcome.do, outcome.size(), outcome.symbol, outcome.text)))
    if outcome.verdict == "sent":
        return what
    return f"{what} ({': '.join(filter(None, (outcome.verdict, ', '.join(outcome.limits))))})"


def _parting(frames: list[Frame], said: list[tuple[str, ...]]) -> Parting:
    snapshot = frames[0].snapshot
    return Parting(frames[0].result.tick, snapshot.t, snapshot.signals.get("spot"), said[0], said[1])


def _money(summary: Summary) -> Money:
    return Money(
        summary.pnl.total,
        sum(rule.orders for rule in summary.rules),
        sum(rule.turnover for rule in summary.rules),
        summary.pnl.fees,
        summary.pnl.gas,
        summary.max_drawdown,
    )
