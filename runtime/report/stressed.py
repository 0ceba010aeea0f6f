"""A stress test as sheets: the verdict by fault, what breaks first, the worst paths."""

from __future__ import annotations

from stratc.runtime.backtest.statistics import Estimate
from stratc.runtime.report.measured import with_error
from stratc.runtime.report.quantities import money, percent
from stratc.runtime.report.sheets import Sheet
from stratc.runtime.stress.verdict import Verdict

SHOWN = 12


def _share(found: Estimate) -> str:
    return f"{percent(found.value, 2)} +- {percent(found.error, 2)}"


def sheets(verdict: Verdict, quote: str) -> list[Sheet]:
    """All of them."""
    found = [_faults(verdict, quote), _breaking(verdict), _adversary(verdict, quote), _worst(verdict, quote)]
    return [sheet for sheet in found if sheet.rows]


def _faults(verdict: Verdict, quote: str) -> Sheet:
    base = verdict.variants[0]
    rows = [
        (
            each.fault.kind,
            _share(each.liquidation),
            with_error(each.mean("pnl")),
            with_error(each.shortfall),
            "" if each is base else with_error(each.against(base)),
            money(each.mean("gas").value),
            f"{each.breached:,}",
        )
        for each in verdict.variants
    ]
    columns = ("fault", "liquidated", "mean P&L", "shortfall 5%", "against none", "gas", "breaches")
    note = f"{base.paths:,} paths each, the same prices under every fault; +- is one standard error; {quote}"
    return Sheet("by fault", columns, tuple(rows), note)


def _breaking(verdict: Verdict) -> Sheet:
    paths = sum(each.paths for each in verdict.variants)
    found: dict[str, list[float]] = {}
    for variant in verdict.variants:
        for what, breaking in variant.broke.items():
            sums = found.setdefault(what, [0.0, 0.0, 0.0])
            sums[0] += breaking.first
            sums[1] += breaking.paths
            sums[2] += breaking.distance * breaking.paths
    ordered = sorted(found.items(), key=lambda each: (-each[1][0], -each[1][1]))
    rows = tuple(
        (what, percent(first / paths, 2), percent(count / paths, 2), f"{100.0 * moves / count:+.1f}%")
        for what, (first, count, moves) in ordered[:SHOWN]
    )
    columns = ("what gives way", "first", "ever", "at a move of")
    return Sheet(
        "what breaks first",
        columns,
        rows or (("nothing", "", "", ""),),
        "moves: of the price since the start",
    )


def _adversary(verdict: Verdict, quote: str) -> Sheet:
    rows = [
        (each.fault.kind, money(each.total("taken") / each.paths), money(each.total("bound") / each.paths))
        for each in verdict.variants
        if each.total("bound") > 0.0
    ]
    note = "the bound is what the orders' slippage clauses allow; private routes show nothing to take"
    return Sheet(f"loss to the adversary a path, {quote}", ("fault", "taken", "bound"), tuple(rows), note)


def _worst(verdict: Verdict, quote: str) -> Sheet:
    ranked = sorted((pnl, path, each.fault.kind) for each in verdict.variants for pnl, path in each.worst)
    rows = tuple((str(path), kind, money(pnl, sign=True)) for pnl, path, kind in ranked[:5])
    note = "again, in full: --path NUMBER --fault NAME"
    return Sheet("the worst paths", ("path", "fault", f"P&L {quote}"), rows, note)
