"""How far a long command is: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

from stratc.runtime.report.quantities import duration

_Item = TypeVar("_Item")
EVERY = 10.0
"""Seconds between two lines where there is no terminal."""


def followed(items: Iterable[_Item], total: int, what: str) -> Iterator[_Item]:
    """The items, told on standard error as they come."""
    if sys.stderr.isatty():
        yield from _bar(items, total, what)
    else:
        yield from _lines(items, total, what)


def _bar(items: Iterable[_Item], total: int, what: str) -> Iterator[_Item]:
    from rich.console import Console  # noqa: PLC0415  # only a terminal pays for loading rich
    from rich.progress import (  # noqa: PLC0415  # as above
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        for item in items:
            progress.advance(task)
            yield item


def _lines(items: Iterable[_Item], total: int, what: str) -> Iterator[_Item]:
    start = last = monotonic()
    for done, item in enumerate(items, 1):
        now = monotonic()
        if now - last >= EVERY and done < total:
            last = now
            left = duration((now - start) / done * (total - done))
            print(f"{what}: {done:,} of {total:,}, {left} left", file=sys.stderr)
        yield item
