"""Work on a Ray cluster: the one that RAY_ADDRESS names, else one started on this machine."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

from stratc.runtime.pool import AHEAD, LOSSES, WorkersLost

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


class RayMissing(RuntimeError):
    """Ray is an extra that is not installed."""


def on_ray(work: Callable[[_Task], _Result], tasks: Iterable[_Task], workers: int) -> Iterator[_Result]:
    """`work` of each task, in the order of the tasks; what is lost with a machine is done again elsewhere.

    A cluster's machines need the same stratc. `workers` are those of a cluster started here.

    Raises:
        RayMissing: it is not installed.
        WorkersLost: a task was lost more than LOSSES times, or the cluster is gone.
    """
    ray = _ray(workers)
    given = ray.put(work)
    call = ray.remote(max_retries=LOSSES)(_done)
    sent = (call.remote(given, task) for task in tasks)
    ahead = AHEAD * max(workers, int(ray.cluster_resources().get("CPU", 1)))
    waiting = deque(islice(sent, ahead))
    try:
        while waiting:
            result = ray.get(waiting.popleft())
            waiting.extend(islice(sent, 1))
            yield result
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    except ray.exceptions.RayError as error:
        raise WorkersLost(f"the cluster lost its work: {str(error).splitlines()[0]}") from None
    finally:
        for each in waiting:
            ray.cancel(each, force=False)


def _ray(workers: int) -> Any:
    try:
        ray: Any = import_module("ray")  # an extra, and a second to load
    except ImportError:
        raise RayMissing("ray is not installed") from None
    if not ray.is_initialized():
        there = {} if os.environ.get("RAY_ADDRESS") else {"num_cpus": workers, "include_dashboard": False}
        try:
            ray.init(log_to_driver=False, logging_level="ERROR", **there)
        except (ConnectionError, ray.exceptions.RayError) as error:
            raise WorkersLost(
                f"there is no Ray cluster to be reached: {str(error).splitlines()[0]}"
            ) from None
    return ray


def _done(work: Callable[[Any], Any], task: Any) -> Any:
    return work(task)
