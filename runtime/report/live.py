"""The live view of `stratc run`. Imported only on a terminal, because rich is slow to load."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from types import TracebackType

from rich.console import Console
from rich.live import Live
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

    def picture(self) -> Text:
        """The view as it stands, fitted to the console's width and height."""
        frame, meta = self._last, self._meta
        if frame is None:
            return Text("waiting for the first tick")
        width, height = self._console.size
        middle, rows = self._middle(frame, width, height)
        firings, alerts, limits = _rooms(height - rows, len(self._alerts), len(frame.limits))
        lines = [
            panels.title(meta, width),
            *panels.header(meta, frame, self._course("spot"), self._reason, width),
            *middle,
            *panels.limits(frame.limits, limits, width),
            *panels.firings(meta, list(self._firings)[-firings:], self._fired, width),
            *panels.alerts(list(self._alerts)[-alerts:] if alerts else [], self._alerted, width),
            panels.progress(meta, frame, self._ticks, self._speed, width),
        ]
        picture = Text("\n", no_wrap=True, overflow="crop").join(lines)
        picture.no_wrap = True
        return picture

    def _middle(self, frame: Frame, width: int, height: int) -> tuple[panels.Lines, int]:
        """Book and P&L as they fit, and the rows of all that does not give way to others."""
        meta, course = self._meta, self._course("pnl")
        if width >= _STACKED_BELOW:
            wide = width * 3 // 5
            pnl = panels.pnl(meta, frame, course, width - wide)
            return panels.beside(panels.book(meta, frame, wide), pnl), _ROWS
        pnl = panels.pnl(meta, frame, course, width)
        # On a small screen money comes before the book.
        return ([*panels.book(meta, frame, width), *pnl], _ROWS + 7) if height > _ROWS + 7 else (pnl, _ROWS)

    def _course(self, name: str) -> list[float | None]:
        return [None if bucket is None else bucket.last for bucket in self._courses.buckets(name)]

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
