"""What a back-test adds to the page of a run: its ratios and causes, and the map of a sweep."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.runtime.backtest.measured import Measured
from stratc.runtime.backtest.statistics import expected_shortfall
from stratc.runtime.backtest.sweep import Range
from stratc.runtime.report.html.distribution import distribution
from stratc.runtime.report.html.heat_map import heat_map
from stratc.runtime.report.html.section import Section
from stratc.runtime.report.measured import run_sheets
from stratc.runtime.report.sheets import Sheet, as_html


def run_section(run: Measured, base: str, quote: str) -> Section:
    """The ratios of one run with their errors, what the profit came from, and its periods."""
    period = "day" if run.daily else "hour"
    drawn = distribution(
        "periods",
        f"Change of P&L by {period}",
        quote,
        run.changes.tolist(),
        _edge(run),
        f"the worst 5% of {period}s",
    )
    return Section("measures", "Measures", "".join(map(as_html, run_sheets(run, base, quote))) + drawn)


def sweep_section(
    runs: Sequence[Measured], swept: Sequence[Range], sheets: Sequence[Sheet], quote: str
) -> Section:
    """The map of a sweep over its first two parameters: the best of the others in each cell."""
    across = swept[0]
    down = swept[1] if len(swept) > 1 else None
    ratios: dict[tuple[float, float], float] = {}
    profits: dict[tuple[float, float], float] = {}
    for run in runs:
        place = (run.params[across.name], run.params[down.name] if down else 0.0)
        if run.sharpe is not None:
            ratios[place] = max(run.sharpe.value, ratios.get(place, float("-inf")))
        profits[place] = max(run.pnl, profits.get(place, float("-inf")))
    axes = (across.name, across.values), (down.name, down.values) if down else ("", (0.0,))
    maps = heat_map("Sharpe ratio a year", *axes, ratios) + heat_map(f"P&L, {quote}", *axes, profits)
    return Section("sweep", "Sweep", "".join(map(as_html, sheets)) + maps)


def _edge(run: Measured) -> float | None:
    """The fifth percentile of the changes, where there is a shortfall."""
    if expected_shortfall(run.changes) is None:
        return None
    ordered = sorted(run.changes.tolist())
    return float(ordered[max(0, int(len(ordered) * 0.05) - 1)])
