"""What is written into pipes, to the letter."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace

import pytest

from stratc.runtime.engine.messages import Frame, Outcome, TickResult
from stratc.runtime.report import PlainLines, RunMeta, SummaryRecorder, render_text, watcher
from stratc.runtime.report.quantities import ascii_only, duration, moment, money, number, printable, size
from tests.report.runs import META, frames, summary

SUMMARY = """\
short_straddle: 2,000 ticks, 2026-01-01 00:00 to 2026-02-11 15:30 UTC (41 d 15 h)
market             random walk, seed 1

profit and loss         -4,025.53 USDC
  options               +2,289.57
  hedge                 -2,954.02
  funding                  -93.98
  fees                    -189.10
  gas                   -3,078.00
equity             100,000.00 to 95,974.47 USDC, low 95,967.69 on 2026-02-11
drawdown           4.0% of equity, 4,032.31 USDC of P&L
delta left         RMS 1.036 ETH
daily P&L          RMS 155.48 USDC over 42 days, worst -868.66 on 2026-02-03; options alone RMS 396.46
turnover           378,202.27 USDC
hedges             171 of 0.7106 ETH on average, 20.01 USDC each (9.00 bps and 18.00 of gas)
hedge band         narrower than its cost: gamma pays for a hedge from 0.8123 ETH on
band by the data   5.2855 ETH, 0.1 hedges a day (volatility 65%, risk aversion 0.0001)
state              active 95.6% (39 d 19 h), reducing 2.0% (20 h), halted 2.4% (1 d)

rule  line    fired    sent  reject   defer   block  orders   fills
   1    16      332     171       3     110      48     171     171  when abs(delta) > band
   2    19       16      16       0       0       0      16      16  when margin_ratio < 1.5, cooldown 10 min
   3    22        1       1       0       0       0       0       0  when change(spot over 5 min) < -10%
   4    25        1       1       0       0       0       0       0  on stale spot

limits
  abs(position(ETH)) <= 8.5: never hit; closest 75.0% at 2026-01-30 23:30
  margin_ratio >= 1.2: rejected 3; closest 91.1% at 2026-01-16 13:30
  orders <= 6: deferred 110; closest 100.0% at 2026-01-05 05:00
  gas_spent <= 120: never hit; closest 90.0% at 2026-01-05 05:00

alerts (4)
  2026-01-26 20:00:00  reduce only: no trusted price
  2026-01-27 16:00:00  active again after reducing
  2026-02-03 08:00:00  halted: "flash crash" for 1 d
  2026-02-04 08:00:00  active again after halted
"""

LINES = """\
2026-01-01 00:00:00  rule 1 (line 16) hedge 1.0191 ETH of ETH-PERP sent
                     and 5 more like it until 2026-01-02 10:30:00, together 0.7345 ETH
2026-01-02 12:00:00   10%  73 of 730 ticks, 73 ticks/s, 9 s left \
| ETH 3,036.6, delta 0.4766, P&L -132.37 USDC, active
2026-01-02 13:30:00  rule 1 (line 16) hedge -0.6593 ETH of ETH-PERP sent
                     and 2 more like it until 2026-01-03 15:00:00, together -0.0971 ETH
"""


def plain(frames_: tuple[Frame, ...], length: int | None) -> str:
    out = io.StringIO()
    ticking = itertools.count()
    lines = PlainLines(replace(META, length=length), out, clock=lambda: float(next(ticking)))
    for frame in frames_:
        lines.on_frame(frame)
    lines.finish(interrupted=False)
    return out.getvalue()


def test_summary() -> None:
    assert render_text(summary()) == SUMMARY


def test_summary_of_nothing() -> None:
    text = render_text(SummaryRecorder(RunMeta("empty")).summary())
    assert text.startswith("empty: 0 ticks, no ticks\n")
    assert "never known" in text


def test_plain_lines() -> None:
    assert plain(frames()[:145], 730) == LINES


def test_everything_is_told_once_or_counted() -> None:
    text = plain(frames(), 2_000)
    told = sum(" rule " in line for line in text.splitlines())
    more = sum(int(line.split()[1]) for line in text.splitlines() if " more like it" in line)
    assert told + more == summary().total("sent") + summary().total("rejected") + summary().total(
        "deferred"
    ) + summary().total("blocked")
    assert told < 200
    assert sum("%  " in line for line in text.splitlines()) == 10
    assert text.count("alert: ") == 4


def with_outcome(frame: Frame, text: str) -> Frame:
    outcome = Outcome(0, 0.0, 1, "sent", "alert", None, None, (), "active", text)
    return replace(frame, result=TickResult(0, (outcome,), (), (text,), (), "active", "normal"), events=())


def test_pipes_get_ascii_without_control_characters() -> None:
    hostile = with_outcome(frames()[0], "Δ \x1b[2J\r\n é")
    text = plain((hostile,), None)
    assert text.isascii()
    assert "\x1b" not in text
    assert len(text.splitlines()) == 2
    recorder = SummaryRecorder(RunMeta("Δ\x1b", market="naïve"))
    recorder.on_frame(hostile)
    assert render_text(recorder.summary()).isascii()
    assert "\x1b" not in render_text(recorder.summary())


def test_a_pipe_gets_plain_lines() -> None:
    assert isinstance(watcher(META, io.StringIO()), PlainLines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (number(1234.5), "1,234.5"),
        (number(0.00123456), "0.0012346"),
        (number(-0.0), "0"),
        (number(None), "-"),
        (number(float("inf")), "inf"),
        (number(123456789.0), "123,456,789"),
        (money(-0.001, sign=True), "0.00"),
        (money(1234.5, sign=True), "+1,234.50"),
        (size(-1e-11), "0"),
        (size(2.5), "2.5"),
        (duration(0), "0 s"),
        (duration(59.6), "1 min"),
        (duration(0.4), "0.4 s"),
        (duration(90_061), "1 d 1 h"),
        (duration(86_460), "1 d"),
        (moment(0.0), "1970-01-01 00:00:00"),
        (moment(1e20), "t=100,000,000,000,000,000,000"),
        (ascii_only("a\tb€"), "a\\tb\\u20ac"),
        (printable("é\x1b[1m"), "é\\x1b[1m"),
    ],
)
def test_quantities(text: str, expected: str) -> None:
    assert text == expected
