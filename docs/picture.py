"""Draws docs/run.svg, the live view of the short straddle in its crash: `python docs/picture.py`."""

from __future__ import annotations

import io
import re
from itertools import islice
from pathlib import Path

from rich.console import Console

from stratc.cli.engines import runnable, start
from stratc.cli.markets import chosen, opened
from stratc.cli.run import particulars
from stratc.runtime.report.live import LiveView
from stratc.runtime.session import run
from stratc.runtime.venues.of_plan import venue_of

TICK = 2_205
"""In the second leg of the fall, with the breaker on."""
WIDTH, HEIGHT = 108, 36


def main() -> None:
    """Run to TICK and write what the terminal shows."""
    target = runnable("short_straddle")
    choice = chosen(Path(target.path), None, None, None, None, None)
    market = opened(choice, tuple(spec.name for spec in target.plan.inputs))
    screen = Console(file=io.StringIO(), width=WIDTH, height=HEIGHT, record=True, force_terminal=True)
    # A clock that stands still: nothing is drawn on the way.
    view = LiveView(particulars(target, market, choice, {}), screen, clock=lambda: -1.0)
    run(start(target.machine, {}), islice(market, TICK), venue_of(target.plan, choice.seed), [view])
    screen.print(view.picture())
    svg = screen.export_svg(title="make run", unique_id="run")
    # A picture that fetches nothing: the reader's own monospaced font will do.
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    Path(__file__).with_name("run.svg").write_text(svg + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
