"""Results by two parameters (or one), as a figure of coloured cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite

from stratc.runtime.report.quantities import number

_LABELS = 12
"""Labels an axis has room for."""


def heat_map(
    title: str,
    across: tuple[str, Sequence[float]],
    down: tuple[str, Sequence[float]],
    values: Mapping[tuple[float, float], float],
) -> str:
    """`values` by (across, down); what is missing stays empty. Worst orange, best blue, the middle pale."""
    known = [value for value in values.values() if isfinite(value)]
    if not known:
        return '<p class="none">No run has a value to draw.</p>'
    low, high = min(known), max(known)
    cells = []
    wide, tall = 100.0 / len(across[1]), 100.0 / len(down[1])
    for column, x in enumerate(across[1]):
        for row, y in enumerate(down[1]):
            value = values.get((x, y))
            if value is None or not isfinite(value):
                continue
            share = (value - low) / (high - low) if high > low else 0.5
            depth = abs(share - 0.5) * 1.8 + 0.1
            told = f"{across[0]} {number(x)}, {down[0]} {number(y)}: {number(value)}"
            cells.append(
                f'<rect class="{"good" if share >= 0.5 else "bad"}" x="{column * wide:.3f}%" y="{row * tall:.3f}%" '
                f'width="{wide * 0.97:.3f}%" height="{tall * 0.97:.3f}%" fill-opacity="{depth:.3f}">'
                f"<title>{escape(told)}</title></rect>"
            )
    spoken = f"{title}, from {number(low)} to {number(high)}"
    return (
        f'<figure class="chart heat"><figcaption><h3>{escape(title)} <small>{escape(across[0])} across'
        f"{', ' + escape(down[0]) + ' down' if len(down[1]) > 1 else ''}</small></h3>"
        f'<ul class="legend"><li><i class="box bad"></i>{number(low, 3)}</li>'
        f'<li><i class="box good"></i>{number(high, 3)}</li></ul></figcaption>'
        f'<div class="plot {"tall" if len(down[1]) > 1 else "short"}"><div class="ys" aria-hidden="true">'
        f"{_labels(down[1], 'top') if len(down[1]) > 1 else ''}</div>"
        f'<svg class="heatmap" role="img" aria-label="{escape(spoken, quote=True)}">{"".join(cells)}</svg></div>'
        f'<div class="xs" aria-hidden="true">{_labels(across[1], "left")}</div></figure>'
    )


def _labels(values: Sequence[float], side: str) -> str:
    every = -(-len(values) // _LABELS)
    return "".join(
        f'<span style="{side}:{(at + 0.5) / len(values) * 100:.2f}%">{number(value, 3)}</span>'
        for at, value in enumerate(values)
        if at % every == 0
    )
