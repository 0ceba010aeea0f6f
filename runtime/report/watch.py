"""Chooses how a run is shown while it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.plain import PlainLines

if TYPE_CHECKING:
    from stratc.runtime.report.live import LiveView


def watcher(meta: RunMeta, stream: TextIO) -> LiveView | PlainLines:
    """The live view when `stream` is a terminal that can show it, plain lines otherwise."""
    if not stream.isatty():
        return PlainLines(meta, stream)
    from rich.console import Console  # noqa: PLC0415  # only a terminal pays for loading rich

    from stratc.runtime.report.live import LiveView  # noqa: PLC0415  # as above

    console = Console(file=stream)
    able = console.is_terminal and not console.is_dumb_terminal and console.encoding.startswith("utf")
    return LiveView(meta, console) if able else PlainLines(meta, stream)
