"""A summary as plain lines, for pipes and logs: ASCII only, no colour, no width assumed."""

from __future__ import annotations

from stratc.runtime.report import lines
from stratc.runtime.report.quantities import ascii_only, moment, money, number, percent
from stratc.runtime.report.summary import Summary

_LABEL = 18


def render_text(summary: Summary) -> str:
    """The summary as text that ends with a newline."""
    blocks = [_head(summary), _result(summary), _rules(summary), _limits(summary), _alerts(summary)]
    text = [ascii_only(line) for block in blocks if block for line in (*block, "")]
    return "\n".join(text[:-1]) + "\n"


def _row(label: str, value: str) -> str:
    return f"{label:<{_LABEL}} {value}"


def _head(summary: Summary) -> list[str]:
    meta = summary.meta
    head = [f"{meta.program_name}: {summary.ticks:,} ticks, {lines.period(summary)}"]
    if meta.world():
        head.append(_row("market", meta.world()))
    if summary.interrupted:
        head.append(_row("interrupted", "the run was stopped before the market ended"))
    return head


def _result(summary: Summary) -> list[str]:
    quote, base = summary.meta.quote, summary.meta.base
    total = (
        "never known" if summary.pnl.total is None else f"{money(summary.pnl.total, sign=True):>14} {quote}"
    )
    rows = [_row("profit and loss", total)]
    rows += [_row(f"  {name}", f"{money(value, sign=True):>14}") for name, value in lines.pnl_parts(summary)]
    rows += [
        _row("equity", lines.equity(summary)),
        _row("drawdown", lines.drawdown(summary)),
        _row("delta left", f"RMS {number(summary.hedge.rms_delta, 4)} {base}"),
        _row("daily P&L", lines.daily(summary)),
        _row("turnover", f"{money(summary.turnover)} {quote}"),
        *(_row(name, text) for name, text in lines.hedges(summary)),
    ]
    if summary.settlements:
        rows.append(
            _row("expired", f"{summary.settlements} settled for {money(summary.settled, sign=True)} {quote}")
        )
    rows.append(_row("state", lines.times(summary.states)))
    if len(summary.modes) > 1:
        rows.append(_row("mode", lines.times(summary.modes)))
    return rows


def _rules(summary: Summary) -> list[str]:
    if not summary.rules:
        return []
    columns = ("fired", "sent", "reject", "defer", "block", "orders", "fills")
    rows = ["rule  line " + "".join(f"{name:>8}" for name in columns)]
    for rule in summary.rules:
        counts = (
            rule.firings,
            rule.sent,
            rule.rejected,
            rule.deferred,
            rule.blocked,
            rule.orders,
            rule.fills,
        )
        line = summary.meta.line(rule.rule)
        numbers = "".join(f"{count:>8,}" for count in counts)
        rows.append(
            f"{rule.rule:>4}  {'-' if line is None else line:>4} {numbers}  {summary.meta.head(rule.rule)}"
        )
    return rows


def _limits(summary: Summary) -> list[str]:
    if not summary.limits:
        return []
    rows = ["limits"]
    for limit in summary.limits:
        bound = lines.limit_bound(limit, summary.meta.unit(limit.name))
        closest = "" if limit.closest is None else f"; closest {percent(limit.closest)}"
        closest += "" if limit.closest_t is None else f" at {moment(limit.closest_t, seconds=False)}"
        rows.append(f"  {bound}: {lines.limit_hits(limit)}{closest}")
    return rows


def _alerts(summary: Summary) -> list[str]:
    if not summary.alert_count:
        return []
    rows = [f"alerts ({summary.alert_count:,})"]
    rows += [f"  {moment(t)}  {text}" for t, text in summary.alerts]
    if summary.alert_count > len(summary.alerts):
        rows.append(f"  and {summary.alert_count - len(summary.alerts):,} more")
    return rows
