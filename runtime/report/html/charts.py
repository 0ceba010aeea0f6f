"""The charts, as figures of HTML and SVG that stretch with the page and keep text and markers in shape.

A plot is an `<svg>` without a view box, so percentages place things and pixels size them. Lines sit in a
nested `<svg>` whose view box is stretched to fit, with strokes that do not scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from stratc.runtime.report.html.axes import HEIGHT, WIDTH, Axes, Point, span, time_ticks, value_ticks
from stratc.runtime.report.html.recorder import Firing, Mark, ReportRecorder, Stretch
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.quantities import moment, number, signed_size, size

MARK_LABELS: dict[Mark, str] = {
    "buy": "buy",
    "sell": "sell",
    "margin": "margin or liquidity",
    "control": "halt, reduce only, mode, alert",
    "stopped": "rejected, deferred or blocked",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One series of a chart; `style` is a CSS class, `name` what legend and read-out call it."""

    name: str
    style: str
    points: Sequence[Point]
    fill_to: float | None = None
    """Shade down (or up) to this value."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What one figure shows. `ident` links it to its read-out."""

    ident: str
    title: str
    unit: str
    lines: Sequence[Line]
    include: Sequence[float] = ()
    band: tuple[float, float] | None = None
    rules: Sequence[tuple[float, str]] = ()
    """Horizontal lines, as (value, CSS class)."""
    marks: dict[Mark, list[Firing]] = field(default_factory=dict)
    percent: bool = False
    height: str = "tall"
    note: str = ""


def figure(chart: Chart, recorder: ReportRecorder, period: tuple[float, float]) -> str:
    """The figure of a chart over a period (start, end)."""
    include = [*chart.include, *(chart.band or ()), *(value for value, _ in chart.rules)]
    low, high = span([line.points for line in chart.lines], include)
    axes = Axes(*period, low, high)
    scale = 100.0 if chart.percent else 1.0
    ticks = value_ticks(low * scale, high * scale, 5 if chart.height == "tall" else 3)
    ticks = [(value / scale, label + ("%" if chart.percent else "")) for value, label in ticks]
    grid = "".join(_across("grid zero" if value == 0 else "grid", axes.y(value)) for value, _ in ticks)
    labels = "".join(
        f'<span style="top:{_pc(axes.y(value))}">{escape(label)}</span>' for value, label in ticks
    )
    return (
        f'<figure class="chart" id="{chart.ident}"><figcaption><h3>{escape(chart.title)}'
        f" <small>{escape(chart.unit)}</small></h3>{_legend(chart)}</figcaption>"
        f'<div class="plot {chart.height}"><div class="ys" aria-hidden="true">{labels}</div>'
        f'<svg class="area" data-chart="{chart.ident}" role="img" tabindex="0" aria-label="{_spoken(chart)}">'
        f"{shading(recorder.states, axes)}{_band(chart, axes)}{grid}{_rules(chart, axes)}"
        f"{_lines(chart.lines, axes)}{_marks(chart, axes, recorder.meta)}"
        '<line class="cursor" y2="100%" visibility="hidden"/></svg></div>'
        f"{time_labels(axes)}{f'<p class=note>{escape(chart.note)}</p>' if chart.note else ''}</figure>"
    )


def shading(states: Sequence[Stretch], axes: Axes) -> str:
    """The times at which the engine was not active, as backgrounds."""
    out = []
    for stretch in states:
        if stretch.name != "active":
            x, right = axes.x(stretch.start), axes.x(stretch.end)
            title = f"{stretch.name} from {moment(stretch.start)} to {moment(stretch.end)} UTC"
            out.append(
                f'<rect class="{escape(stretch.name)}" x="{_pc(x)}" width="{_pc(right - x)}" height="100%">'
                f"<title>{escape(title)}</title></rect>"
            )
    return "".join(out)


def time_labels(axes: Axes) -> str:
    """The labels under a plot."""
    spans = "".join(
        f'<span style="left:{_pc(axes.x(t))}">{escape(label)}</span>'
        for t, label in time_ticks(axes.start, axes.end)
    )
    return f'<div class="xs" aria-hidden="true">{spans}</div>'


