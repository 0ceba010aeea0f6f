"""A summary for a terminal. Imported only when one is there, because rich is slow to load."""

from __future__ import annotations

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from stratc.runtime.report import lines
from stratc.runtime.report.panels import gain, use_bar, use_style
from stratc.runtime.report.quantities import moment, money, percent, printable, size
from stratc.runtime.report.summary import Summary

_EDGE = "bright_black"
_ROOMY = 90
"""Columns from which the result's two halves stand next to each other."""


def render_rich(summary: Summary) -> RenderableType:
    """The summary as something `rich.console.Console.print` shows at any width."""
    pieces = [_head(summary), _result(summary), _rules(summary), _limits(summary), _alerts(summary)]
    return Group(*(piece for piece in pieces if piece is not None))


def _head(summary: Summary) -> RenderableType:
    meta = summary.meta
    head = Text(printable(meta.program_name), style="bold")
    head.append(f"  {summary.ticks:,} ticks, {lines.period(summary)}", style="not bold")
    if meta.world():
        head.append(f"\n{printable(meta.world())}", style="not bold bright_black")
    if summary.interrupted:
        head.append("\ninterrupted before the market ended", style="bold yellow")
    return head


def _result(summary: Summary) -> RenderableType:
    parts = Table.grid(padding=(0, 2))
    parts.add_column(style="bright_black")
    parts.add_column(justify="right")
    for name, value in lines.pnl_parts(summary):
        parts.add_row(name, gain(value))
    total = gain(summary.pnl.total)
    total.stylize("bold")
    parts.add_row(Text("profit and loss", style="bold"), total)
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bright_black", no_wrap=True)
    facts.add_column()
    rows = [
        ("equity", lines.equity(summary)),
        ("drawdown", lines.drawdown(summary)),
        ("delta left", f"RMS {size(summary.hedge.rms_delta)} {summary.meta.base}"),
        ("daily P&L", lines.daily(summary)),
        ("turnover", f"{money(summary.turnover)} {summary.meta.quote}"),
        *lines.hedges(summary),
        ("state", lines.times(summary.states)),
    ]
    if len(summary.modes) > 1:
        rows.append(("mode", lines.times(summary.modes)))
    for name, text in rows:
        facts.add_row(name, text)
    both = _Beside(parts, facts)
    return Panel(both, title=f"result in {summary.meta.quote}", title_align="left", border_style=_EDGE)


class _Beside:
    """Two renderables next to each other where there is room, else below each other."""

    def __init__(self, left: RenderableType, right: RenderableType) -> None:
        self._left, self._right = left, right

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < _ROOMY:
            yield from (self._left, "", self._right)
            return
        both = Table.grid(padding=(0, 4))
        both.add_row(self._left, self._right)
        yield both


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, header_style="bright_black")
    for name in columns:
        table.add_column(
            name, justify="left" if name in ("rule", "limit", "on breach", "nearest") else "right"
        )
    return table


def _rules(summary: Summary) -> RenderableType | None:
    if not summary.rules:
        return None
    table = _table("line", "rule", "fired", "sent", "rejected", "deferred", "blocked", "fills")
    styles = ("", "green", "red", "yellow", "magenta", "")
    for rule in summary.rules:
        line = summary.meta.line(rule.rule)
        counts = (rule.firings, rule.sent, rule.rejected, rule.deferred, rule.blocked, rule.fills)
        cells = [
            Text(f"{count:,}", style=style if count else "bright_black")
            for count, style in zip(counts, styles, strict=True)
        ]
        table.add_row(
            "-" if line is None else str(line), Text(printable(summary.meta.head(rule.rule))), *cells
        )
    return table


def _limits(summary: Summary) -> RenderableType | None:
    if not summary.limits:
        return None
    table = _table("limit", "on breach", "hits", "nearest", "")
    for limit in summary.limits:
        hits = Text(lines.limit_hits(limit), style="yellow" if limit.hits else "bright_black")
        nearest = use_bar(limit.closest, 12) if limit.closest is not None else Text("-", style="bright_black")
        table.add_row(
            Text(lines.limit_bound(limit, summary.meta.unit(limit.name))),
            limit.policy or "theorem",
            hits,
            nearest,
            Text(percent(limit.closest), style=use_style(limit.closest)),
        )
    return table


def _alerts(summary: Summary) -> RenderableType | None:
    if not summary.alert_count:
        return None
    text = Text(f"{summary.alert_count:,} alerts" if summary.alert_count > 1 else "1 alert", style="yellow")
    shown = summary.alerts[:10]
    for t, alert in shown:
        text.append(f"\n{moment(t)}  ", style="bright_black").append(printable(alert), style="default")
    if summary.alert_count > len(shown):
        text.append(f"\nand {summary.alert_count - len(shown):,} more", style="bright_black")
    return text
