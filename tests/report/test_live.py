"""The live view draws at any size, seldom, and gives the terminal back."""

from __future__ import annotations

import io
import time
from dataclasses import replace

import pytest
from rich.console import Console
from rich.text import Text

from stratc.runtime.engine.messages import TickResult
from stratc.runtime.report.live import LiveView
from stratc.runtime.report.render_rich import render_rich
from tests.report.runs import META, frames, summary


def screen(width: int, height: int) -> Console:
    return Console(
        file=io.StringIO(), width=width, height=height, force_terminal=True, color_system="truecolor"
    )


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def lines(console: Console, shown: object) -> list[str]:
    with console.capture() as capture:
        console.print(shown)
    return Text.from_ansi(capture.get()).plain.splitlines()


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("height", [20, 24, 50])
@pytest.mark.parametrize("ticks", [1, 1_250, 1_620])
def test_fits_the_screen(width: int, height: int, ticks: int) -> None:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, no_color=True)
    view = LiveView(META, console, clock=lambda: -1.0)
    for frame in frames()[:ticks]:
        view.on_frame(frame)
    shown = [line for line in lines(console, view.picture()) if line.strip()]
    text = "\n".join(shown)
    assert len(shown) < height
    assert "short_straddle" in text
    assert "P&L USDC" in text
    assert "firings" in text
    assert f"{ticks / 2_000:.0%}" in text
    if ticks == 1_250:
        assert "REDUCING" in text
        assert "no trusted price" in text
    if ticks == 1_620:
        assert "HALTED" in text
        assert "flash crash" in text


def test_before_the_first_tick() -> None:
    assert LiveView(META, screen(80, 24)).picture().plain == "waiting for the first tick"


def test_the_terminal_is_given_back() -> None:
    console = screen(80, 24)

    def interrupted() -> None:
        with LiveView(META, console) as view:
            view.on_frame(frames()[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert written(console).count("\x1b[?25l") == 1
    assert written(console).count("\x1b[?25h") == 1


def test_draws_at_most_ten_times_a_second() -> None:
    now = 0.0
    pictures = 0

    class Counted(LiveView):
        def picture(self) -> Text:
            nonlocal pictures
            pictures += 1
            return super().picture()

    view = Counted(META, screen(80, 24), clock=lambda: now)
    for frame in frames()[:1_000]:
        view.on_frame(frame)
        now += 0.01
    view.finish(interrupted=False)
    assert 90 <= pictures <= 101


def test_a_tick_costs_microseconds() -> None:
    view = LiveView(META, screen(120, 40))
    start = time.process_time()
    for _ in range(5):
        for frame in frames():
            view.on_frame(frame)
    view.finish(interrupted=False)
    # Typically 5 µs with the drawing spread over it; the bound leaves room for a busy machine.
    assert (time.process_time() - start) / 10_000 < 100e-6


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    meta = replace(META, program_name="[red]x[/red]\x1b[2J", rule_heads={1: (1, "[/] when \x1b[31m")})
    console = Console(file=io.StringIO(), width=140, height=50, force_terminal=True, no_color=True)
    view = LiveView(meta, console, clock=lambda: -1.0)
    frame = frames()[0]
    result = TickResult(0, frame.result.outcomes, (), ("[bold]boo\x1b[5m",), (), "halted", "normal")
    view.on_frame(replace(frame, result=result))
    raw = view.picture().plain
    text = "\n".join(lines(console, view.picture()))
    assert "[red]x[/red]\\x1b[2J" in text
    assert "[bold]boo\\x1b[5m" in text
    assert "[/] when" in text
    assert "\x1b" not in raw


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_summary_fits_any_width(width: int) -> None:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, no_color=True)
    shown = lines(console, render_rich(summary()))
    assert max(map(len, shown)) <= width
    assert "-4,025.53" in "\n".join(shown)
