"""Kernels as files and as object code: what is refused, what is kept, and what is not trusted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stratc.compiler.backends.kernel import NoKernel, compile_kernel
from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.kernel import native
from stratc.runtime.kernel.columns import Columns, columns_of
from stratc.runtime.kernel.source import KernelError, read_source
from stratc.runtime.venues.instant import InstantVenue
from tests.engines import program
from tests.kernel.running import kernel, kernel_text, machine_of, needs_llvm

HEDGE = "book:\n    long 1 ETH\nwhen abs(delta) > 0.1 ETH:\n    hedge delta to 0 ETH\n"
SLEEPY = "signal x: number\nwhen x > 1:\n    buy 1 ETH\n"


def test_the_text_is_the_same_for_the_same_program_and_can_be_read() -> None:
    text = kernel_text(program(HEDGE))
    assert text == compile_kernel(program(HEDGE), "test")
    source = read_source(text)
    assert source.columns[:2] == ("t", "block")
    assert source.native.keys() == {1}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("; stratc kernel", "; kernel", "not a stratc kernel"),
        ("kernel 1 ", "kernel 99 ", "version 99"),
        ("fadd", "fsub", "changed"),
    ],
)
def test_a_text_that_is_not_the_compilers_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(KernelError, match=said):
        read_source(kernel_text(program(HEDGE)).replace(old, new, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("when distance_to_liquidation < 10%:\n    close all\n", "distance_to_liquidation"),
        ("when change(equity over 1 h) < -1%:\n    close all\n", "line 1: change"),
        ("signal t: number\nwhen t > 1:\n    close all\n", "a signal is called t"),
        (
            "\n".join(f"signal x{i}: number\nwhen x{i} > 1:\n    close all" for i in range(64)) + "\n",
            "65 inputs; a kernel takes 63",
        ),
    ],
)
def test_what_has_no_kernel_says_why(text: str, said: str) -> None:
    with pytest.raises(NoKernel, match=said):
        compile_kernel(program(text), "test")


@needs_llvm
def test_object_code_is_kept_and_damaged_code_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "_LOADED", {})
    source = read_source(kernel_text(program(SLEEPY)))
    assert not native.compiled(source, tmp_path).cached
    (kept,) = tmp_path.iterdir()
    native._LOADED.clear()
    assert native.compiled(source, tmp_path).cached
    kept.write_bytes(kept.read_bytes()[:-1])
    native._LOADED.clear()
    assert not native.compiled(source, tmp_path).cached


@needs_llvm
def test_a_kernel_and_a_machine_of_different_programs_do_not_run(tmp_path: Path) -> None:
    with pytest.raises(KernelError, match="different programs"):
        kernel(program(SLEEPY), machine_of(program(HEDGE))(), InstantVenue(), tmp_path)
    begun = machine_of(program(SLEEPY))()
    begun.step(Snapshot(0.0, 0, {"spot": 1.0, "x": 0.0}))
    with pytest.raises(KernelError, match="stepped already"):
        kernel(program(SLEEPY), begun, InstantVenue(), tmp_path)


def test_columns_must_be_whole() -> None:
    with pytest.raises(KernelError, match="no column block"):
        Columns({"t": np.zeros(2)})
    with pytest.raises(KernelError, match="spot has 1 ticks, t has 2"):
        Columns({"t": np.zeros(2), "block": np.zeros(2), "spot": np.zeros(1)})


def test_a_gap_in_the_term_structure_is_the_flat_volatility() -> None:
    rows = [Snapshot(0.0, 0, {"iv": 0.5, "iv(30 d)": 0.7}), Snapshot(1.0, 1, {"iv": 0.6})]
    assert columns_of(rows)["iv(30 d)"].tolist() == [0.7, 0.6]


@needs_llvm
def test_another_c_library_than_pythons_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    native._llvm.cache_clear()
    monkeypatch.setattr(native, "_LOADED", {})
    monkeypatch.setattr("math.erfc", lambda x: x)
    with pytest.raises(KernelError, match="erfc of the C library"):
        native.compiled(read_source(kernel_text(program(SLEEPY))), tmp_path)
