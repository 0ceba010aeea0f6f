"""What people see of a run: live, as a summary, as an HTML page.

What needs rich is imported from its own module (`live`, `render_rich`), because rich is slow to load.
"""

from stratc.runtime.report.meta import LimitMeta, RunMeta
from stratc.runtime.report.plain import PlainLines
from stratc.runtime.report.render_text import render_text
from stratc.runtime.report.summary import Summary, SummaryRecorder
from stratc.runtime.report.watch import watcher

__all__ = ["LimitMeta", "PlainLines", "RunMeta", "Summary", "SummaryRecorder", "render_text", "watcher"]
