"""Functions over a trailing window (t - D, t], each in O(1) amortised and bounded memory.

The order of floating-point operations is part of the meaning, so that every engine agrees bit for bit: a
running sum adds the sample that becomes old news, then takes away those that left, oldest first; the
newest sample is added when the value is read. A window keeps at most `CAPACITY` samples: of samples that
fall into the same D / CAPACITY, the latest counts.
"""

from __future__ import annotations

from collections import deque
from math import floor, log, sqrt

CAPACITY = 65_536
YEAR = 365.0 * 86_400.0


class Window:
    """What all windows share: the newest sample apart, the older ones in `_keep`, oldest evicted first.

    `push(at, x)` takes the sample of this tick (`at` in seconds or blocks); a tick without a sample pushes
    nothing, and the value of that tick is unavailable. Only then `value(at)` may be asked, once a push.
    """

    __slots__ = ("_bucket", "_first", "_now", "_now_at", "length")

    def __init__(self, length: float) -> None:
        """`length` is D, in the units of `at`."""
        self.length = length
        self._first: float | None = None
        self._bucket = -1
        self._now = 0.0
        self._now_at = 0.0

    def push(self, at: float, x: float, t: float) -> float | None:
        """Take the sample `x` at `at` (time `t` in seconds) and give the window's value, or None."""
        bucket = floor(at * CAPACITY / self.length)
        if self._first is None:
            self._first = at
        elif bucket != self._bucket:
            self._keep(self._now_at, self._now)
        self._bucket = bucket
        self._now = x
        self._now_at = at
        self._seen(t)
        self._evict(at - self.length)
        return self._value() if at - self._first >= self.length else None

    def _seen(self, t: float) -> None:
        """Note the time of the newest sample, where the function needs it."""

    def _keep(self, at: float, x: float) -> None:
        """Store a sample that is no longer the newest."""
        raise NotImplementedError

    def _evict(self, horizon: float) -> None:
        """Forget samples at or before `horizon`."""
        raise NotImplementedError

    def _value(self) -> float | None:
        """The function of the samples now in the window."""
        raise NotImplementedError


class Change(Window):
    """x now over the last x at or before t - D, minus one."""

    __slots__ = ("_old",)

    def __init__(self, length: float) -> None:
        """See Window."""
        super().__init__(length)
        self._old: deque[tuple[float, float]] = deque()

    def _keep(self, at: float, x: float) -> None:
        self._old.append((at, x))

    def _evict(self, horizon: float) -> None:
        old = self._old
        while len(old) > 1 and old[1][0] <= horizon:
            old.popleft()

    def _value(self) -> float | None:
        base = self._old[0][1]
        return None if base == 0.0 else self._now / base - 1.0


class Mean(Window):
    """The arithmetic mean of the samples."""

    __slots__ = ("_old", "_sum")

    def __init__(self, length: float) -> None:
        """See Window."""
        super().__init__(length)
        self._old: deque[tuple[float, float]] = deque()
        self._sum = 0.0

    def _keep(self, at: float, x: float) -> None:
        self._old.append((at, x))
        self._sum += x

    def _evict(self, horizon: float) -> None:
        old = self._old
        while old and old[0][0] <= horizon:
            self._sum -= old.popleft()[1]
        if not old:
            self._sum = 0.0

    def _value(self) -> float | None:
        return (self._sum + self._now) / (len(self._old) + 1)


class Stdev(Window):
    """The population standard deviation of the samples, about the first sample ever seen."""

    __slots__ = ("_old", "_origin", "_squares", "_sum")

    def __init__(self, length: float) -> None:
        """See Window."""
        super().__init__(length)
        self._old: deque[tuple[float, float]] = deque()
        self._origin: float | None = None
        self._sum = 0.0
        self._squares = 0.0

    def _keep(self, at: float, x: float) -> None:
        if self._origin is None:
            self._origin = x
        shifted = x - self._origin
        self._old.append((at, shifted))
        self._sum += shifted
        self._squares += shifted * shifted

    def _evict(self, horizon: float) -> None:
        old = self._old
        while old and old[0][0] <= horizon:
            shifted = old.popleft()[1]
            self._sum -= shifted
            self._squares -= shifted * shifted
        if not old:
            self._sum = self._squares = 0.0

    def _value(self) -> float | None:
        newest = self._now - (self._now if self._origin is None else self._origin)
        count = len(self._old) + 1
        mean = (self._sum + newest) / count
        return sqrt(max(0.0, (self._squares + newest * newest) / count - mean * mean))


class High(Window):
    """The largest sample; `Low` is the same upside down."""

    __slots__ = ("_peaks",)
    sign = 1.0

    def __init__(self, length: float) -> None:
        """See Window."""
        super().__init__(length)
        self._peaks: deque[tuple[float, float]] = deque()

    def _keep(self, at: float, x: float) -> None:
        peaks = self._peaks
        signed = x * self.sign
        while peaks and peaks[-1][1] <= signed:
            peaks.pop()
        peaks.append((at, signed))

    def _evict(self, horizon: float) -> None:
        peaks = self._peaks
        while peaks and peaks[0][0] <= horizon:
            peaks.popleft()

    def _value(self) -> float | None:
        newest = self._now * self.sign
        if self._peaks and self._peaks[0][1] > newest:
            newest = self._peaks[0][1]
        return newest * self.sign


class Low(High):
    """The smallest sample."""

    __slots__ = ()
    sign = -1.0


class RealizedVol(Window):
    """Annualised volatility of log returns between the samples in the window (365-day year).

    sqrt(sum of squared log returns / elapsed years), Andersen and Bollerslev (1998), eq. 6, without mean
    correction. Samples must be positive; fewer than two in the window make it unavailable.
    """

    __slots__ = ("_now_t", "_old", "_squares")

    def __init__(self, length: float) -> None:
        """See Window."""
        super().__init__(length)
        self._old: deque[tuple[float, float, float, float]] = deque()
        self._squares = 0.0
        self._now_t = 0.0

    def _seen(self, t: float) -> None:
        self._now_t = t

    def _keep(self, at: float, x: float) -> None:
        squared = 0.0
        if self._old:
            squared = _squared_return(self._old[-1][1], x)
            self._squares += squared
        self._old.append((at, x, squared, self._now_t))

    def _evict(self, horizon: float) -> None:
        old = self._old
        while old and old[0][0] <= horizon:
            old.popleft()
            if old:
                self._squares -= old[0][2]
        if len(old) < 2:
            self._squares = 0.0

    def _value(self) -> float | None:
        if not self._old:
            return None
        squares = self._squares + _squared_return(self._old[-1][1], self._now)
        elapsed = self._now_t - self._old[0][3]
        if elapsed <= 0.0 or squares < 0.0:
            return 0.0 if elapsed > 0.0 else None
        return sqrt(squares / elapsed * YEAR)


def _squared_return(before: float, after: float) -> float:
    """The squared log return; samples that are not positive count as no move."""
    if before <= 0.0 or after <= 0.0:
        return 0.0
    step = log(after / before)
    return step * step


WINDOWS: dict[str, type[Window]] = {
    "change": Change,
    "mean": Mean,
    "stdev": Stdev,
    "high": High,
    "low": Low,
    "realized_vol": RealizedVol,
}
"""Window classes by the function's name in the language."""
