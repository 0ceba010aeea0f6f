"""The pieces of the live view. Imported only when a terminal is there, because rich is slow to load."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from stratc.runtime.engine.messages import Frame, LimitUse, Outcome, State
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.quantities import duration, moment, money, number, percent, signed_size, size
from stratc.runtime.report.sparkline import sparkline

STATE_STYLES: dict[State, str] = {
    "active": "bold green",
    "reducing": "bold black on yellow",
    "halted": "bold white on red",
}
VERDICT_STYLES = {"sent": "green", "rejected": "red", "deferred": "yellow", "blocked": "magenta"}
_EDGE = "bright_black"
_PARTIAL = " ▏▎▍▌▋▊▉"


def gain(value: float | None) -> Text:
    """Money, green for a gain and red for a loss."""
    style = "" if not value else "green" if value > 0 else "red"
    return Text(money(value, sign=True), style=style, justify="right")


def use_style(use: float | None) -> str:
    """Green below 60 %, yellow below 90 %, red from there."""
    if use is None:
        return "bright_black"
    return "green" if use < 0.6 else "yellow" if use < 0.9 else "red"


def use_bar(use: float | None, width: int) -> Text:
    """A bar that is full at the limit, in eighths of a character."""
    share = 0.0 if use is None else max(0.0, min(1.0, use))
    eighths = round(share * width * 8)
    full, rest = divmod(eighths, 8)
    bar = "█" * full + (_PARTIAL[rest] if rest else "")
    return Text(bar, style=use_style(use)).append("·" * (width - len(bar)), style="bright_black")


def header(
    meta: RunMeta, frame: Frame, prices: Sequence[float | None], reason: str, width: int
) -> RenderableType:
    """Price with its course, time, state with its reason, mode."""
    state = frame.result.state
    line = Text()
    line.append(f" {state.upper()} ", style=STATE_STYLES[state])
    line.append(f" {frame.result.mode} ", style="cyan")
    if reason and state != "active":
        line.append(f" {reason}", style="yellow")
    price = Text()
    price.append(f"{meta.base} ", style="bold")
    price.append(f"{number(frame.after.spot, 6)} {meta.quote}", style="bold")
    price.append("  ")
    price.append(sparkline(prices, max(8, min(60, width - len(price.plain) - 4))), style="cyan")
    return Group(line, price)


def _facts(rows: Sequence[tuple[str, RenderableType]]) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(style="bright_black", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for name, value in rows:
        table.add_row(name, value)
    return table


def book(meta: RunMeta, frame: Frame) -> Panel:
    """What is held and how it moves."""
    after, base = frame.after, meta.base
    left = _facts(
        [
            ("position", f"{size(after.position)} {base}"),
            ("delta", f"{size(after.delta)} {base}"),
            ("gamma", number(after.gamma, 3)),
            ("vega", number(after.vega, 4)),
            ("theta", f"{number(after.theta, 4)}/d"),
        ]
    )
    right = _facts(
        [
            ("equity", money(after.equity)),
            ("margin ratio", number(after.margin_ratio, 3)),
            ("leverage", f"{number(after.leverage, 3)}x" if after.leverage is not None else "-"),
            ("drawdown", percent(after.drawdown)),
            ("implied vol", percent(after.iv)),
        ]
    )
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=1)
    table.add_column(ratio=1)
    table.add_row(left, right)
    return Panel(table, title="book", title_align="left", border_style=_EDGE)


def pnl(meta: RunMeta, frame: Frame, course: Sequence[float | None]) -> Panel:
    """Profit and loss by source, with its course."""
    after = frame.after
    parts = [
        ("options", gain(after.pnl_options)),
        ("hedge", gain(after.pnl_hedge)),
        ("funding", gain(after.funding)),
        ("fees, gas", gain(-(after.fees + after.gas))),
    ]
    total = gain(after.pnl)
    total.stylize("bold")
    line = Text(sparkline(course, 16), style="cyan")
    return Panel(
        _facts([*parts, ("total", Group(total))]),
        title=f"P&L {meta.quote} [cyan]{line.plain}[/cyan]",
        title_align="left",
        border_style=_EDGE,
    )


def limits(uses: Sequence[LimitUse], rows: int, width: int) -> Panel | None:
    """Each limit with a bar of how near it is; when there are too many, the nearest."""
    if not uses or rows < 1:
        return None
    shown = list(uses)
    title = "limits"
    if len(shown) > rows:
        shown = sorted(shown, key=lambda use: -(use.use or 0.0))[:rows]
        title = f"limits: the nearest {rows} of {len(uses)}"
    table = Table.grid(padding=(0, 1), expand=True)
    names = min(max(len(use.name) for use in shown), width // 3)
    table.add_column(no_wrap=True, width=names)
    table.add_column(no_wrap=True, ratio=1)
    table.add_column(justify="right", no_wrap=True, min_width=5)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True, style="bright_black", min_width=6)
    for use in shown:
        share = "-" if use.use is None else f"{use.use:.0%}"
        table.add_row(
            Text(use.name, overflow="ellipsis"),
            use_bar(use.use, max(6, width - names - 41)),
            Text(share, style=use_style(use.use)),
            f"{number(use.value, 4)} {use.op} {number(use.bound, 4)}",
            use.policy or "proved",
        )
    return Panel(table, title=title, title_align="left", border_style=_EDGE)


def firings(meta: RunMeta, recent: Sequence[Outcome], count: int, width: int) -> Panel:
    """The last firings, the newest last."""
    table = Table.grid(padding=(0, 1), expand=True)
    for _ in range(2):
        table.add_column(no_wrap=True, style="bright_black")
    table.add_column(no_wrap=True, ratio=3)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, ratio=2, style="yellow")
    for outcome in recent:
        line = meta.line(outcome.rule)
        what = f"{outcome.do}  {meta.head(outcome.rule)}" if width >= 100 else outcome.do
        table.add_row(
            moment(outcome.t)[5:] if width >= 72 else moment(outcome.t)[5:16],
            f"line {line}" if line is not None else f"rule {outcome.rule}",
            Text(what, overflow="ellipsis"),
            signed_size(outcome, meta.base, meta.quote),
            Text(outcome.verdict, style=VERDICT_STYLES[outcome.verdict]),
            Text(", ".join(outcome.limits) or outcome.text, overflow="ellipsis"),
        )
    if not recent:
        table.add_row("", "", Text("none yet", style="bright_black"), "", "", "")
    return Panel(table, title=f"firings ({count:,})", title_align="left", border_style=_EDGE)


def alerts(recent: Sequence[tuple[float, str]], count: int) -> Panel | None:
    """The last alerts, the newest last."""
    if not recent:
        return None
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(no_wrap=True, style="bright_black")
    table.add_column(no_wrap=True, ratio=1)
    for t, text in recent:
        table.add_row(moment(t)[5:], Text(text, overflow="ellipsis"))
    return Panel(table, title=f"alerts ({count:,})", title_align="left", border_style="yellow")


def progress(meta: RunMeta, frame: Frame, ticks: int, speed: float) -> Table:
    """How far the run is, how fast, and how long it will still take."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(no_wrap=True)
    pieces = [Text(f"{moment(frame.snapshot.t, seconds=False)} UTC", style="bright_black")]
    rate = f"{number(speed, 3)} ticks/s" if speed else ""
    if meta.length:
        table.add_column(ratio=1)
        left = max(0, meta.length - ticks)
        eta = f", {duration(left / speed)} left" if speed and left else ""
        table.add_column(no_wrap=True, justify="right")
        bar = ProgressBar(total=meta.length, completed=min(ticks, meta.length), complete_style="cyan")
        table.add_row(*pieces, bar, f"{min(1.0, ticks / meta.length):.0%}  {rate}{eta}")
    else:
        table.add_column(ratio=1)
        table.add_row(*pieces, f"{ticks:,} ticks  {rate}")
    return table
