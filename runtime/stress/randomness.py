"""The random numbers of each path, by its number alone: the same for every variant and any number of workers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FACTORS = ("price", "variance", "jump times", "jump sizes", "blocks", "start")
BLOCK = 64
"""Paths that share one scrambling of the Sobol sequence; blocks are independent, so that errors can be told."""
_MOST = 21_201
"""Dimensions that the sequence has."""


def stream(seed: int, path: int, factor: str) -> np.random.Generator:
    """The stream of one factor of one path: Philox (Salmon et al., 2011) keyed by seed and path."""
    start = [0, 0, 0, FACTORS.index(factor) + 1]
    return np.random.Generator(np.random.Philox(counter=start, key=[seed, path]))


def normals(seed: int, first: int, count: int, factor: str, steps: int) -> Floats:
    """Standard normal numbers, shape (paths, steps)."""
    return np.array(
        [stream(seed, path, factor).standard_normal(steps) for path in range(first, first + count)]
    )


def uniforms(seed: int, first: int, count: int, factor: str, steps: int) -> Floats:
    """Numbers in [0, 1), shape (paths, steps)."""
    return np.array([stream(seed, path, factor).random(steps) for path in range(first, first + count)])


def sobol_normals(seed: int, first: int, count: int, steps: int) -> Floats:
    """Normal numbers of a scrambled Sobol sequence, ordered by a Brownian bridge, shape (paths, steps).

    The first dimensions, which are the most even, decide where a path ends (Caflisch and Moskowitz, 1995).

    Raises:
        ValueError: more steps than the sequence has dimensions.
    """
    from scipy.special import ndtri  # noqa: PLC0415  # slow to load, for an option

    if steps > _MOST:
        raise ValueError(f"{steps} steps are more than the {_MOST} dimensions of the Sobol sequence")
    rows = [_points(seed, path, steps) for path in range(first, first + count)]
    return _bridged(np.asarray(ndtri(np.clip(np.array(rows), 2.0**-33, 1.0 - 2.0**-33)), np.float64))


_blocks: dict[tuple[int, int, int], Floats] = {}


def _points(seed: int, path: int, steps: int) -> Floats:
    from scipy.stats import qmc  # noqa: PLC0415  # as above

    block = path // BLOCK
    key = (seed, block, steps)
    if key not in _blocks:
        _blocks.clear()
        rng = np.random.default_rng(np.random.SeedSequence([seed, block]))
        _blocks[key] = qmc.Sobol(steps, scramble=True, seed=rng).random(BLOCK)
    return np.asarray(_blocks[key][path % BLOCK], np.float64)


def _bridged(normal: Floats) -> Floats:
    """Increments of unit variance of a Brownian motion whose end is decided first, then its middle, and so on."""
    steps = normal.shape[1]
    motion = np.zeros((normal.shape[0], steps + 1))
    motion[:, steps] = np.sqrt(steps) * normal[:, 0]
    for at, (left, middle, right) in enumerate(_order(0, steps), 1):
        share = (middle - left) / (right - left)
        spread = np.sqrt((middle - left) * (right - middle) / (right - left))
        mean = (1.0 - share) * motion[:, left] + share * motion[:, right]
        motion[:, middle] = mean + spread * normal[:, at]
    return np.diff(motion, axis=1)


def _order(left: int, right: int) -> Iterator[tuple[int, int, int]]:
    """Middles, the widest gaps first."""
    waiting = [(left, right)]
    while waiting:
        following = []
        for low, high in waiting:
            if high - low > 1:
                middle = (low + high) // 2
                yield low, middle, high
                following += [(low, middle), (middle, high)]
        waiting = following
