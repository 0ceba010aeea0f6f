"""The reports in a real browser: every plot is drawn, light and dark, on a desk and on a phone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import stratc

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no browser here: install Debian's package chromium"),
]

MEASURE = """<script>
addEventListener("load", () => {
  const box = each => { const r = each.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; };
  const ink = each => getComputedStyle(each);
  const plots = [...document.querySelectorAll("figure.chart")].map(figure => ({
    id: figure.id || figure.className,
    box: box(figure.querySelector("svg.area, svg.hist, svg.heatmap, .strip svg")),
    marks: [...figure.querySelectorAll("path.line, svg.hist rect, svg.heatmap rect, .strip rect")].map(each => ({
      box: box(each), length: each.getTotalLength ? each.getTotalLength() : 0,
      fill: ink(each).fill, stroke: ink(each).stroke,
    })),
  }));
  const told = {
    plots, width: innerWidth, wide: document.documentElement.scrollWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    page: ink(document.body).backgroundColor, text: ink(document.body).color,
  };
  const out = document.createElement("pre");
  out.id = "measured";
  out.textContent = JSON.stringify(told);
  document.body.append(out);
});
</script>"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    found = {name: folder / f"{name}.html" for name in ("backtest", "sweep", "stress")}
    straddle = "short_straddle"
    said = [
        stratc("backtest", straddle, "--report", found["backtest"]),
        stratc(
            "backtest", straddle, "--to", "2026-11-01T12:00Z", "--workers", 1, "--market", "crash",
            "--param", "band=0.1:0.9:3", "--param", "straddles=1,5", "--report", found["sweep"],
        ),
        stratc("stress", straddle, "--paths", 20, "--workers", 1, "--model", "crash", "--fault", "gas spike",
               "--report", found["stress"]),
    ]  # fmt: skip
    assert [each.code for each in said] == [0, 0, 0]
    return found


@lru_cache
def measured(page: Path, width: int, dark: bool) -> dict[str, Any]:
    """What the browser says of the page at a width, in a colour scheme."""
    page.with_suffix(".measured.html").write_text(page.read_text().replace("</body>", MEASURE + "</body>"))
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},900",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}", f"--user-data-dir={page.parent / 'profile'}",
        "--virtual-time-budget=5000", "--dump-dom", page.with_suffix(".measured.html").as_uri(),
    ]  # fmt: skip
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="measured">(.*?)</pre>', dom, re.DOTALL)
    assert found, "the page's scripts did not run"
    return dict(json.loads(unescape(found[1])))


WANTED = {
    "backtest": {"price", "delta", "pnl", "equity", "drawdown", "gamma", "vega", "theta", "periods"},
    "sweep": {"price", "delta", "equity", "periods", "chart heat"},
    "stress": {"price", "delta", "equity", "outcomes-none", "outcomes-gas-spike"},
}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1200, 500])
@pytest.mark.parametrize("name", WANTED)
def test_every_plot_is_drawn(pages: dict[str, Path], name: str, width: int, dark: bool) -> None:
    told = measured(pages[name], width, dark)
    assert told["width"] == width
    assert told["dark"] is dark
    plots = {plot["id"]: plot for plot in told["plots"]}
    assert set(plots) >= WANTED[name]
    for ident, plot in plots.items():
        left, _, wide, tall = plot["box"]
        assert wide > 0.5 * width - 40, ident
        assert tall >= 15, ident
        assert left >= 0, ident
        assert left + wide <= width, ident
        assert any(mark["box"][2] > 1 or mark["length"] > 1 for mark in plot["marks"]), ident
        for mark in plot["marks"]:
            assert {mark["fill"], mark["stroke"]} - {"none", told["page"]}, ident


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", WANTED)
def test_the_text_stands_out_and_the_page_fits(pages: dict[str, Path], name: str, dark: bool) -> None:
    told = measured(pages[name], 500, dark)
    light = [sum(map(int, re.findall(r"\d+", told[part])[:3])) for part in ("page", "text")]
    assert abs(light[0] - light[1]) > 450
    assert (light[0] < light[1]) is dark
    assert told["wide"] <= 500


def test_a_tail_is_shaded_in_another_colour(pages: dict[str, Path]) -> None:
    (plot,) = [p for p in measured(pages["stress"], 1200, False)["plots"] if p["id"] == "outcomes-none"]
    assert len({mark["fill"] for mark in plot["marks"]}) == 2
