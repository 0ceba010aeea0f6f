"""The facts of a summary as short phrases, shared by its text, terminal and HTML forms."""

from __future__ import annotations

from stratc.runtime.pricing.hedging_band import AVERSION
from stratc.runtime.report.hedge_costs import Hedged
from stratc.runtime.report.quantities import day, duration, moment, money, number, percent, size
from stratc.runtime.report.summary import Summary
from stratc.runtime.report.tally import LimitCount

PARTS = ("options", "hedge", "funding", "fees", "gas", "other")


def pnl_parts(summary: Summary) -> list[tuple[str, float]]:
    """The parts of the P&L as (name, contribution), costs negative; what is unknown is left out."""
    pnl = summary.pnl
    parts = [
        ("options", pnl.options),
        ("hedge", pnl.hedge),
        ("funding", pnl.funding),
        ("fees", -pnl.fees),
        ("gas", -pnl.gas),
        ("other", pnl.other),
    ]
    return [
        (name, value)
        for name, value in parts
        if value is not None and (name != "other" or abs(value) >= 0.005)
    ]


def period(summary: Summary) -> str:
    """From when to when, and how long."""
    if summary.start_t is None or summary.end_t is None:
        return "no ticks"
    start, end = moment(summary.start_t, seconds=False), moment(summary.end_t, seconds=False)
    return f"{start} to {end} UTC ({duration(summary.end_t - summary.start_t)})"


def equity(summary: Summary) -> str:
    """Equity from start to end with its low."""
    span = summary.equity
    if span.first is None:
        return "never known"
    quote = summary.meta.quote
    return f"{money(span.first)} to {money(span.last)} {quote}, low {money(span.low)} on {day(span.low_t)}"


def drawdown(summary: Summary) -> str:
    """The deepest fall, as a share and in money."""
    if summary.max_drawdown is None and summary.max_loss is None:
        return "never known"
    return f"{percent(summary.max_drawdown)} of equity, {money(summary.max_loss)} {summary.meta.quote} of P&L"


def daily(summary: Summary) -> str:
    """What a day's P&L was like with the hedge, and without."""
    error = summary.hedge
    if error.rms_day is None:
        return "never known"
    quote = summary.meta.quote
    text = f"RMS {money(error.rms_day)} {quote} over {error.days} {'day' if error.days == 1 else 'days'}"
    text += f", worst {money(error.worst_day, sign=True)} on {day(error.worst_day_t)}"
    if error.rms_day_unhedged:
        text += f"; options alone RMS {money(error.rms_day_unhedged)}"
    return text


def hedges(summary: Summary) -> list[tuple[str, str]]:
    """What hedges cost, and the band that the data would choose, as (name, text); nothing without gamma."""
    hedged, base, quote = summary.hedged, summary.meta.base, summary.meta.quote
    if hedged.break_even is None:
        return []
    paid = hedged.cost * hedged.spot * hedged.size + hedged.gas
    cost = f"{money(paid)} {quote} each ({hedged.cost * 1e4:.2f} bps and {money(hedged.gas)} of gas)"
    rows = [
        ("hedges", f"{hedged.count:,} of {size(hedged.size)} {base} on average, {cost}"),
        ("hedge band", worth(hedged, base)),
    ]
    if hedged.optimal is not None and hedged.often is not None:
        chosen = f"{size(hedged.optimal)} {base}, {number(hedged.often, 2)} hedges a day"
        by = f"volatility {percent(hedged.vol, 0)}, risk aversion {AVERSION:g}"
        rows.append(("band by the data", f"{chosen} ({by})"))
    return rows


def worth(hedged: Hedged, base: str) -> str:
    """Whether hedges of this size earn what they cost."""
    told = "narrower than its cost" if hedged.narrow else "wide enough"
    return f"{told}: gamma pays for a hedge from {size(hedged.break_even)} {base} on"


def limit_bound(limit: LimitCount, unit: str = "") -> str:
    """A limit with its last bound: `leverage <= 3`."""
    if limit.bound is None:
        return limit.name
    return f"{limit.name} {limit.op} {number(limit.bound)}{' ' + unit if unit else ''}"


def limit_hits(limit: LimitCount) -> str:
    """How often a limit acted, by what it did."""
    parts = [
        f"{what} {count:,}"
        for what, count in (
            ("clamped", limit.clamped),
            ("rejected", limit.rejected),
            ("deferred", limit.deferred),
            ("blocked", limit.blocked),
        )
        if count
    ]
    return ", ".join(parts) if parts else "never hit"


def limit_closest(limit: LimitCount) -> str:
    """The highest use of a limit, with the value and the time."""
    if limit.closest is None:
        return "no use known"
    when = moment(limit.closest_t, seconds=False)
    return f"{percent(limit.closest)} ({number(limit.closest_value)}) at {when}"


def times(seconds: dict[str, float]) -> str:
    """Shares of time by name: active 98.2% (40 d 21 h), halted 1.8% (18 h)."""
    whole = sum(seconds.values())
    parts = []
    for name, spent in seconds.items():
        share = spent / whole if whole else 1.0
        parts.append(
            f"{name} {percent(share)} ({duration(spent)})" if len(seconds) > 1 else f"{name} throughout"
        )
    return ", ".join(parts)
