"""Runs over all combinations of parameters, whole or in folds, on several cores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from stratc.runtime.backtest.engine import Engine, Span
from stratc.runtime.backtest.measured import Measured
from stratc.runtime.pool import Where, in_order


@dataclass(frozen=True, slots=True)
class Range:
    """The values of one parameter, in its canonical unit."""

    name: str
    values: tuple[float, ...]

    @classmethod
    def spread(cls, name: str, low: float, high: float, count: int) -> Range:
        """`count` (1 or more) values, evenly from `low` to `high`, both included."""
        step = (high - low) / (count - 1) if count > 1 else 0.0
        between = tuple(round(low + step * at, 12) for at in range(1, count - 1))
        return cls(name, (low, *between, high) if count > 1 else (low,))


class Task(NamedTuple):
    """One run of a sweep."""

    params: Mapping[str, float]
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker does with a task."""

    engine: Engine

    def __call__(self, task: Task) -> Measured:
        """The run."""
        return self.engine.measure(task.params, task.span)


def grid(ranges: Sequence[Range], fixed: Mapping[str, float]) -> list[dict[str, float]]:
    """Every combination, the last parameter changing fastest; `fixed` values go with each."""
    names = [each.name for each in ranges]
    return [
        {**fixed, **dict(zip(names, point, strict=True))} for point in product(*(r.values for r in ranges))
    ]


def sweep(
    engine: Engine, points: Sequence[Mapping[str, float]], workers: int, where: Where = in_order
) -> Iterator[Measured]:
    """One run a point, in the order of the points."""
    return where(Work(engine), [Task(point) for point in points], workers)
