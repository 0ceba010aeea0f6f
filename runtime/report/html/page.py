"""Puts the page together and writes it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from stratc.runtime.report.html import program, result, tables
from stratc.runtime.report.html.figures import figures, period, readout
from stratc.runtime.report.html.recorder import ReportRecorder
from stratc.runtime.report.html.section import Section, links, sections


def render_html(recorder: ReportRecorder, extra: Sequence[Section] = (), kind: str = "run") -> str:
    """The whole report as one HTML document; the same run gives the same text. `extra` comes after the result."""
    assets = files(__package__)
    summary, meta = recorder.summary(), recorder.meta
    return Template(assets.joinpath("page.html").read_text("utf-8")).substitute(
        title=escape(f"{meta.program_name}: {kind} report"),
        kind=escape(kind),
        links=links(extra),
        sections=sections(extra),
        name=escape(meta.program_name),
        market=escape(meta.world()),
        style=assets.joinpath("report.css").read_text("utf-8"),
        script=assets.joinpath("script.html").read_text("utf-8"),
        lead=escape(result.lead(summary)),
        cards=result.cards(summary),
        attribution=result.attribution(summary),
        quote=escape(meta.quote),
        facts=result.facts(summary),
        alerts=result.alerts(summary),
        alert_count=f"{summary.alert_count:,}",
        figures=figures(recorder),
        limits=tables.limits(recorder, summary, period(recorder)),
        rules=tables.rules(summary),
        firings=tables.firings(recorder),
        source=program.source(summary),
        reproduce=program.reproduce(meta),
        data=readout(recorder),
    )


def write_html(
    path: str | Path, recorder: ReportRecorder, extra: Sequence[Section] = (), kind: str = "run"
) -> None:
    """Write the report to `path`; raises OSError when that is not possible."""
    Path(path).write_text(render_html(recorder, extra, kind), "utf-8")
