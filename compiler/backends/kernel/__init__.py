"""Backend `kernel`: the program as LLVM IR that steps a block of ticks, up to where something happens."""

from __future__ import annotations

import hashlib
import json

from stratc.compiler.backends.kernel.fires import clauses_of
from stratc.compiler.backends.kernel.frame import FIRST_COLUMNS
from stratc.compiler.backends.kernel.refused import refused
from stratc.compiler.backends.kernel.scan import Scan
from stratc.compiler.ir import nodes as ir
from stratc.compiler.ir.json_form import ir_hash
from stratc.runtime.plan import KERNEL_VERSION


class NoKernel(ValueError):
    """The program has no kernel; the message says why."""


def compile_kernel(program: ir.Program, compiler_version: str) -> str:
    """The text of the kernel: LLVM IR, with what the loader must know in its first two lines.

    Raises:
        NoKernel: it does something that only the plan can do.
    """
    try:
        reason = refused(program)
        if reason is not None:
            raise NoKernel(reason)
        scan = Scan(program)
        module = scan.module()
    except RecursionError:
        raise NoKernel("its expressions are nested too deeply") from None
    told = {
        "ir": ir_hash(program),
        "compiler": compiler_version,
        "state": scan.layout.names,
        "columns": [*FIRST_COLUMNS, *(spec.name for spec in program.inputs)],
        "windows": len(program.windows),
        "losses": scan.losses,
        "native": {index: clauses_of(program.rules[index - 1], program) for index in sorted(scan.native)},
        "hears": sorted({rule.trigger.event for rule in program.rules if isinstance(rule.trigger, ir.On)}),
    }
    body = f"; {json.dumps(told)}\n{module}"
    return f"; stratc kernel {KERNEL_VERSION} sha256:{hashlib.sha256(body.encode()).hexdigest()}\n{body}"
