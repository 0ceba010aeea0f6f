"""The sums of :mod:`stratc.runtime.pricing.clenshaw`, compiled: the same operations in the same order.

Compiled at the first import and cached on disk; import lazily.
"""
# mypy: disable-error-code="no-untyped-def, untyped-decorator, no-untyped-call"
# What numba compiles has no Python types to declare.

import numpy as np
from numba import njit, types

_LANES = 64  # angles at once: their state stays in registers and the first cache
_IN = types.Array(types.float64, 1, "C", readonly=True)
_ROWS = types.Array(types.float64, 2, "C", readonly=True)
_OUT = types.Array(types.float64, 3, "C")


@njit(types.void(_IN, _IN, _ROWS, _OUT), nogil=True, cache=True, error_model="numpy")
def _fill(cos, sin, coefficients, out):
    rows, terms = coefficients.shape
    for start in range(0, cos.size, _LANES):
        lanes = min(_LANES, cos.size - start)
        twice = 2.0 * cos[start : start + lanes]
        for row in range(rows):
            one = np.zeros(_LANES)
            two = np.zeros(_LANES)
            k = terms - 1
            if k % 2 == 1:
                one[:] = coefficients[row, k]
                k -= 1
            while k > 0:  # two steps a turn, so that nothing is copied
                c, d = coefficients[row, k], coefficients[row, k - 1]
                for j in range(lanes):
                    two[j] = (twice[j] * one[j] + c) - two[j]
                    one[j] = (twice[j] * two[j] + d) - one[j]
                k -= 2
            for j in range(lanes):
                out[row, 0, start + j] = (coefficients[row, 0] + cos[start + j] * one[j]) - two[j]
                out[row, 1, start + j] = sin[start + j] * one[j]


def sums(angle, coefficients):
    """As :func:`..clenshaw.sums`."""
    out = np.empty((coefficients.shape[0], 2, angle.size))
    _fill(np.cos(angle), np.sin(angle), coefficients, out)
    return out
