"""A run as plain lines, for pipes and logs: every firing and alert, repeats told once, and progress."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TextIO

from stratc.runtime.engine.messages import CENT, LOT, Frame, Outcome
from stratc.runtime.report.meta import RunMeta
from stratc.runtime.report.quantities import ascii_only, duration, moment, money, number, signed_size, size

_INDENT = " " * 21
_STEP = 10_000
"""Ticks between progress lines when the market does not know its length."""
_Kind = tuple[tuple[int, str, str, str, tuple[str, ...]], ...]


class PlainLines:
    """An observer that writes a line for each firing and alert, and one each 10 % of the way.

    Ticks that fire the same rules with the same result one after another are told once, with how many
    more there were and, for a single order, what they add up to.
    """

    def __init__(
        self, meta: RunMeta, stream: TextIO, clock: Callable[[], float] = monotonic, step: int = _STEP
    ) -> None:
        """Write to `stream`; `clock` gives seconds and only serves for the speed.

        `step` is how many ticks lie between progress lines when the market does not know its length.
        """
        self._step = step
        self._meta = meta
        self._stream = stream
        self._clock = clock
        self._started: float | None = None
        self._ticks = 0
        self._next = self._mark(0)
        self._kind: _Kind = ()
        self._repeats = self._net = 0
        self._last: Frame | None = None

    def on_frame(self, frame: Frame) -> None:
        """Say what happened at one tick."""
        if self._started is None:
            self._started = self._clock()
        self._ticks += 1
        result = frame.result
        if result.outcomes:
            self._firing(frame, result.outcomes)
        for text in result.alerts:
            self._settle_repeats()
            self._say(f"{moment(frame.snapshot.t)}  alert: {text}")
        if result.outcomes:
            self._last = frame
        if self._ticks >= self._next:
            self._settle_repeats()
            self._progress(frame)
            self._next = self._mark(self._ticks)

    def finish(self, interrupted: bool) -> None:
        """Say what was held back."""
        self._settle_repeats()
        if interrupted:
            self._say(f"{_INDENT}interrupted after {self._ticks:,} ticks")

    def _mark(self, ticks: int) -> int:
        length = self._meta.length
        if not length:
            return ticks + self._step
        return -(-(ticks * 10 // length + 1) * length // 10)

    def _firing(self, frame: Frame, outcomes: tuple[Outcome, ...]) -> None:
        kind = tuple((o.rule, o.do, o.verdict, o.text, o.limits) for o in outcomes)
        if kind == self._kind:
            self._repeats += 1
            self._net += outcomes[0].units or 0
            return
        self._settle_repeats()
        self._kind = kind
        for outcome in outcomes:
            self._say(f"{moment(frame.snapshot.t)}  {self._described(outcome)}")

    def _described(self, outcome: Outcome) -> str:
        meta = self._meta
        line = meta.line(outcome.rule)
        parts = [f"rule {outcome.rule}" + ("" if line is None else f" (line {line})"), outcome.do]
        size = signed_size(outcome, meta.base, meta.quote)
        if size:
            parts.append(size)
        if outcome.symbol and outcome.symbol not in size:
            parts.append(f"of {outcome.symbol}")
        if outcome.text:
            parts.append(f'"{outcome.text}"')
        limits = ", ".join(outcome.limits)
        if outcome.verdict == "sent":
            parts.append(f"sent, clamped by {limits}" if limits else "sent")
        else:
            parts.append(f"{outcome.verdict} by {limits}" if limits else outcome.verdict)
        return " ".join(parts)

    def _settle_repeats(self) -> None:
        """Say how many more there were of the last firing; the next one is told in full."""
        if self._repeats and self._last is not None:
            until = moment(self._last.snapshot.t)
            self._say(f"{_INDENT}and {self._repeats:,} more like it until {until}{self._sum()}")
        self._repeats = self._net = 0
        self._kind = ()

    def _sum(self) -> str:
        if len(self._kind) != 1 or not self._net:
            return ""
        quoted = self._kind[0][1] in ("top up", "withdraw", "provide", "remove")
        unit = self._meta.quote if quoted else self._meta.base
        return f", together {number(self._net / CENT, 8) if quoted else size(self._net / LOT)} {unit}"

    def _progress(self, frame: Frame) -> None:
        elapsed = self._clock() - (self._started or 0.0)
        speed = self._ticks / elapsed if elapsed > 0.0 else 0.0
        length = self._meta.length
        done = f"{self._ticks:,} ticks"
        if length:
            done = f"{min(1.0, self._ticks / length):4.0%}  {self._ticks:,} of {length:,} ticks"
        if speed:
            done += f", {number(speed, 3)} ticks/s"
            if length and length > self._ticks:
                done += f", {duration((length - self._ticks) / speed)} left"
        after, meta = frame.after, self._meta
        book = f"{meta.base} {number(after.spot)}, delta {size(after.delta)}"
        book += f", P&L {money(after.pnl, sign=True)} {meta.quote}, {frame.result.state}"
        self._say(f"{moment(frame.snapshot.t)}  {done} | {book}")

    def _say(self, line: str) -> None:
        self._stream.write(ascii_only(line) + "\n")
        self._stream.flush()
