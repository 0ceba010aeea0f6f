"""From LLVM IR to a function in this process, through llvmlite (extra `fast`), with the object code kept on disk.

Optimised without fast-math and without contraction to fused operations, so that an addition is an addition. The
file in the cache is named after the code, the compiler's version and the processor: another of any is another file.
"""

from __future__ import annotations

import ctypes
import hashlib
import math
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stratc.runtime.kernel.source import KernelError, Source

_POINTER, _INT = ctypes.c_void_p, ctypes.c_int64
_SIGNATURE = ctypes.CFUNCTYPE(_INT, _POINTER, _INT, _INT, *[_POINTER] * 5)
_CACHE_VERSION = 1
_SPEED = 2
_ASKED = tuple(0.013 * k**1.5 for k in range(1, 100))
"""Where functions of the C library are compared with Python's."""


@dataclass(frozen=True, slots=True)
class Native:
    """The compiled `scan`; `engine` owns its memory."""

    scan: Callable[..., int]
    engine: object
    cached: bool
    """Whether its object code was on disk."""


def available() -> bool:
    """Whether kernels can be compiled here."""
    return find_spec("llvmlite") is not None


def cache_folder() -> Path:
    """Where object code is kept: $STRATC_CACHE, else $XDG_CACHE_HOME/stratc, else ~/.cache/stratc."""
    named = os.environ.get("STRATC_CACHE")
    if named:
        return Path(named) / "kernels"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stratc" / "kernels"


_MOST_LOADED = 64
_LOADED: dict[tuple[str, Path | None], Native] = {}


def compiled(source: Source, folder: Path | None = None) -> Native:
    """The native function of a kernel.

    Raises:
        KernelError: llvmlite is not installed.
    """
    if not available():
        raise KernelError("kernels are compiled by llvmlite, which is not here: install stratc[fast]")
    loaded = _LOADED.get((source.digest, folder))
    if loaded is not None:
        return loaded
    llvm = _llvm()
    path = (folder or cache_folder()) / f"{_key(source, llvm)}.o"
    kept = _read(path)
    cached = kept is not None
    if kept is None:
        kept = _object_code(source, llvm)
        _write(path, kept)
    empty = llvm.parse_assembly("")
    empty.triple = llvm.get_default_triple()
    engine = llvm.create_mcjit_compiler(empty, _target(llvm))  # which then owns the target
    engine.add_object_file(llvm.ObjectFileRef.from_data(kept))
    engine.finalize_object()
    native = Native(_SIGNATURE(engine.get_function_address("scan")), engine, cached)
    if len(_LOADED) >= _MOST_LOADED:
        _LOADED.clear()
    _LOADED[source.digest, folder] = native
    return native


@cache
def _llvm() -> Any:
    from llvmlite import binding  # noqa: PLC0415  # 75 ms, only where a kernel runs

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    for name in ("log", "exp", "erfc"):
        binding.add_symbol(name, _as_python(name))
    return binding


def _as_python(name: str) -> int:
    """The address of a function of the C library, where it gives what Python's gives: what the plan computes with.

    Raises:
        KernelError: there is none, or it is another one.
    """
    asked = getattr(math, name)
    try:
        found = getattr(ctypes.CDLL(None), name)
    except (OSError, TypeError, AttributeError):
        found = None
    if found is not None:
        found.restype, found.argtypes = ctypes.c_double, [ctypes.c_double]
    if found is None or any(found(x) != asked(x) for x in _ASKED):
        raise KernelError(f"{name} of the C library here is not the one that Python uses; run on the plan")
    return ctypes.cast(found, ctypes.c_void_p).value or 0


def _target(llvm: Any) -> Any:
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=_SPEED, jit=True)


def _key(source: Source, llvm: Any) -> str:
    parts = (
        _CACHE_VERSION,
        source.digest,
        llvm.llvm_version_info,
        llvm.get_default_triple(),
        llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:40]


def _object_code(source: Source, llvm: Any) -> bytes:
    machine = _target(llvm)
    module = llvm.parse_assembly(source.module)
    module.triple = machine.triple
    module.data_layout = str(machine.target_data)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=_SPEED)
    options.loop_vectorization = options.slp_vectorization = True
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    code: bytes = machine.emit_object(module)
    return code


def _read(path: Path) -> bytes | None:
    """Object code with its checksum before it; None where there is none, or it is damaged."""
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    code = kept[32:]
    return code if hashlib.sha256(code).digest() == kept[:32] else None


def _write(path: Path, code: bytes) -> None:
    """Keep object code, whole or not at all; a folder that cannot be written to costs time, no more."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(code).digest() + code)
        Path(file.name).replace(path)
    except OSError:
        return
