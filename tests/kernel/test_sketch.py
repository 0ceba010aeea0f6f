"""The sketch of delta is as near to the scalar formula as it says, or NaN."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np

from stratc.compiler.backends.kernel.sketch import ERROR
from stratc.runtime.kernel import native
from stratc.runtime.kernel.source import read_source
from stratc.runtime.kernel.state import SKETCH_ERROR
from stratc.runtime.pricing.scalar import bs_greeks
from tests.engines import program
from tests.kernel.running import kernel_text, needs_llvm

YEAR = 365.0 * 86_400.0
COUNT = 20_000


@needs_llvm
def test_a_sketch_is_within_its_error(tmp_path: Path) -> None:
    text = "when abs(delta) > 1 ETH:\n    hedge delta to 0 ETH\n"
    loaded = native.compiled(read_source(kernel_text(program(text))), tmp_path)
    address = loaded.engine.get_function_address("sketch")  # type: ignore[attr-defined]  # llvmlite has no types
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    sketch = ctypes.CFUNCTYPE(None, pointer, number, *[pointer] * 3, number, pointer)(address)
    random = np.random.default_rng(3)
    years = 10.0 ** random.uniform(-8.0, 1.0, COUNT)
    spot, vol = 2_000.0 * np.exp(random.normal(0.0, 0.4, COUNT)), random.uniform(0.01, 3.0, COUNT)
    expiry = 1.8e9
    t = expiry - years * YEAR
    for call in (True, False):
        out, option = np.empty(COUNT), np.array([float(call), 2_000.0, expiry, 1.0])
        sketch(
            option.ctypes.data, 1, spot.ctypes.data, vol.ctypes.data, t.ctypes.data, COUNT, out.ctypes.data
        )
        left = np.maximum(0.0, (expiry - t) / YEAR)
        exact = [bs_greeks(call, s, 2_000.0, y, v).delta for s, y, v in zip(spot, left, vol, strict=True)]
        error = np.abs(out - exact)
        sketched = ~np.isnan(out)
        assert error[sketched].max() < 0.2 * ERROR
        assert sketched.mean() > 0.7
        assert (vol * np.sqrt(left))[~sketched].max() < 1.1e-3


def test_the_runtime_knows_the_compilers_bound() -> None:
    assert SKETCH_ERROR == ERROR
