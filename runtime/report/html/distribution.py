"""A histogram of outcomes with its tail shaded, as a figure of the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from stratc.runtime.report.html.axes import value_ticks
from stratc.runtime.report.quantities import money

_BINS = 48


def distribution(
    ident: str, title: str, unit: str, values: Sequence[float], edge: float | None, told: str
) -> str:
    """`edge`: the tail below it is shaded; `told` says what that is."""
    kept = np.asarray(values, np.float64)
    kept = kept[np.isfinite(kept)]
    if not len(kept):
        return '<p class="none">There are no outcomes to draw.</p>'
    low, high = float(kept.min()), float(kept.max())
    if low == high:
        low, high = low - 1.0, high + 1.0
    counts, edges = np.histogram(kept, bins=_BINS, range=(low, high))
    top = max(1, int(counts.max()))
    bars = "".join(
        _bar(int(n), float(left), float(right), (low, high), top, edge)
        for n, left, right in zip(counts, edges, edges[1:], strict=False)
        if n
    )
    labels = "".join(
        f'<span style="left:{(value - low) / (high - low) * 100:.2f}%">{escape(label)}</span>'
        for value, label in value_ticks(low, high, 6)
    )
    spoken = f"{title}: {len(kept)} outcomes from {money(low)} to {money(high)} {unit}"
    return (
        f'<figure class="chart" id="{ident}"><figcaption><h3>{escape(title)} <small>{escape(unit)}</small></h3>'
        f'<ul class="legend"><li><i class="box tail"></i>{escape(told)}</li></ul></figcaption>'
        f'<div class="plot tall"><div class="ys" aria-hidden="true"><span style="top:4%">{top}</span></div>'
        f'<svg class="hist" role="img" aria-label="{escape(spoken, quote=True)}">{bars}</svg></div>'
        f'<div class="xs" aria-hidden="true">{labels}</div></figure>'
    )


def _bar(
    count: int, left: float, right: float, span: tuple[float, float], top: int, edge: float | None
) -> str:
    width = span[1] - span[0]
    tall = count / top * 96.0
    style = "tail" if edge is not None and right <= edge + (right - left) else "bin"
    title = f"{count} from {money(left)} to {money(right)}"
    return (
        f'<rect class="{style}" x="{(left - span[0]) / width * 100:.2f}%" y="{100.0 - tall:.2f}%" '
        f'width="{(right - left) / width * 96:.2f}%" height="{tall:.2f}%"><title>{title}</title></rect>'
    )