def use_plot(points: Sequence[Point], period: tuple[float, float], name: str) -> str:
    """A small plot of a limit's use, with the line it must not cross."""
    top = max([1.0, *(point[1] for point in points if point is not None)]) * 1.08
    axes = Axes(*period, 0.0, min(top, 2.0))
    inner = f'<path class="use" d="{axes.area(points, 0.0)}"/><path class="useline" d="{axes.path(points)}"/>'
    label = escape(f"use of {name} over time", quote=True)
    bound = _across("bound", axes.y(1.0))
    return f'<svg class="mini" role="img" aria-label="{label}">{_stretched(inner)}{bound}</svg>'


def _pc(share: float) -> str:
    text = f"{share * 100:.2f}".rstrip("0").rstrip(".")
    return f"{text if text != '-0' else '0'}%"


def _stretched(inner: str) -> str:
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
    return f'<svg {box} width="100%" height="100%">{inner}</svg>'


def _across(style: str, y: float) -> str:
    return f'<line class="{style}" x2="100%" y1="{_pc(y)}" y2="{_pc(y)}"/>'


def _lines(lines: Sequence[Line], axes: Axes) -> str:
    out = []
    for line in lines:
        if line.fill_to is not None:
            out.append(f'<path class="fill {line.style}" d="{axes.area(line.points, line.fill_to)}"/>')
        out.append(f'<path class="line {line.style}" d="{axes.path(line.points)}"/>')
    return _stretched("".join(out))


def _band(chart: Chart, axes: Axes) -> str:
    if chart.band is None:
        return ""
    low, high = chart.band
    top = axes.y(high)
    return f'<rect class="band" y="{_pc(top)}" width="100%" height="{_pc(axes.y(low) - top)}"/>'


def _rules(chart: Chart, axes: Axes) -> str:
    return "".join(_across(style, axes.y(value)) for value, style in chart.rules)


def _marks(chart: Chart, axes: Axes, meta: RunMeta) -> str:
    out = []
    # What was stopped lies under what was done.
    for kind in reversed(MARK_LABELS):
        for firing in chart.marks.get(kind, ()):
            # Without a price there is no height to stand at: the foot of the plot.
            y = "96%" if firing.spot is None else _pc(axes.y(firing.spot))
            place = f'x="{_pc(axes.x(firing.outcome.t))}" y="{y}"'
            title = escape(described(firing, meta))
            out.append(f'<g class="mark {kind}"><title>{title}</title><use href="#m-{kind}" {place}/></g>')
    return "".join(out)


def described(firing: Firing, meta: RunMeta) -> str:
    """A firing in one line, for hovering."""
    outcome = firing.outcome
    line = meta.line(outcome.rule)
    parts = [
        moment(outcome.t),
        f"rule {outcome.rule}" + ("" if line is None else f", line {line}"),
        " ".join(filter(None, (outcome.do, signed_size(outcome, meta.base, meta.quote), outcome.symbol))),
        f"at {number(firing.spot, 6)}",
        outcome.verdict + (f" ({', '.join(outcome.limits)})" if outcome.limits else ""),
    ]
    if outcome.text:
        parts.insert(3, f'"{outcome.text}"')
    if firing.before is not None and firing.after is not None:
        parts.append(f"delta {size(firing.before)} to {size(firing.after)}")
    return "; ".join(parts)


def _legend(chart: Chart) -> str:
    items = [
        f'<li><svg class="key">{_across(f"line {line.style}", 0.5)}</svg>{escape(line.name)}</li>'
        for line in chart.lines
        if line.name
    ]
    items += [
        f'<li><svg class="glyph mark {kind}" aria-hidden="true"><use href="#m-{kind}" x="50%" y="50%"/></svg>'
        f"{escape(label)}</li>"
        for kind, label in MARK_LABELS.items()
        if kind in chart.marks
    ]
    if chart.band is not None:
        items.append('<li><i class="box band"></i>band</li>')
    return f'<ul class="legend">{"".join(items)}</ul>'


def _spoken(chart: Chart) -> str:
    """What a screen reader says of a chart: each line's first and last value, its low and its high."""
    parts = [chart.title]
    for line in chart.lines:
        values = [point[1] for point in line.points if point is not None]
        if values:
            shown = [
                number(v * (100 if chart.percent else 1), 5)
                for v in (values[0], values[-1], min(values), max(values))
            ]
            parts.append("{}: from {} to {}, low {}, high {}".format(line.name or chart.title, *shown))
    return escape(". ".join(parts), quote=True)
