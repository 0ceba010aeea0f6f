"""A run on a chain: like one on a market, and what earlier runs left is settled before it begins."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from stratc.cli.engines import Runnable, start
from stratc.cli.live import PROGRESS, Options, market_on
from stratc.cli.spent import ENGINE, SHADOW, spent
from stratc.cli.watched import go, open_journal, particulars, record, say_end, say_journal, say_start
from stratc.runtime.live.venue import ChainVenue
from stratc.runtime.report.plain import PlainLines
from stratc.runtime.report.summary import SummaryRecorder

if TYPE_CHECKING:
    from stratc.runtime.journal import Journal
    from stratc.runtime.session import Observer


def run_live(target: Runnable, given: dict[str, Any], params: dict[str, float], journal: str | None) -> None:
    """Run until Ctrl-C, or for `--blocks`; exits 130 after Ctrl-C.

    Raises:
        Failure: what a run needs is not there.
    """
    options = Options(**given)
    with market_on(target, options) as (market, desk):
        for problem in market.problems:
            print(f"note: {problem}", file=sys.stderr)
        book = None if journal is None else open_journal(journal)
        machine = start(target.machine, params, _spent(target, book, options))
        meta = particulars(target, market, None, params)
        recorder = SummaryRecorder(meta)
        observers: list[Observer] = [PlainLines(meta, sys.stdout, step=PROGRESS), recorder]
        say_start(target, market)
        if options.shadow:
            print("shadow: nothing is sent")
        venue = desk.venue(machine, f"{target.plan.name}@{time.time_ns() // 1_000_000}")
        if book is not None:
            writer = record(book, target, market, None, params, SHADOW if options.shadow else ENGINE)
            observers.append(writer)
            if isinstance(venue, ChainVenue):
                venue.announce = writer.announce
        interrupted = go(machine, market, venue, observers)
        say_end(recorder.summary(), interrupted, plain=True)
        if isinstance(venue, ChainVenue) and venue.under_way:
            print(f"under way: {', '.join(venue.under_way)}; the next run looks up what became of it")
        if book is not None:
            say_journal(book)
            book.close()
    if interrupted:
        sys.exit(130)


def _spent(target: Runnable, book: Journal | None, options: Options) -> frozenset[int]:
    return frozenset() if book is None or options.shadow else spent(target, book)
