"""`--engine`: on which processes or machines many runs are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from stratc.cli.failures import WORLD, Failure
from stratc.runtime.pool import Where, WorkersLost, in_order

ENGINES = "This machine's cores, or a Ray cluster (RAY_ADDRESS)."


def where(engine: str) -> Where:
    """Where work is done; what goes wrong there ends the command.

    Raises:
        Failure: workers are lost again and again, or Ray is asked for and not there.
    """
    return _local if engine == "local" else _ray


def _local(work: Callable[[Any], Any], tasks: Iterable[Any], workers: int) -> Iterator[Any]:
    try:
        yield from in_order(work, tasks, workers)
    except WorkersLost as error:
        raise Failure(WORLD, str(error)) from None


def _ray(work: Callable[[Any], Any], tasks: Iterable[Any], workers: int) -> Iterator[Any]:
    from stratc.runtime.ray_pool import RayMissing, on_ray  # noqa: PLC0415  # only when asked for

    try:
        yield from on_ray(work, tasks, workers)
    except RayMissing as error:
        raise Failure(WORLD, str(error), "pip install 'stratc[ray]', or leave --engine out") from None
    except WorkersLost as error:
        raise Failure(WORLD, str(error), "start one with `ray start --head`, or leave --engine out") from None
