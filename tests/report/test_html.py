"""The HTML report is whole, alone, safe and the same each time."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.messages import LimitUse, Outcome, TickResult
from stratc.runtime.report import RunMeta
from stratc.runtime.report.html import ReportRecorder, render_html, write_html
from stratc.runtime.report.html.axes import span, time_ticks, value_ticks
from stratc.runtime.report.html.recorder import FIRINGS_KEPT, MARKERS_KEPT
from tests.report.runs import META, frames, report, summary

VOID = {"meta", "input", "br", "hr", "link", "img"}


class Document(HTMLParser):
    """Collects elements and text, and fails on tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def text(self) -> str:
        return "".join(data for tag, data in self.texts if tag not in ("script", "style"))

    def having(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [
            found
            for name, found in self.elements
            if name == tag and all(found.get(key) == value for key, value in attributes.items())
        ]


def document() -> Document:
    return Document(render_html(report()))


def test_says_what_the_summary_says() -> None:
    text = document().text()
    assert "Lost 4,025.53 USDC (-4.03% of the equity it began with) in 41 d 15 h." in text
    for part in ("-4,025.53", "+2,289.57", "95,974.47", "flash crash", "stratc run strategy.strat --seed 1"):
        assert part in text
    assert "9f2c41d0" in text


def test_needs_nothing_from_elsewhere() -> None:
    html = render_html(report())
    assert re.findall(r"https?://", html) == []
    assert "url(" not in html
    for tag, attributes in document().elements:
        assert tag not in ("link", "img", "iframe", "object", "embed")
        assert "src" not in attributes
        href = attributes.get("href")
        assert href is None or href.startswith("#")


def test_links_lead_somewhere_and_names_are_unique() -> None:
    page = document()
    names = [found["id"] for _, found in page.elements if "id" in found]
    assert len(names) == len(set(names))
    for _, attributes in page.elements:
        href = attributes.get("href")
        assert href is None or href[1:] in names


def test_charts_can_be_read_by_machines_and_aloud() -> None:
    page = document()
    data = json.loads(next(d for tag, d in page.texts if tag == "script" and d.startswith("{")))
    plots = [found for found in page.having("svg", role="img") if "data-chart" in found]
    assert [plot["data-chart"] for plot in plots] == [
        *("price", "delta", "pnl", "equity", "drawdown"),
        *("gamma", "vega", "theta"),
    ]
    for plot in plots:
        assert re.search(r"from -?[\d,.]+ to", plot["aria-label"] or "")
        for line in data["charts"][plot["data-chart"]]:
            assert len(line["v"]) == len(data["t"]) <= 1_000
    assert all("scope" in found for found in page.having("th"))
    assert page.having("html", lang="en")


def test_program_is_shown_with_numbers_and_counts() -> None:
    page = document()
    assert page.having("li", id="L25")
    assert "on stale spot: fired 1" in page.text()


def test_the_same_run_gives_the_same_page() -> None:
    again = ReportRecorder(META)
    for frame in frames():
        again.on_frame(frame)
    again.finish(interrupted=False)
    assert render_html(again) == render_html(report())


def test_long_runs_do_not_grow() -> None:
    recorder = ReportRecorder(META)
    for turn in range(3):
        for frame in frames():
            moved = replace(frame.snapshot, t=frame.snapshot.t + turn * 4e6)
            recorder.on_frame(replace(frame, snapshot=moved))
    assert recorder.fired == 3 * len([o for f in frames() for o in f.result.outcomes])
    assert len(recorder.firings) == FIRINGS_KEPT
    assert all(len(sample.kept) <= MARKERS_KEPT for sample in recorder.marks.values())
    page = Document(render_html(recorder))
    assert f"The first 500 of {recorder.fired:,} actions." in page.text()
    assert "drawn, evenly spread" in page.text()
    assert len(page.having("tr")) < 600


HOSTILE = "</script><script>alert(1)</script><!-- ]]> \"'& <img src=x onerror=alert(1)> $title ${x}"


def hostile_report() -> ReportRecorder:
    meta = replace(
        META,
        program_name=HOSTILE,
        source_text=f"# {HOSTILE}\nwhen delta > 0.1: hedge to 0",
        rule_heads={1: (2, HOSTILE)},
        market=HOSTILE,
        command=HOSTILE,
        limits=(),
        base="<b>",
        quote="<q>",
    )
    recorder = ReportRecorder(meta)
    for frame in frames()[:50]:
        outcome = Outcome(
            frame.result.tick,
            frame.snapshot.t,
            1,
            "sent",
            "alert",
            HOSTILE,
            None,
            (HOSTILE,),
            "halted",
            HOSTILE,
        )
        result = TickResult(
            frame.result.tick,
            (outcome,),
            (),
            (HOSTILE,),
            (),
            "halted",
            "a" if frame.result.tick < 9 else HOSTILE,
        )
        uses = (LimitUse(HOSTILE, 1.0, 2.0, 0.5, "<=", HOSTILE),)
        recorder.on_frame(replace(frame, result=result, limits=uses))
    return recorder


def test_hostile_text_stays_text() -> None:
    html = render_html(hostile_report())
    page = Document(html)
    plain = Document(render_html(report()))
    assert len(page.having("script")) == len(plain.having("script")) == 2
    assert page.having("img") == []
    assert not any(name.startswith("on") for _, found in page.elements for name in found)
    assert HOSTILE in page.text()
    assert "<b>" not in html.replace("<b>1</b>", "").replace('<b class="use-ok">', "")


def test_without_ticks() -> None:
    page = Document(render_html(ReportRecorder(RunMeta("empty"))))
    assert "The market gave no ticks" in page.text()
    assert "No rule fired." in page.text()


@pytest.mark.parametrize("ticks", [1, 2, 3])
def test_very_short_runs(ticks: int) -> None:
    recorder = ReportRecorder(META)
    for frame in frames()[:ticks]:
        recorder.on_frame(frame)
    Document(render_html(recorder))


def test_without_a_price_no_chart_is_drawn() -> None:
    recorder = ReportRecorder(RunMeta("blind"))
    blind = [frame for frame in frames() if frame.after.spot is None]
    for frame in blind:
        recorder.on_frame(replace(frame, limits=()))
    page = Document(render_html(recorder))
    assert len(blind) > 10
    assert [found for found in page.having("svg") if found.get("data-chart") == "price"] == []
    assert "Profit and loss were never known" in page.text()


def test_writes_a_file(tmp_path: Path) -> None:
    write_html(tmp_path / "out.html", report())
    assert (tmp_path / "out.html").read_text("utf-8") == render_html(report())
    with pytest.raises(OSError, match="No such file"):
        write_html(tmp_path / "missing" / "out.html", report())


def test_the_recorder_counts_as_the_summary_does() -> None:
    assert report().summary() == summary()


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_value_ticks_are_few_distinct_and_inside(low: float, width: float) -> None:
    high = low + width
    if not high - low > abs(low) * 1e-6:
        return
    ticks = value_ticks(low, high)
    assert 2 <= len(ticks) <= 12
    assert all(low - width * 1e-6 <= value <= high + width * 1e-6 for value, _ in ticks)
    if abs(low) + width < 1e5 and width > 1e-3:
        assert len({label for _, label in ticks}) == len(ticks)


@given(st.floats(0, 4e9), st.floats(1.0, 1e9))
def test_time_ticks_are_few_and_inside(start: float, length: float) -> None:
    ticks = time_ticks(start, start + length)
    assert len(ticks) <= 15
    assert all(start - 1e-6 <= t <= start + length + 1e-6 for t, _ in ticks)


def test_the_range_of_constant_and_missing_series() -> None:
    assert span([[(0.0, 5.0)]]) == (4.95, 5.05)
    assert span([[(0.0, 0.0)]]) == (-1.0, 1.0)
    assert span([[None]]) == (0.0, 1.0)
