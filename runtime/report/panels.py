"""The pieces of the live view, as lines of text. Imported only on a terminal, because rich is slow to load.

Lines are laid out here and not by rich's tables: those take tens of milliseconds, ten times a second.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from stratc.runtime.engine.messages import Frame, LimitUse, Outcome, State
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.quantities import (
    duration,
    moment,
    money,
    number,
    percent,
    printable,
    signed_size,
    size,
)
from stratc.runtime.report.sparkline import sparkline

Lines = list[Text]

STATE_STYLES: dict[State, str] = {
    "active": "bold green",
    "reducing": "bold black on yellow",
    "halted": "bold white on red",
}
VERDICT_STYLES = {"sent": "green", "rejected": "red", "deferred": "yellow", "blocked": "magenta"}
_DIM = "bright_black"
_PARTIAL = " ▏▎▍▌▋▊▉"


def cell(text: str | Text, width: int, style: str = "", *, right: bool = False) -> Text:
    """Text cut or filled to `width` columns."""
    made = Text(text, style=style) if isinstance(text, str) else text.copy()
    made.truncate(max(0, width), overflow="ellipsis")
    room = max(0, width - made.cell_len)
    if right:
        made.pad_left(room)
    else:
        made.pad_right(room)
    return made


def framed(title: str | Text, rows: Lines, width: int, style: str = _DIM) -> Lines:
    """Rows in a box of `width` columns."""
    head = Text("╭─ ", style=style).append_text(Text(title) if isinstance(title, str) else title).append(" ")
    head.append("─" * max(0, width - 1 - head.cell_len), style=style).append("╮", style=style)
    edge = Text("│", style=style)
    body = [Text.assemble(edge, " ", cell(row, width - 4), " ", edge) for row in rows]
    return [head, *body, Text("╰" + "─" * (width - 2) + "╯", style=style)]


def gain(value: float | None) -> Text:
    """Money, green for a gain and red for a loss."""
    style = "" if not value else "green" if value > 0 else "red"
    return Text(money(value, sign=True), style=style, justify="right")


def use_style(use: float | None) -> str:
    """Green below 60 %, yellow below 90 %, red from there."""
    if use is None:
        return _DIM
    return "green" if use < 0.6 else "yellow" if use < 0.9 else "red"


def use_bar(use: float | None, width: int) -> Text:
    """A bar that is full at the limit, in eighths of a character."""
    share = 0.0 if use is None else max(0.0, min(1.0, use))
    full, rest = divmod(round(share * width * 8), 8)
    bar = "█" * full + (_PARTIAL[rest] if rest else "")
    return Text(bar, style=use_style(use)).append("·" * (width - len(bar)), style=_DIM)


def title(meta: RunMeta, width: int) -> Text:
    """The program and its market."""
    line = Text(printable(meta.program_name), style="bold")
    return cell(line.append(f"  {printable(meta.world())}", style=f"not bold {_DIM}"), width)


def header(meta: RunMeta, frame: Frame, prices: Sequence[float | None], reason: str, width: int) -> Lines:
    """State with its reason, mode; price with its course."""
    state = frame.result.state
    line = Text(f" {state.upper()} ", style=STATE_STYLES[state]).append(
        f" {frame.result.mode} ", style="cyan"
    )
    if reason and state != "active":
        line.append(f" {printable(reason)}", style="yellow")
    price = Text(f"{meta.base} {number(frame.after.spot, 6)} {meta.quote}  ", style="bold")
    price.append(sparkline(prices, max(8, min(60, width - price.cell_len - 2))), style="not bold cyan")
    return [cell(line, width), cell(price, width)]


def _fact(name: str, value: str | Text, width: int) -> Text:
    left = Text(name, style=_DIM)
    return Text.assemble(left, " ", cell(value, width - left.cell_len - 1, right=True))


def book(meta: RunMeta, frame: Frame, width: int) -> Lines:
    """What is held and how it moves."""
    after, base = frame.after, meta.base
    left = [
        ("position", f"{size(after.position)} {base}"),
        ("delta", f"{size(after.delta)} {base}"),
        ("gamma", number(after.gamma, 3)),
        ("vega", number(after.vega, 4)),
        ("theta", f"{number(after.theta, 4)}/d"),
    ]
    right = [
        ("equity", money(after.equity)),
        ("margin ratio", number(after.margin_ratio, 3)),
        ("leverage", "-" if after.leverage is None else f"{number(after.leverage, 3)}x"),
        ("drawdown", percent(after.drawdown)),
        ("implied vol", percent(after.iv)),
    ]
    half = (width - 6) // 2
    rows = [
        Text.assemble(_fact(*one, half), "  ", _fact(*other, width - 6 - half))
        for one, other in zip(left, right, strict=True)
    ]
    return framed("book", rows, width)


def pnl(meta: RunMeta, frame: Frame, course: Sequence[float | None], width: int) -> Lines:
    """Profit and loss by source, with its course."""
    after = frame.after
    total = gain(after.pnl)
    total.stylize("bold")
    rows = [
        _fact("options", gain(after.pnl_options), width - 4),
        _fact("hedge", gain(after.pnl_hedge), width - 4),
        _fact("funding", gain(after.funding), width - 4),
        _fact("fees, gas", gain(-(after.fees + after.gas)), width - 4),
        _fact("total", total, width - 4),
    ]
    head = Text(f"P&L {meta.quote} ").append(sparkline(course, max(0, min(16, width - 20))), style="cyan")
    return framed(head, rows, width)


def beside(left: Lines, right: Lines) -> Lines:
    """Two boxes of the same height next to each other."""
    return [Text.assemble(one, other) for one, other in zip(left, right, strict=True)]


def limits(uses: Sequence[LimitUse], rows: int, width: int) -> Lines:
    """Each limit with a bar of how near it is; when there are too many, the nearest."""
    if not uses or rows < 1:
        return []
    shown = list(uses)
    head = "limits"
    if len(shown) > rows:
        shown = sorted(shown, key=lambda use: -(use.use or 0.0))[:rows]
        head = f"limits: the nearest {rows} of {len(uses)}"
    values = [f"{number(use.value, 4)} {use.op} {number(use.bound, 4)}" for use in shown]
    names = min(max(len(use.name) for use in shown), width // 3)
    wide = max(map(len, values))
    bar = max(4, width - 4 - names - wide - 6 - 7 - 3)
    made = [
        Text.assemble(
            cell(printable(use.name), names),
            " ",
            use_bar(use.use, bar),
            cell("-" if use.use is None else f"{use.use:.0%}", 6, use_style(use.use), right=True),
            " ",
            cell(value, wide, right=True),
            " ",
            (use.policy or "theorem", _DIM),
        )
        for use, value in zip(shown, values, strict=True)
    ]
    return framed(head, made, width)


def firings(meta: RunMeta, recent: Sequence[Outcome], count: int, width: int) -> Lines:
    """The last firings, the newest last."""
    rows = [_firing(meta, outcome, width - 4) for outcome in recent]
    return framed(f"firings ({count:,})", rows or [Text("none yet", style=_DIM)], width)


def _firing(meta: RunMeta, outcome: Outcome, width: int) -> Text:
    line = meta.line(outcome.rule)
    what = Text(outcome.do)
    if width >= 96:
        what.append(f"  {printable(meta.head(outcome.rule))}", style=_DIM)
    when = moment(outcome.t)[5:] if width >= 70 else moment(outcome.t)[5:16]
    fixed = len(when) + 1 + 9 + 1 + 13 + 1 + 8 + 1
    room = max(12, width - fixed)
    action = room * 2 // 3 if room > 20 else 12
    return Text.assemble(
        (when, _DIM),
        " ",
        cell(f"line {line}" if line is not None else f"rule {outcome.rule}", 9, _DIM),
        " ",
        cell(what, action),
        cell(signed_size(outcome, meta.base, meta.quote), 13, right=True),
        " ",
        cell(outcome.verdict, 8, VERDICT_STYLES[outcome.verdict]),
        " ",
        (printable(", ".join(outcome.limits) or outcome.text), "yellow"),
    )


def alerts(recent: Sequence[tuple[float, str]], count: int, width: int) -> Lines:
    """The last alerts, the newest last."""
    if not recent:
        return []
    rows = [Text.assemble((f"{moment(t)[5:]} ", _DIM), printable(text)) for t, text in recent]
    return framed(f"alerts ({count:,})", rows, width, "yellow")


def progress(meta: RunMeta, frame: Frame, ticks: int, speed: float, width: int) -> Text:
    """How far the run is, how fast, and how long it will still take."""
    when = f"{moment(frame.snapshot.t, seconds=False)} UTC "
    rate = f"  {number(speed, 3)} ticks/s" if speed else ""
    # Three columns stay free: a ^C typed at the end of a full line would wrap and shift what is taken away.
    width -= 3
    if not meta.length:
        return cell(Text(when, style=_DIM).append(f"{ticks:,} ticks{rate}", style="default"), width)
    left = max(0, meta.length - ticks)
    share = min(1.0, ticks / meta.length)
    tail = f" {share:.0%}{rate}" + (f", {duration(left / speed)} left" if speed and left else "")
    bar = max(0, width - len(when) - len(tail))
    done = round(bar * share)
    return cell(Text.assemble((when, _DIM), ("━" * done, "cyan"), ("━" * (bar - done), _DIM), tail), width)
