"""What the benchmark compares is fast, and both ways give the same operations."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from tests.conftest import ROOT


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    pytest.importorskip("coincurve", reason="the extra `chain` is not installed")
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    spec = importlib.util.spec_from_file_location("userop_bench", ROOT / "bench" / "userop.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "userop_bench", module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_a_signed_operation_is_many_times_faster_than_with_generic_libraries(bench: ModuleType) -> None:
    """The benchmark shows ten times; six leaves room for a busy machine."""
    run = bench.Run()
    assert run.whole() == run.generic()
    times = bench.turns({"ours": run.whole, "generic": run.generic}, repeats=5)
    assert times["generic"].low > 6 * times["ours"].low, times
