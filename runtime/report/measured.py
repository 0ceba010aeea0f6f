"""Back-tests as sheets: one run, a sweep, what of it is luck, and walk-forward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import isinf

from stratc.runtime.backtest.measured import Measured
from stratc.runtime.backtest.overfitting import Deflated
from stratc.runtime.backtest.statistics import Estimate
from stratc.runtime.backtest.walk_forward import WalkForward
from stratc.runtime.pricing.hedging_band import AVERSION
from stratc.runtime.report import lines
from stratc.runtime.report.hedge_costs import Hedged
from stratc.runtime.report.quantities import duration, moment, money, number, percent, size
from stratc.runtime.report.sheets import Sheet

SHOWN = 20
"""Rows of a sweep that are shown; the file has all."""


def estimate(value: Estimate | None, places: int = 2) -> str:
    """A number with its 95 % interval."""
    if value is None:
        return "-"
    return f"{value.value:.{places}f} [{value.low:.{places}f}, {value.high:.{places}f}]"


def with_error(found: Estimate) -> str:
    """Money and its standard error, which is `?` where a single outcome says nothing of it."""
    return f"{money(found.value)} +- {'?' if isinf(found.error) else money(found.error)}"


def run_sheets(run: Measured, base: str, quote: str) -> list[Sheet]:
    """What one run came to, and by what."""
    sheets = [_ratios(run, quote), _causes(run, quote)]
    if run.hedging.break_even is not None:
        sheets.append(advice(run.hedging, base))
    return sheets


def _ratios(run: Measured, quote: str) -> Sheet:
    period = "day" if run.daily else "hour"
    tail = "-" if run.shortfall is None else with_error(run.shortfall)
    breach = "not looked at"
    if run.breach is not None:
        share = run.breach / run.seconds if run.seconds else 0.0
        breach = f"{duration(run.breach)}, {percent(share, 2)}"
    rows = [
        ("profit and loss", f"{money(run.pnl, sign=True)} {quote}"),
        ("Sharpe ratio a year", estimate(run.sharpe)),
        ("Sortino ratio a year", estimate(run.sortino)),
        ("deepest drawdown of P&L", f"{money(run.drawdown)} {quote}"),
        (f"expected shortfall, worst 5% of {period}s", f"{tail} {quote}"),
        (f"{period}s with a gain", percent(run.hit_rate)),
        ("turnover", f"{money(run.turnover)} {quote}"),
        ("orders, fills, ended with a rest", f"{run.orders:,}, {run.fills:,}, {run.unfilled:,}"),
        ("time in breach of a limit", breach),
        *((f"  {name}", duration(seconds)) for name, seconds in sorted(run.breaches.items())),
    ]
    note = f"95% intervals; returns by {period}, over the equity it began with"
    return Sheet("what it came to", ("", ""), tuple(rows), note)


def _causes(run: Measured, quote: str) -> Sheet:
    rows = [(name, money(value, sign=True)) for name, value in asdict(run.causes).items()]
    return Sheet(
        f"where it came from, {quote}", ("", ""), (*rows, ("total", money(run.causes.total, sign=True)))
    )


def advice(hedging: Hedged, base: str) -> Sheet:
    """Whether the hedges were worth their cost, and what the data would choose."""
    often = "" if hedging.often is None else f", {number(hedging.often, 2)} hedges a day"
    rows = (
        ("hedges, mean size", f"{hedging.count:,}, {size(hedging.size)} {base}"),
        ("cost of one", f"{hedging.cost * 1e4:.2f} bps and {money(hedging.gas)} of gas"),
        ("break-even band", f"{size(hedging.break_even)} {base}"),
        (f"optimal band, risk aversion {AVERSION:g}", f"{size(hedging.optimal)} {base}{often}"),
    )
    return Sheet("is the band worth its cost?", ("", ""), rows, lines.worth(hedging, base))


def sweep_sheet(runs: Sequence[Measured], names: Sequence[str], quote: str) -> Sheet:
    """The best runs of a sweep, by Sharpe ratio."""
    best = sorted(runs, key=lambda run: run.sharpe.value if run.sharpe else float("-inf"), reverse=True)
    rows = tuple(
        (
            ", ".join(f"{name} {number(run.params[name])}" for name in names),
            money(run.pnl, sign=True),
            estimate(run.sharpe),
            money(run.drawdown),
            money(run.turnover),
            f"{run.fills:,}",
        )
        for run in best[:SHOWN]
    )
    note = f"the first {SHOWN} of {len(runs)}" if len(runs) > SHOWN else ""
    columns = ("parameters", f"P&L {quote}", "Sharpe", "drawdown", "turnover", "fills")
    return Sheet(f"{len(runs)} runs, the best Sharpe ratio first", columns, rows, note)


def luck_sheet(found: Deflated) -> Sheet:
    """How much of the best is luck."""
    ratio = found.best.sharpe
    rows = (
        ("Sharpe ratio of the best", estimate(ratio)),
        (f"expected of the luckiest of {found.trials} without skill", f"{found.lucky:.2f}"),
        ("probability that the best has skill", percent(found.probability)),
    )
    note = "deflated Sharpe ratio, Bailey and Lopez de Prado (2014); below 95% it may be luck"
    return Sheet("is the best more than luck?", ("", ""), rows, note)


def walk_sheet(walk: WalkForward, names: Sequence[str], quote: str) -> Sheet:
    """What choosing on the past would have earned."""
    rows = [
        (
            f"{moment(fold.span[0], seconds=False)} to {moment(fold.span[1], seconds=False)}",
            ", ".join(f"{name} {number(fold.chosen[name])}" for name in names),
            money(fold.earned.pnl, sign=True),
            money(fold.best, sign=True),
        )
        for fold in walk.folds
    ]
    rows.append(("all", "", money(walk.pnl, sign=True), money(walk.hindsight, sign=True)))
    note = f"out of sample: Sharpe ratio a year {estimate(walk.sharpe)}"
    return Sheet(
        "walk-forward", ("fold", "best before it", f"earned {quote}", "in hindsight"), tuple(rows), note
    )
