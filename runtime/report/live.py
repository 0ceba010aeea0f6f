"""The live view of `stratc run` on a terminal. Imported only when one is there, because rich is slow to load."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from stratc.runtime.engine.messages import Frame, Outcome
from stratc.runtime.report import panels
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.series import Tracks

_FASTEST = 0.1
"""Seconds between two pictures, at least."""
_SHARE = 20.0
"""A picture may take a twentieth of the time until the next."""
_FIRINGS = 6
_ALERTS = 3
_STACKED_BELOW = 72
"""Columns under which book and P&L go below each other."""
_ROWS = 1 + 2 + 7 + 2 + 1 + 1
"""Title, header, book beside P&L, the frame of the firings, progress, and the line of the cursor."""
_STACKED_ROWS = _ROWS + 7


class LiveView:
    """An observer that keeps a picture of the run on the terminal and takes it away at the end.

    It draws at most ten times a second and spends at most about 5 % of the time on it. `finish`, or leaving
    the `with` block, gives the terminal back as it was.
    """

    def __init__(
        self, meta: RunMeta, console: Console | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        """Draw on `console` (None: standard output)."""
        self._meta = meta
        self._console = console or Console()
        self._clock = clock
        self._live: Live | None = None
        self._next = 0.0
        self._ticks = 0
        self._courses = Tracks(("spot", "pnl"), limit=240)
        self._firings: deque[Outcome] = deque(maxlen=_FIRINGS)
        self._fired = 0
        self._alerts: deque[tuple[float, str]] = deque(maxlen=_ALERTS)
        self._alerted = 0
        self._reason = ""
        self._speed = 0.0
        self._timed = (0.0, 0)
        self._last: Frame | None = None

    def on_frame(self, frame: Frame) -> None:
        """Take in one tick, and draw if it is time."""
        self._ticks += 1
        self._last = frame
        self._courses.add(frame.snapshot.t, (frame.after.spot, frame.after.pnl))
        result = frame.result
        if result.outcomes:
            self._firings.extend(result.outcomes)
            self._fired += len(result.outcomes)
        for text in result.alerts:
            self._alerts.append((frame.snapshot.t, text))
            self._alerted += 1
            if result.state != "active":
                self._reason = text
        now = self._clock()
        if now >= self._next:
            self._draw(now)

    def finish(self, interrupted: bool) -> None:
        """Give the terminal back."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def __enter__(self) -> LiveView:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish(interrupted=error is not None)

    def picture(self) -> RenderableType:
        """The view as it stands, fitted to the console's width and height."""
        frame, meta = self._last, self._meta
        if frame is None:
            return "waiting for the first tick"
        width, height = self._console.size
        stacked = width < _STACKED_BELOW
        course = [None if bucket is None else bucket.last for bucket in self._courses.buckets("pnl")]
        prices = [None if bucket is None else bucket.last for bucket in self._courses.buckets("spot")]
        book, pnl = panels.book(meta, frame), panels.pnl(meta, frame, course)
        if stacked:
            middle: RenderableType = Group(book, pnl)
        else:
            grid = Table.grid(expand=True)
            grid.add_column(ratio=3)
            grid.add_column(ratio=2)
            grid.add_row(book, pnl)
            middle = grid
        room = height - (_STACKED_ROWS if stacked else _ROWS)
        firings, alerts, limits = _rooms(room, len(self._alerts), len(frame.limits))
        pieces = [
            self._title(width),
            panels.header(meta, frame, prices, self._reason, width),
            middle,
            panels.limits(frame.limits, limits, width),
            panels.firings(meta, list(self._firings)[-firings:], self._fired, width),
            panels.alerts(list(self._alerts)[-alerts:] if alerts else [], self._alerted),
            panels.progress(meta, frame, self._ticks, self._speed),
        ]
        return Group(*(piece for piece in pieces if piece is not None))

    def _title(self, width: int) -> RenderableType:
        title = Text(self._meta.program_name, style="bold", no_wrap=True, overflow="ellipsis")
        seed = "" if self._meta.seed is None else f", seed {self._meta.seed}"
        title.append(f"  {self._meta.market}{seed}", style="not bold bright_black")
        title.truncate(width, overflow="ellipsis")
        return title

    def _draw(self, now: float) -> None:
        self._measure(now)
        if self._live is None:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(self.picture(), refresh=True)
        done = self._clock()
        self._next = done + max(_FASTEST, (done - now) * _SHARE)

    def _measure(self, now: float) -> None:
        """Ticks per second, over the last two seconds or so."""
        then, ticks = self._timed
        if not then:
            self._timed = (now, self._ticks)
        elif now - then >= 0.5:
            rate = (self._ticks - ticks) / (now - then)
            self._speed = 0.7 * self._speed + 0.3 * rate if self._speed else rate
            self._timed = (now, self._ticks)


def _rooms(room: int, alerts: int, limits: int) -> tuple[int, int, int]:
    """Rows for firings (at least one), alerts and limits out of what is left; a panel's frame takes two."""
    room -= 1
    limits = min(limits, max(0, room - 2))
    room -= limits + 2 if limits else 0
    alerts = min(alerts, max(0, room - 4))
    room -= alerts + 2 if alerts else 0
    return 1 + min(_FIRINGS - 1, max(0, room)), alerts, limits
