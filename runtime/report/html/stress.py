"""What a stress test adds to the page of its worst path: the verdict, and how outcomes are spread."""

from __future__ import annotations

from stratc.runtime.report.html.distribution import distribution
from stratc.runtime.report.html.section import Section
from stratc.runtime.report.series import Sample
from stratc.runtime.report.sheets import as_html
from stratc.runtime.report.stressed import sheets
from stratc.runtime.stress.verdict import TAIL, Variant, Verdict

_DRAWN = 20_000
"""Outcomes that a histogram is drawn of, evenly chosen."""


def stress_sections(verdict: Verdict, quote: str) -> list[Section]:
    """The tables, and a histogram for no fault and for the one that is worst in the tail."""
    worst = min(verdict.variants, key=lambda each: each.shortfall.value)
    drawn = [verdict.variants[0], *([worst] if worst is not verdict.variants[0] else [])]
    pictures = "".join(_picture(each, quote) for each in drawn)
    tables = "".join(map(as_html, sheets(verdict, quote)))
    note = '<p class="note">Above and below this section: the worst path of all, in detail.</p>'
    return [Section("stress", "Stress", tables + pictures + note)]


def _picture(variant: Variant, quote: str) -> str:
    sample: Sample[float] = Sample(_DRAWN)
    for piece in variant.outcomes.pieces("pnl"):
        for value in piece.tolist():
            sample.add(value)
    edge = variant.quantile(max(1, int(variant.paths * TAIL)))
    ident = "outcomes-" + variant.fault.kind.replace(" ", "-")
    title = f"P&L over {variant.paths:,} paths, {variant.fault.told or variant.fault.kind}"
    return distribution(ident, title, quote, sample.kept, edge, "the worst 5% of paths")
