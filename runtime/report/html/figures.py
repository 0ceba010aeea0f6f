"""Which charts a report has, and the numbers behind them for reading off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from stratc.runtime.report.html.axes import Axes, Point
from stratc.runtime.report.html.charts import Chart, Line, figure, time_labels
from stratc.runtime.report.html.recorder import COURSES, MARKERS_KEPT, ReportRecorder, Stretch
from stratc.runtime.report.quantities import duration, moment

_PNL = (
    ("total", "total", "c-total"),
    ("options", "options", "c-options"),
    ("hedge", "hedge", "c-hedge"),
    ("funding", "funding", "c-funding"),
    ("costs", "fees and gas", "c-costs"),
)


def period(recorder: ReportRecorder) -> tuple[float, float] | None:
    """The first and the last time, None without ticks."""
    return (recorder.states[0].start, recorder.states[-1].end) if recorder.states else None


def charts(recorder: ReportRecorder) -> list[Chart]:
    """Price, delta, P&L, equity and drawdown; those that never had a value are left out."""
    meta = recorder.meta
    points = {name: recorder.courses.points(name) for name in COURSES}
    wanted = [
        _price(recorder, points["spot"]),
        _delta(recorder, points),
        Chart(
            "pnl",
            "Profit and loss by source",
            meta.quote,
            [Line(label, style, points[name]) for name, label, style in _PNL if _moved(points[name])],
            include=(0.0,),
        ),
        Chart("equity", "Equity", meta.quote, [Line("equity", "c-total", points["equity"])], height="short"),
        Chart(
            "drawdown",
            "Drawdown from the peak of equity",
            "",
            [Line("drawdown", "c-costs", points["drawdown"], fill_to=0.0)],
            include=(0.0,),
            percent=True,
            height="short",
        ),
        *_greeks(recorder, points),
    ]
    return [chart for chart in wanted if any(point for line in chart.lines for point in line.points)]


def _price(recorder: ReportRecorder, points: Sequence[Point]) -> Chart:
    thinned = [sample for sample in recorder.marks.values() if sample.stride > 1]
    note = ""
    if thinned:
        strides = " and ".join(f"1 in {sample.stride}" for sample in thinned)
        note = f"More than {MARKERS_KEPT} firings of a kind: {strides} drawn, evenly spread."
    marks = {kind: sample.kept for kind, sample in recorder.marks.items()}
    meta = recorder.meta
    return Chart(
        "price",
        f"Price of {meta.base} and what the strategy did",
        f"{meta.quote}/{meta.base}",
        [Line("price", "c-price", points)],
        marks=marks,
        note=note,
    )


def _delta(recorder: ReportRecorder, points: dict[str, list[Point]]) -> Chart:
    meta = recorder.meta
    band = None
    if meta.delta_band is not None:
        target = meta.delta_target or 0.0
        band = (target - meta.delta_band, target + meta.delta_band)
    return Chart(
        "delta",
        "Delta before and after each tick",
        meta.base,
        [Line("before", "c-before", points["before"]), Line("after", "c-after", points["after"])],
        include=(0.0,),
        band=band,
        rules=[] if meta.delta_target is None else [(meta.delta_target, "target")],
    )


def _greeks(recorder: ReportRecorder, points: dict[str, list[Point]]) -> list[Chart]:
    """Gamma, vega and theta of a book that ever had any."""
    base, quote = recorder.meta.base, recorder.meta.quote
    units = {
        "gamma": f"{base}²/{quote}",
        "vega": f"{quote} per 1.00 of volatility",
        "theta": f"{quote} a day",
    }
    return [
        Chart(
            name,
            name.capitalize(),
            units[name],
            [Line(name, "c-options", points[name])],
            include=(0.0,),
            height="short",
        )
        for name in units
        if _moved(points[name])
    ]


def _moved(points: Sequence[Point]) -> bool:
    return any(point is not None and point[1] != 0.0 for point in points)


def figures(recorder: ReportRecorder) -> str:
    """Every chart with the ribbon of states, as HTML."""
    when = period(recorder)
    if when is None:
        return '<p class="none">The market gave no ticks, so there is nothing to draw.</p>'
    return ribbon(recorder, when) + "".join(figure(chart, recorder, when) for chart in charts(recorder))


def ribbon(recorder: ReportRecorder, when: tuple[float, float]) -> str:
    """The engine's state over time and, with more than one, its mode."""
    axes = Axes(*when, 0.0, 1.0)
    strips = [("state", recorder.states)]
    if len({stretch.name for stretch in recorder.modes}) > 1:
        strips.append(("mode", recorder.modes))
    names = list(dict.fromkeys(stretch.name for stretch in recorder.modes))
    rows = []
    for label, stretches in strips:
        cells = "".join(_cell(stretch, axes, label, names) for stretch in stretches)
        rows.append(f'<div class="strip"><span>{label}</span><svg>{cells}</svg></div>')
    keys = "".join(
        f'<li><i class="box st-{name}"></i>{name}</li>'
        for name in ("active", "reducing", "halted")
        if any(stretch.name == name for stretch in recorder.states)
    )
    return (
        '<figure class="chart ribbon"><figcaption><h3>State of the engine</h3>'
        f'<ul class="legend">{keys}</ul></figcaption>{"".join(rows)}{time_labels(axes)}</figure>'
    )


def _cell(stretch: Stretch, axes: Axes, label: str, names: list[str]) -> str:
    x, right = axes.x(stretch.start), axes.x(stretch.end)
    style = f"st-{stretch.name}" if label == "state" else f"mode{names.index(stretch.name) % 4}"
    title = f"{stretch.name} for {duration(stretch.end - stretch.start)} from {moment(stretch.start)} UTC"
    title += f": {stretch.reason}" if stretch.reason and stretch.name != "active" else ""
    place = f'x="{x * 100:.3f}%" width="{(right - x) * 100:.3f}%" height="100%"'
    return f'<rect class="{escape(style, quote=True)}" {place}><title>{escape(title)}</title></rect>'


def readout(recorder: ReportRecorder) -> str:
    """What the page's script reads off under the pointer: JSON, safe inside a `<script>` element."""
    when = period(recorder)
    data: dict[str, Any] = {"t": [], "from": 0, "to": 0, "charts": {}}
    if when is not None:
        data.update({"t": recorder.courses.times(), "from": when[0], "to": when[1]})
        for chart, columns in _COLUMNS.items():
            unit = recorder.meta.base if chart == "delta" else recorder.meta.quote
            unit = "" if chart in ("drawdown", "gamma", "vega", "theta") else unit
            data["charts"][chart] = [
                {
                    "name": label,
                    "unit": unit,
                    "v": _last_values(recorder, name, 100.0 if chart == "drawdown" else 1.0),
                }
                for name, label in columns
            ]
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


_COLUMNS = {
    "price": (("spot", "price"),),
    "delta": (("before", "before"), ("after", "after")),
    "pnl": tuple((name, label) for name, label, _ in _PNL),
    "equity": (("equity", "equity"),),
    "drawdown": (("drawdown", "drawdown %"),),
    "gamma": (("gamma", "gamma"),),
    "vega": (("vega", "vega"),),
    "theta": (("theta", "theta"),),
}


def _last_values(recorder: ReportRecorder, name: str, scale: float) -> list[float | None]:
    return [
        None if bucket is None else float(f"{bucket.last * scale:.6g}")
        for bucket in recorder.courses.buckets(name)
    ]
