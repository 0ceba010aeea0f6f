"""The elementary functions of the pricing formulas.

A formula is written once, elementwise, with these names. Called from Python it runs on numpy arrays, or on
floats, where it raises what :mod:`math` raises. Where numba compiles it, each name becomes the version in
:mod:`stratc.runtime.pricing.simd`, which LLVM can vectorise; libm's functions it cannot.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]


def exp(x: Values) -> Values:
    """e^x."""
    if isinstance(x, float):
        return math.exp(x)
    return np.exp(x)


def expm1(x: Values) -> Values:
    """e^x - 1, accurate near zero."""
    if isinstance(x, float):
        return math.expm1(x)
    return np.expm1(x)


def log(x: Values) -> Values:
    """Natural logarithm of a positive x."""
    if isinstance(x, float):
        return math.log(x)
    return np.log(x)


def log1p(x: Values) -> Values:
    """ln(1 + x), accurate near zero."""
    if isinstance(x, float):
        return math.log1p(x)
    return np.log1p(x)


def sqrt(x: Values) -> Values:
    """Square root."""
    if isinstance(x, float):
        return math.sqrt(x)
    return np.sqrt(x)


def select(condition: Flags, x: Values | float, y: Values | float) -> Values:
    """x where the condition holds, else y; both are evaluated."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, x, y)
    return x if condition else y


def positive(x: Values) -> Values:
    """max(x, 0), NaN for NaN."""
    return np.maximum(x, 0.0)


def normal_cdfs(
    d1: Values, d2: Values, sign: Values, density: Values, fwd: Values, cash: Values
) -> tuple[Values, Values]:
    """The pair N(sign d1) and cash N(sign d2), sign = 1 or -1, of one option.

    There density = exp(-d1²/2) and fwd exp(-d1²/2) = cash exp(-d2²/2): the numba version needs them, this one
    does not.
    """
    return ndtr(sign * d1), cash * ndtr(sign * d2)
