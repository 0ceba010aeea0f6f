"""Work on several cores: results in order whatever the number of workers, a lost worker's work done again."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any, Generic, Protocol, TypeVar

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

AHEAD = 4
"""Tasks a worker that wait or are finished early, at most: what bounds the memory."""
LOSSES = 3
"""How often workers may be lost before it is an error."""


class WorkersLost(RuntimeError):
    """Workers ended without a result, again and again."""


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(work: Callable[[_Task], _Result], tasks: Iterable[_Task], workers: int) -> Iterator[_Result]:
    """`work` of each task, in the order of the tasks; in this process when there is one worker.

    Others are fresh processes, which `work` and the tasks are sent to, and which leave Ctrl-C to this one.

    Raises:
        WorkersLost: workers died more than LOSSES times.
    """
    if workers <= 1:
        yield from map(work, tasks)
    else:
        yield from _Pool(work, workers).results(iter(tasks))


class Where(Protocol):
    """Where work is done: `in_order`, or on a cluster."""

    def __call__(
        self, work: Callable[[_Task], _Result], tasks: Iterable[_Task], workers: int
    ) -> Iterator[_Result]:
        """`work` of each task, in the order of the tasks."""
        ...


class _Pool(Generic[_Task, _Result]):
    def __init__(self, work: Callable[[_Task], _Result], workers: int) -> None:
        self._work, self._workers, self._lost = work, workers, 0
        self._pool = self._fresh()

    def results(self, tasks: Iterator[_Task]) -> Iterator[_Result]:
        waiting: deque[tuple[_Task, Future[_Result]]] = deque()
        try:
            waiting.extend(map(self._sent, islice(tasks, AHEAD * self._workers)))
            while waiting:
                try:
                    result = waiting[0][1].result()
                except BrokenProcessPool:
                    self._again()
                    waiting = deque(self._sent(task) for task, _ in waiting)
                    continue
                waiting.popleft()
                waiting.extend(map(self._sent, islice(tasks, 1)))
                yield result
        finally:
            self._leave()

    def _leave(self) -> None:
        """Let the workers go, also those in the middle of a task."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._tie.close()

    def _sent(self, task: _Task) -> tuple[_Task, Future[_Result]]:
        try:
            with _without_interrupts():
                return task, self._pool.submit(_call, task)
        except BrokenProcessPool:
            # The pool broke since the last result: the loop above finds out at the first that is lost.
            lost: Future[_Result] = Future()
            lost.set_exception(BrokenProcessPool("sent to a pool that was lost"))
            return task, lost

    def _again(self) -> None:
        self._lost += 1
        if self._lost > LOSSES:
            raise WorkersLost(
                f"workers were lost {self._lost} times; use fewer, or a machine with more memory"
            )
        self._leave()
        self._pool = self._fresh()

    def _fresh(self) -> ProcessPoolExecutor:
        context = get_context("spawn")
        theirs, self._tie = context.Pipe(duplex=False)
        given = (self._work, theirs)
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=_begin, initargs=given)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C waits: a pool in the middle of starting a worker would never end, nor would one that lost a worker to it.

    A worker started here keeps Ctrl-C blocked from its first instruction on.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # what starts it lets signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_given: list[Callable[[Any], Any]] = []
"""The work of this worker: sent once, not with each task."""


def _begin(work: Callable[[Any], Any], tie: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(tie,), daemon=True).start()
    _given[:] = [work]


def _end_with(tie: Connection) -> None:
    """End this worker when the other end is closed: by a Ctrl-C there, or because nobody is there any more."""
    with suppress(EOFError, OSError):
        tie.recv_bytes()
    os._exit(0)


def _call(task: Any) -> Any:
    return _given[0](task)
