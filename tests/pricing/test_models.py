"""Whatever the model: an element that is bad is NaN by itself, and nothing is warned of."""

import math
import warnings

import numpy as np
import pytest

from stratc.runtime.pricing import american, bates, heston, merton
from stratc.runtime.pricing.models import Bates, Heston, Jumps, Merton

CRASH = Jumps(2.0, -0.2, 0.15)
SMOOTH = Heston(0.04, 4.0, 0.25, 1.0, -0.5)
PRICES = {
    "merton": lambda **o: merton.price(True, model=Merton(0.3, CRASH), **o),
    "merton, hedge": lambda **o: merton.hedge_ratio(True, model=Merton(0.3, CRASH), **o),
    "heston": lambda **o: heston.price(True, model=SMOOTH, **o),
    "bates": lambda **o: bates.price(True, model=Bates(SMOOTH, CRASH), **o),
    "american": lambda **o: american.price(True, vol=0.3, **o),
}
OPTION = {"spot": 100.0, "strike": 95.0, "t_years": 0.5, "rate": 0.05, "dividend": 0.02}


@pytest.mark.parametrize("name", PRICES)
@pytest.mark.parametrize(
    ("field", "bad"),
    [(field, bad) for field in OPTION for bad in (math.nan, math.inf, -math.inf)]
    + [("spot", 0.0), ("strike", -1.0)],
)
def test_a_bad_element_is_nan_by_itself(name, field, bad):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        good = PRICES[name](**OPTION)
        both = PRICES[name](**(OPTION | {field: np.array([OPTION[field], bad])}))
    assert both[0] == pytest.approx(float(good), rel=1e-13)
    assert math.isnan(both[1])


@pytest.mark.parametrize("name", PRICES)
def test_shapes_broadcast_or_are_refused(name):
    grid = PRICES[name](**(OPTION | {"strike": [[90.0], [100.0]], "t_years": [0.1, 0.2, 0.3]}))
    assert grid.shape == (2, 3)
    with pytest.raises(ValueError, match="shape"):
        PRICES[name](**(OPTION | {"strike": [90.0, 100.0], "t_years": [0.1, 0.2, 0.3]}))
