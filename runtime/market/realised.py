"""Realised volatility from the past only."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

YEAR = 365.0 * 86_400.0
MEMORY = 86_400.0
"""Seconds after which a return weighs 1/e."""
PRIOR = 0.80
PRIOR_SECONDS = 21_600.0
"""The prior counts like this much observed time, and fades like it."""
SAMPLING = 60.0
"""Seconds at least between the prices of one return: nearer ones bounce between bid and ask."""


def trailing_vol(t: NDArray[np.float64], price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Annualised volatility known at each time (1.0 = 100 %), of irregular samples.

    The exponentially weighted estimator of RiskMetrics (J. P. Morgan, 1996, eq. 5.3) as a ratio of two
    weighted sums, squared log returns over elapsed time, which needs no regular spacing. It starts at PRIOR.
    """
    log_price = np.log(price)
    squares, elapsed = PRIOR**2 / YEAR * PRIOR_SECONDS, PRIOR_SECONDS
    vol = PRIOR
    result = []
    last_t, last_price = float(t[0]), float(log_price[0])
    decays: dict[float, float] = {}
    for now, value in zip(t.tolist(), log_price.tolist(), strict=True):
        step = now - last_t
        if step >= SAMPLING:
            decay = decays.get(step)
            if decay is None:
                decay = decays[step] = float(np.exp(-step / MEMORY))
            squares = squares * decay + (value - last_price) ** 2
            elapsed = elapsed * decay + step
            vol = sqrt(squares / elapsed * YEAR)
            last_t, last_price = now, value
        result.append(vol)
    return np.array(result)
