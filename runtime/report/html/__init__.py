"""A run as one HTML file that needs nothing else: no network, no fonts, no scripts from elsewhere."""

from stratc.runtime.report.html.page import render_html, write_html
from stratc.runtime.report.html.recorder import ReportRecorder
from stratc.runtime.report.html.section import Section

__all__ = ["ReportRecorder", "Section", "render_html", "write_html"]
