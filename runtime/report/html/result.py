"""The result of a run: in words, in the numbers to look at first, and by source."""

from __future__ import annotations

from html import escape

from stratc.runtime.report import lines
from stratc.runtime.report.quantities import duration, moment, money, number, percent, size
from stratc.runtime.report.summary import Summary


def lead(summary: Summary) -> str:
    """The run in two sentences."""
    total, start = summary.pnl.total, summary.equity.first
    if total is None or summary.start_t is None or summary.end_t is None:
        return "Profit and loss were never known in this run."
    what = "Made" if total > 0 else "Lost" if total < 0 else "Ended even at"
    share = f" ({percent(total / start, 2)} of the equity it began with)" if start else ""
    length = duration(summary.end_t - summary.start_t)
    text = f"{what} {money(abs(total))} {summary.meta.quote}{share} in {length}."
    if summary.max_drawdown:
        text += f" Equity was at worst {percent(summary.max_drawdown)} below its peak."
    hits = sum(limit.hits for limit in summary.limits)
    text += f" Limits changed or stopped {hits:,} {'action' if hits == 1 else 'actions'}." if hits else ""
    for state in ("reducing", "halted"):
        if summary.states.get(state):
            text += f" The engine was {state} for {duration(summary.states[state])}."
    return text + (" The run was interrupted before the market ended." if summary.interrupted else "")


def cards(summary: Summary) -> str:
    """The numbers to look at first."""
    quote, base, error = summary.meta.quote, summary.meta.base, summary.hedge
    total = summary.pnl.total
    first = summary.equity.first
    hits = sum(limit.hits for limit in summary.limits)
    stopped = summary.total("rejected") + summary.total("deferred") + summary.total("blocked")
    items = [
        (
            "profit and loss",
            money(total, sign=True),
            quote + (f", {percent(total / first, 2)}" if total is not None and first else ""),
            "" if not total else "up" if total > 0 else "down",
        ),
        ("equity at the end", money(summary.equity.last), f"{quote}, low {money(summary.equity.low)}", ""),
        ("deepest drawdown", percent(summary.max_drawdown), f"{money(summary.max_loss)} {quote} of P&L", ""),
        ("delta left, RMS", size(error.rms_delta), f"{base}, after each tick", ""),
        ("daily P&L, RMS", money(error.rms_day), _unhedged(summary), ""),
        ("turnover", number(summary.turnover, 4), f"{quote} in {summary.total('fills'):,} fills", ""),
        ("actions sent", f"{summary.total('sent'):,}", f"{stopped:,} stopped or held", ""),
        ("limits", f"{hits:,}", "actions changed or stopped", "warn" if hits else ""),
    ]
    return "".join(
        f'<div class="card {style}"><dt>{escape(name)}</dt><dd>{escape(value)}</dd>'
        f'<dd class="sub">{escape(sub)}</dd></div>'
        for name, value, sub, style in items
    )


def _unhedged(summary: Summary) -> str:
    alone = summary.hedge.rms_day_unhedged
    quote = summary.meta.quote
    return f"{quote}; options alone {money(alone)}" if alone else quote


def attribution(summary: Summary) -> str:
    """P&L by source, as bars from a common zero."""
    parts = lines.pnl_parts(summary)
    if summary.pnl.total is not None:
        parts.append(("total", summary.pnl.total))
    low, high = min(0.0, *(v for _, v in parts)), max(0.0, *(v for _, v in parts))
    width = (high - low) or 1.0
    rows = []
    for name, value in parts:
        left, share = (min(value, 0.0) - low) / width * 100, abs(value) / width * 100
        style = "up" if value >= 0 else "down"
        rows.append(
            f'<tr class="{"sum" if name == "total" else ""}"><th scope="row">{name}</th>'
            f'<td class="num {style}">{money(value, sign=True)}</td>'
            f'<td class="bar"><span class="zero" style="left:{-low / width * 100:.2f}%"></span>'
            f'<span class="{style}" style="left:{left:.2f}%;width:{share:.2f}%"></span></td></tr>'
        )
    return f'<table class="parts"><tbody>{"".join(rows)}</tbody></table>'


def facts(summary: Summary) -> str:
    """What the cards leave out."""
    spot = summary.spot
    between = f"between {number(spot.low, 6)} and {number(spot.high, 6)}"
    rows = [
        ("period", lines.period(summary)),
        ("ticks", f"{summary.ticks:,}"),
        ("price", f"{number(spot.first, 6)} to {number(spot.last, 6)}, {between}"),
        ("equity", lines.equity(summary)),
        ("daily P&L", lines.daily(summary)),
        *lines.hedges(summary),
        ("state", lines.times(summary.states)),
    ]
    if summary.hedge.effectiveness is not None:
        rows.append(
            (
                "hedge took away",
                f"{percent(summary.hedge.effectiveness)} of the options' daily swings (mean square)",
            )
        )
    if len(summary.modes) > 1:
        rows.append(("mode", lines.times(summary.modes)))
    if summary.settlements:
        rows.append(
            ("expired options", f"{summary.settlements}, settled for {money(summary.settled, sign=True)}")
        )
    return definitions(rows)


def definitions(rows: list[tuple[str, str]]) -> str:
    """A list of names and values."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)
    return f'<dl class="facts">{items}</dl>'


def alerts(summary: Summary) -> str:
    """What the run called attention to."""
    if not summary.alert_count:
        return '<p class="none">None.</p>'
    items = "".join(f"<li><time>{moment(t)}</time> {escape(text)}</li>" for t, text in summary.alerts)
    more = summary.alert_count - len(summary.alerts)
    items += f"<li>and {more:,} more</li>" if more else ""
    return f'<ol class="alerts">{items}</ol>'
