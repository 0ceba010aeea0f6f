"""The program a report is about, and how to run it again."""

from __future__ import annotations

from html import escape

from stratc.runtime.report.html.result import definitions
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.summary import Summary


def source(summary: Summary) -> str:
    """The program, numbered, with how often each rule fired at its line."""
    meta = summary.meta
    fired = {meta.line(rule.rule): rule.firings for rule in summary.rules if meta.line(rule.rule) is not None}
    rows = []
    for number_, text in enumerate(meta.source_text.splitlines(), 1):
        count = fired.get(number_)
        badge = "" if count is None else f' <span class="count">fired {count:,}</span>'
        rows.append(f'<li id="L{number_}"><code>{escape(text) or " "}</code>{badge}</li>')
    return f'<ol class="source">{"".join(rows)}</ol>' if rows else '<p class="none">Not kept.</p>'


def reproduce(meta: RunMeta) -> str:
    """How to get the same run again."""
    rows = [
        ("market", meta.market),
        ("seed", "" if meta.seed is None else str(meta.seed)),
        ("engine", meta.engine),
        ("program hash", meta.ir_hash),
        ("stratc", meta.version),
        *((f"param {name}", value) for name, value in sorted(meta.params.items())),
    ]
    command = f'<pre class="command"><code>{escape(meta.command)}</code></pre>' if meta.command else ""
    return command + definitions([(name, value) for name, value in rows if value])
