"""Run an elementwise kernel over broadcast arguments in cache-sized blocks, threaded if worth it."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Kernel = Callable[..., None]
Array = NDArray[np.float64]

# Below this a thread costs more to start than it saves (about 0.1 ms).
_PER_THREAD = 16_384


class Arguments:
    """Arguments of one call, broadcast against each other, as flat contiguous arrays.

    Those of a single element stay one block long and are read again for each block.
    """

    def __init__(self, call: ArrayLike, values: Sequence[ArrayLike], block: int) -> None:
        """Raise ValueError, naming the shapes, if the arguments do not broadcast."""
        arrays = [np.asarray(call, np.bool_), *(np.asarray(v, np.float64) for v in values)]
        self.shape = np.broadcast_shapes(*(a.shape for a in arrays))
        self.size = int(np.prod(self.shape, dtype=np.int64))
        self._block = block
        self._arrays = [self._flat(a) for a in arrays]

    def _flat(self, array: NDArray[np.generic]) -> NDArray[np.generic]:
        if array.size == 1:
            return np.full(min(self.size, self._block), array.reshape(-1)[0])
        return np.require(np.broadcast_to(array, self.shape), requirements=["C", "A"]).reshape(-1)

    def between(self, start: int, stop: int) -> list[NDArray[np.generic]]:
        """The arguments of options start to stop, which are at most one block apart."""
        return [a[start:stop] if a.size == self.size else a[: stop - start] for a in self._arrays]


def run(
    kernel: Kernel, arguments: Arguments, outputs: Sequence[Array], block: int, threads: int | None
) -> None:
    """Call ``kernel(*inputs, *outputs)`` for each block, on one thread a processor unless told how many."""
    flat = [o.reshape(-1) for o in outputs]

    def work(first: int, last: int) -> None:
        for start in range(first, last, block):
            stop = min(start + block, last)
            kernel(*arguments.between(start, stop), *(o[start:stop] for o in flat))

    size = arguments.size
    threads = max(1, min(threads or _processors(), size // _PER_THREAD))
    if threads == 1:
        work(0, size)
        return
    edges = [size * i // threads for i in range(threads + 1)]
    with ThreadPoolExecutor(threads - 1) as pool:
        others = [pool.submit(work, a, b) for a, b in pairwise(edges[1:])]
        work(edges[0], edges[1])
        for other in others:
            other.result()


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
