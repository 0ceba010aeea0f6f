"""Prices and Greeks of arrays of European options; formulas and units as in :mod:`..scalar`.

Arguments broadcast against each other as numpy's do; results have the broadcast shape, float64. The edges
are those of the scalar form, except that a bad element (spot or strike not positive, anything not finite)
gives NaN in its own results and no error. An element's result does not depend on its neighbours, nor on the
threads.
"""

import importlib
from functools import cache
from importlib.util import find_spec
from types import ModuleType
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from stratc.runtime.pricing.blocks import Arguments, Array, run

Backend = Literal["auto", "numpy", "numba"]


class GreekArrays(NamedTuple):
    """Price and sensitivities, arrays of one shape; units as in :class:`..scalar.Greeks`."""

    price: Array
    delta: Array
    gamma: Array
    vega: Array
    theta: Array  # per calendar year
    rho: Array


def price(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    vol: ArrayLike,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
    threads: int | None = None,
) -> Array:
    """Black-Scholes-Merton prices, in the currency of spot; ``call`` is true for calls, false for puts.

    ``backend`` "auto" is numba where it is installed (extra ``fast``), else numpy; they agree to 1e-12 of
    spot and strike. ``threads`` defaults to one a processor.
    Raises ValueError for shapes that do not broadcast.
    """
    kernels = load_kernels(backend)
    arguments = Arguments(call, (spot, strike, t_years, vol, rate, dividend), kernels.BLOCK)
    out = np.empty(arguments.shape)
    run(kernels.price, arguments, [out], kernels.BLOCK, threads)
    return out


def greeks(
    call: ArrayLike,
    spot: ArrayLike,
    strike: ArrayLike,
    t_years: ArrayLike,
    vol: ArrayLike,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
    *,
    backend: Backend = "auto",
    threads: int | None = None,
    out: GreekArrays | None = None,
) -> GreekArrays:
    """Prices, deltas, gammas, vegas, thetas (per calendar year) and rhos; arguments as for `price`.

    ``out`` is a former result to overwrite, for a caller that prices each tick: float64, contiguous and of
    the broadcast shape. Raises ValueError if it is not, or for shapes that do not broadcast.
    """
    kernels = load_kernels(backend)
    arguments = Arguments(call, (spot, strike, t_years, vol, rate, dividend), kernels.BLOCK)
    if out is None:
        out = GreekArrays(*(np.empty(arguments.shape) for _ in GreekArrays._fields))
    for name, array in zip(out._fields, out, strict=True):
        if array.shape != arguments.shape or array.dtype != np.float64 or not array.flags.carray:
            need = f"must be contiguous float64 of shape {arguments.shape}"
            raise ValueError(f"out.{name} {need}, is {array.dtype} of shape {array.shape}")
    run(kernels.greeks, arguments, out, kernels.BLOCK, threads)
    return out


@cache
def load_kernels(backend: Backend) -> ModuleType:
    """The module of block kernels of a backend; numba's takes a second to import, once more to compile."""
    if backend not in ("auto", "numpy", "numba"):
        raise ValueError(f"backend is {backend!r}; it must be 'auto', 'numpy' or 'numba'")
    if backend == "numba" and find_spec("numba") is None:
        raise ValueError("backend 'numba' needs numba: install stratc[fast], or use backend='numpy'")
    name = "numba_kernels" if backend != "numpy" and find_spec("numba") is not None else "numpy_kernels"
    return importlib.import_module(f"stratc.runtime.pricing.{name}")
