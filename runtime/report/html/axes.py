"""Where a value goes in a plot, and which values deserve a grid line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from stratc.runtime.report.quantities import moment, number

WIDTH, HEIGHT = 2_000, 1_000
"""The inner coordinates of a plot; the browser stretches them to the space there is."""

Point = tuple[float, float] | None
_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0
_TIME_STEPS = (
    1.0, 5.0, 10.0, 30.0, _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE, _HOUR, 3 * _HOUR, 6 * _HOUR,
    12 * _HOUR, _DAY, 2 * _DAY, 5 * _DAY, 10 * _DAY, 20 * _DAY, 50 * _DAY, 100 * _DAY, 200 * _DAY, 400 * _DAY,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Axes:
    """A stretch of time and a range of values."""

    start: float
    end: float
    low: float
    high: float

    def x(self, t: float) -> float:
        """A time's place, 0 (left) to 1 (right)."""
        return (t - self.start) / (self.end - self.start) if self.end > self.start else 0.5

    def y(self, value: float) -> float:
        """A value's place, 0 (top) to 1 (bottom)."""
        return (self.high - value) / (self.high - self.low) if self.high > self.low else 0.5

    def path(self, points: Sequence[Point]) -> str:
        """An SVG path through the points, broken where one is missing."""
        out: list[str] = []
        pen = "M"
        for point in points:
            if point is None:
                pen = "M"
                continue
            out.append(f"{pen}{self.x(point[0]) * WIDTH:.0f} {self.y(point[1]) * HEIGHT:.0f}")
            if pen == "M":
                # Round caps make a dot of a point that stands alone.
                out.append("h0")
            pen = "L"
        return "".join(out)

    def area(self, points: Sequence[Point], base: float) -> str:
        """An SVG path that encloses what lies between the points and `base`."""
        out: list[str] = []
        run: list[tuple[float, float]] = []
        for point in [*points, None]:
            if point is not None:
                run.append(point)
            elif run:
                floor_y = f"{self.y(base) * HEIGHT:.0f}"
                line = "".join(f"L{self.x(t) * WIDTH:.0f} {self.y(v) * HEIGHT:.0f}" for t, v in run)
                out.append(f"M{self.x(run[0][0]) * WIDTH:.0f} {floor_y}{line}V{floor_y}Z")
                run = []
        return "".join(out)


def span(
    series: Iterable[Sequence[Point]], include: Sequence[float] = (), pad: float = 0.06
) -> tuple[float, float]:
    """The range that holds every point and every value of `include`, with room above and below."""
    values = [point[1] for points in series for point in points if point is not None]
    values.extend(include)
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    room = (high - low) * pad or abs(high) * 0.01 or 1.0
    return low - room, high + room


def value_ticks(low: float, high: float, count: int = 5) -> list[tuple[float, str]]:
    """Round values inside the range, each with its label, all with the same number of decimals."""
    rough = (high - low) / count
    power = 10.0 ** floor(log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    places = max(0, ceil(-log10(step)) + (1 if step / 10 ** floor(log10(step)) == 2.5 else 0))
    first = ceil(low / step - 1e-9)
    values = [k * step for k in range(first, floor(high / step + 1e-9) + 1)]
    return [(value, _tick_label(value, places)) for value in values]


def _tick_label(value: float, places: int) -> str:
    if abs(value) >= 1e6:
        return number(value / 1e6, 4) + "M"
    text = f"{value:,.{min(places, 9)}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text


def time_ticks(start: float, end: float, count: int = 7) -> list[tuple[float, str]]:
    """Round times (UTC) inside the period, each with its label; the date where the day changes."""
    if not end > start:
        return [(start, moment(start, seconds=False))]
    step = next((s for s in _TIME_STEPS if s >= (end - start) / (count + 2)), _TIME_STEPS[-1])
    while (end - start) / step > 2 * count:
        step *= 2
    ticks = []
    shown = ""
    for k in range(ceil(start / step), floor(end / step) + 1):
        stamp = moment(k * step)
        date, clock = stamp[:10], stamp[11:]
        label = clock[: 5 if step >= _MINUTE else 8] if step < _DAY and date == shown else date[5:]
        shown = date
        ticks.append((k * step, label))
    return ticks
