"""The numpy kernels: the formulas as they stand, on blocks whose temporaries stay in cache."""

from typing import Any

import numpy as np

from stratc.runtime.pricing import formula, implied_formula
from stratc.runtime.pricing.blocks import Array

BLOCK = 8192


def price(*arguments: Any) -> None:
    """kernel(call, spot, strike, t_years, vol, rate, dividend, price)."""
    *inputs, out = arguments
    with np.errstate(all="ignore"):
        out[:] = formula.price_and_greeks(*inputs)[0]


def greeks(*arguments: Any) -> None:
    """kernel(call, spot, strike, t_years, vol, rate, dividend, price, delta, gamma, vega, theta, rho)."""
    outputs: tuple[Array, ...] = arguments[7:]
    with np.errstate(all="ignore"):
        for out, values in zip(outputs, formula.price_and_greeks(*arguments[:7]), strict=True):
            out[:] = values


def implied_volatility(*arguments: Any) -> None:
    """kernel(call, price, spot, strike, t_years, rate, dividend, vol)."""
    *inputs, out = arguments
    with np.errstate(all="ignore"):
        out[:] = implied_formula.implied_volatility(*inputs)
