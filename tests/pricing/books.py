"""Options to test with: what a hypothesis strategy draws, and a large book of all kinds."""

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import strategies as st

NUMBA = pytest.param(
    "numba", marks=pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed")
)
BACKENDS = ["numpy", NUMBA]

options = st.fixed_dictionaries(
    {
        "spot": st.floats(0.01, 1e5),
        "strike": st.floats(0.01, 1e5),
        "t_years": st.floats(1e-4, 5.0),
        "vol": st.floats(0.01, 3.0),
        "rate": st.floats(-0.05, 0.3),
        "dividend": st.floats(-0.05, 0.3),
    }
)


def book(count: int) -> tuple[np.ndarray, ...]:
    """call, spot, strike, t_years, vol, rate, dividend: everyday options, some expired, some without vol."""
    random = np.random.default_rng(7)
    t_years = random.uniform(-0.2, 3.0, count)
    vol = random.uniform(-0.1, 2.0, count)
    spot = random.uniform(1.0, 5000.0, count)
    strike = spot * np.exp(random.normal(0.0, 0.5, count))
    strike[::7] = spot[::7]
    rate = random.uniform(-0.05, 0.2, count)
    return random.random(count) < 0.5, spot, strike, t_years, vol, rate, random.uniform(-0.05, 0.2, count)
