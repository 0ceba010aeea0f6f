"""Events as JSON lines: {"t": seconds, "block": n, "signals": {"spot": 2000.0, "x": null}}."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path

from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.market.files import open_text
from stratc.runtime.market.problems import Problem, data_error

_SHAPE = 'write {"t": seconds, "block": n, "signals": {"spot": 2000.0}}'
_FIELDS = frozenset(("t", "block", "signals"))


class _LineError(ValueError):
    """Cause and fix of one line."""

    def __init__(self, cause: str, fix: str = _SHAPE) -> None:
        super().__init__(cause)
        self.fix = fix


@dataclass(frozen=True, slots=True)
class EventsMarket:
    """A file of events as a market; read anew, a line at a time, by each iteration."""

    path: Path
    start: float | None = None
    end: float | None = None
    """Events with start <= t < end (epoch seconds, None: open) are given, the others only checked."""
    problems: tuple[Problem, ...] = ()
    length: int | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def describe(self) -> str:
        """One line for people."""
        return f"{self.name}: recorded events"

    def __iter__(self) -> Iterator[Snapshot]:
        start = -inf if self.start is None else self.start
        end = inf if self.end is None else self.end
        return (snapshot for snapshot in read_events(self.path) if start <= snapshot.t < end)


def read_events(path: Path | str) -> Iterator[Snapshot]:
    """The snapshots of a file of JSON lines (gzip or not), read as they are asked for.

    DataError at the first line that is not an event, naming it, the cause and the fix.
    """
    line = 1

    def counted(text: Iterable[str]) -> Iterator[str]:
        nonlocal line
        for raw in text:
            yield raw
            line += 1

    with open_text(Path(path), lambda: line) as text:
        yield from parse_events(counted(text), str(path))


def parse_events(lines: Iterable[str], source: str) -> Iterator[Snapshot]:
    """Snapshots of JSON lines, in order; `source` names them in a DataError.

    Strict: `t` and `signals` are needed, times and blocks never go back, a signal is a finite number, true
    (1.0), false (0.0) or null (unavailable), and no other field is known. A missing `block` is one more than
    the last one (the first is 1). Blank lines are skipped.
    """
    decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
    t, block = -inf, 0
    for number, raw in enumerate(lines, 1):
        text = raw.strip()
        if not text:
            continue
        try:
            event = _decoded(decode, text)
            t, block = _time(event, t), _block(event, block)
            yield Snapshot(t, block, _signals(event))
        except _LineError as wrong:
            raise data_error(source, str(wrong), wrong.fix, number) from None
    if t == -inf:
        raise data_error(source, "no events", _SHAPE)


def _decoded(decode: Callable[[str], object], text: str) -> dict[str, object]:
    try:
        event = decode(text)
    except json.JSONDecodeError as error:
        raise _LineError(f"not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise _LineError("not JSON: nested too deeply") from None
    if not isinstance(event, dict):
        raise _LineError("the line is not a JSON object")
    if not event.keys() <= _FIELDS:
        raise _LineError(f"an event has no field {min(event.keys() - _FIELDS)!r}")
    return event


def _refuse_constant(name: str) -> float:
    raise _LineError(f"{name} is not a number of JSON", "write null for a value that is unavailable")


def _number(value: object, name: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = inf
        if isfinite(number):
            return number
        raise _LineError(f"{name} is too large", "write a finite number")
    raise _LineError(f"{name} is {json.dumps(value)[:60]}, not a number", "write a number, without quotes")


def _time(event: dict[str, object], last: float) -> float:
    given = event.get("t")
    if type(given) is float and last <= given < inf:
        return given
    if "t" not in event:
        raise _LineError("the field t (seconds) is missing")
    t = _number(given, "t")
    if t < last:
        raise _LineError(f"time goes back from {last:.15g} to {t:.15g}", "order the events by t")
    return t


def _block(event: dict[str, object], last: int) -> int:
    given = event.get("block", last + 1)
    if type(given) is int and given >= last:
        return given
    number = _number(given, "block")
    if number < 0.0 or number != int(number):
        raise _LineError(f"block is {number:.15g}", "write a whole number of 0 or more")
    if number < last:
        raise _LineError(f"block goes back from {last} to {number:.0f}", "order the events by block")
    return int(number)


def _signals(event: dict[str, object]) -> dict[str, float | None]:
    signals = event.get("signals")
    if not isinstance(signals, dict):
        raise _LineError(
            "the field signals is missing" if signals is None else "signals is not an object of numbers"
        )
    return {
        name: value if type(value) is float and isfinite(value) else _signal(name, value)
        for name, value in signals.items()
    }


def _signal(name: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return float(value)
    return _number(value, f"signal {name}")
