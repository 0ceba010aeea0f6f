"""Sums of cosine and sine series at many angles: C. W. Clenshaw (1955), in numpy.

The recurrence has no functions but one cosine and one sine an angle. The compiled form in
:mod:`stratc.runtime.pricing.clenshaw_numba` does the same in the same order.
"""

import numpy as np

from stratc.runtime.pricing.blocks import Array

_BLOCK = 8192


def sums(angle: Array, coefficients: Array) -> Array:
    """Sums of c_k cos(k angle) and of c_k sin(k angle), shape (rows, 2, angles), for coefficients (rows, terms)."""
    rows = coefficients.shape[0]
    out = np.empty((rows, 2, angle.size))
    for start in range(0, angle.size, _BLOCK):
        part = angle[start : start + _BLOCK]
        cos, sin = np.cos(part), np.sin(part)
        twice = 2.0 * cos
        for row in range(rows):
            after, later = _recur(twice, coefficients[row])
            out[row, 0, start : start + part.size] = (coefficients[row, 0] + cos * after) - later
            out[row, 1, start : start + part.size] = sin * after
    return out


def _recur(twice: Array, coefficients: Array) -> tuple[Array, Array]:
    """b_1 and b_2 of b_k = c_k + 2 cos(angle) b_(k+1) - b_(k+2)."""
    one, two, product = np.zeros_like(twice), np.zeros_like(twice), np.empty_like(twice)
    for c in coefficients[:0:-1]:
        np.multiply(twice, one, out=product)
        product += c
        product -= two
        one, two, product = product, one, two
    return one, two
