"""The tables of limits, rules and firings."""

from __future__ import annotations

from html import escape

from stratc.runtime.report import lines
from stratc.runtime.report.html.charts import use_plot
from stratc.runtime.report.html.recorder import FIRINGS_KEPT, Firing, ReportRecorder
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.quantities import moment, number, percent, signed_size, size
from stratc.runtime.report.summary import Summary
from stratc.runtime.report.tally import LimitCount, RuleCount


def limits(recorder: ReportRecorder, summary: Summary, period: tuple[float, float] | None) -> str:
    """Every limit: what it says, what guards it, how often and how nearly it was met, its use."""
    counts = {limit.name: limit for limit in summary.limits}
    stated = {limit.name: limit for limit in summary.meta.limits}
    names = list(dict.fromkeys([*stated, *counts]))
    if not names:
        return '<p class="none">The program states no limits.</p>'
    rows = []
    for name in names:
        count = counts.get(name, LimitCount(name))
        known = stated.get(name)
        text = known.text if known else lines.limit_bound(count)
        link = f' <a href="#L{known.line}">line {known.line}</a>' if known else ""
        proved = known.proved if known else count.policy is None and count.bound is not None
        guard = '<span class="tag proved">proved</span>' if proved else ""
        guard += f'<span class="tag">{escape(count.policy)}</span>' if count.policy else ""
        rows.append(
            f'<tr><th scope="row" data-h="limit"><code>{escape(text)}</code>{link}</th>'
            f'<td data-h="guard">{guard}</td>'
            f'<td data-h="hits">{escape(lines.limit_hits(count))}</td>'
            f'<td data-h="nearest">{_nearest(count, summary.meta, proved=proved)}</td>'
            f'<td data-h="use over time" class="wide">{_use(recorder, name, period)}</td></tr>'
        )
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("limit", "guard", "hits", "nearest", "use over time")
    )
    return f'<table class="cards limits"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _nearest(count: LimitCount, meta: RunMeta, *, proved: bool) -> str:
    if count.closest is None:
        return "-"
    # What is proved may be used to the full.
    style = "ok" if proved or count.closest < 0.6 else "near" if count.closest < 0.9 else "at"
    value = f"{number(count.closest_value, 4)} {meta.unit(count.name)}".strip()
    return (
        f'<b class="use-{style}">{percent(count.closest, 0)}</b> <small>{escape(value)}, '
        f"{moment(count.closest_t, seconds=False)}</small>"
    )


def _use(recorder: ReportRecorder, name: str, period: tuple[float, float] | None) -> str:
    if period is None or recorder.uses is None or name not in recorder.uses.names:
        return '<small class="none">held order by order</small>'
    points = recorder.uses.points(name)
    return use_plot(points, period, name) if points else '<small class="none">held order by order</small>'


def rules(summary: Summary) -> str:
    """What became of each rule."""
    if not summary.rules:
        return '<p class="none">No rule fired.</p>'
    most = max(1, *(rule.firings for rule in summary.rules))
    columns = ("rule", "fired", "sent", "rejected", "deferred", "blocked", "fills", "turnover")
    head = "".join(f'<th scope="col"{"" if name == "rule" else " class=num"}>{name}</th>' for name in columns)
    body = "".join(_rule(rule, summary.meta, most) for rule in summary.rules)
    return f'<table class="cards rules"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _rule(rule: RuleCount, meta: RunMeta, most: int) -> str:
    line = meta.line(rule.rule)
    link = "" if line is None else f' <a href="#L{line}">line {line}</a>'
    bar = f'<i class="meter" style="width:{rule.firings / most * 100:.1f}%"></i>' if rule.firings else ""
    cells = [
        ("fired", rule.firings),
        ("sent", rule.sent),
        ("rejected", rule.rejected),
        ("deferred", rule.deferred),
        ("blocked", rule.blocked),
        ("fills", rule.fills),
    ]
    numbers = "".join(
        f'<td class="num{"" if count else " nil"}" data-h="{name}">{count:,}</td>' for name, count in cells
    )
    head = f"<b>{rule.rule}</b> <code>{escape(meta.head(rule.rule))}</code>{link}{bar}"
    style = "num" if rule.turnover else "num nil"
    return (
        f'<tr><th scope="row" data-h="rule">{head}</th>{numbers}'
        f'<td class="{style}" data-h="turnover">{number(rule.turnover, 6)}</td></tr>'
    )


def firings(recorder: ReportRecorder) -> str:
    """The first firings, with what a filter needs."""
    if not recorder.fired:
        return '<p class="none">No rule fired.</p>'
    meta = recorder.meta
    shown = (
        f"The first {FIRINGS_KEPT} of {recorder.fired:,} actions." if recorder.fired > FIRINGS_KEPT else ""
    )
    columns = ("time (UTC)", "rule", "action", "size", "price", "delta", "verdict", "limits, reason")
    numeric = ("size", "price", "delta")
    head = "".join(
        f'<th scope="col"{" class=num" if name in numeric else ""}>{name}</th>' for name in columns
    )
    body = "".join(_firing(firing, meta) for firing in recorder.firings)
    verdicts = dict.fromkeys(firing.outcome.verdict for firing in recorder.firings)
    options = "".join(f"<option>{verdict}</option>" for verdict in verdicts)
    return (
        '<div class="filter" hidden>'
        '<label>filter <input type="search" id="find" placeholder="hedge, line 12, orders…"></label>'
        f'<label>verdict <select id="verdict"><option value="">all</option>{options}</select></label>'
        f'<output id="found" aria-live="polite"></output></div><p class="note">{shown}</p>'
        '<div class="scroll" tabindex="0" role="region" aria-label="firings"><table class="firings">'
        f'<thead><tr>{head}</tr></thead><tbody id="firings">{body}</tbody></table></div>'
    )


def _firing(firing: Firing, meta: RunMeta) -> str:
    outcome = firing.outcome
    line = meta.line(outcome.rule)
    where = f"rule {outcome.rule}" if line is None else f'<a href="#L{line}">line {line}</a>'
    delta = ""
    if firing.before is not None and firing.after is not None:
        delta = f"{size(firing.before, 3)} → {size(firing.after, 3)}"
    reason = ", ".join(filter(None, (*outcome.limits, outcome.text)))
    what = " ".join(filter(None, (outcome.do, outcome.symbol)))
    return (
        f'<tr data-v="{outcome.verdict}"><td><time>{moment(outcome.t)}</time></td><td>{where}</td>'
        f'<td>{escape(what)}</td><td class="num">{escape(signed_size(outcome, meta.base, meta.quote))}</td>'
        f'<td class="num">{number(firing.spot, 6)}</td><td class="num">{delta}</td>'
        f'<td><span class="tag v-{outcome.verdict}">{outcome.verdict}</span></td>'
        f"<td>{escape(reason)}</td></tr>"
    )
