"""What a plan carries of the proofs: the certificate's hash, and the limits by name."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from stratc.compiler.ir.json_form import ir_hash
from stratc.compiler.proof.results import PROVER_VERSION
from stratc.runtime.plan import ProofPlan

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proving import Proving


def carried(program: ir.Program, proving: Proving) -> ProofPlan:
    """What is proved of a program's theorems, from memory if it has been worked out before."""
    key = _key(program)
    kept = None if proving.memory is None else proving.memory.get(key)
    found = None if kept is None else _read(kept)
    if found is None:
        found = _proved(program, proving.timeout)
        if proving.memory is not None and _complete(program, found):
            proving.memory.put(key, json.dumps([found.certificate, found.proved, found.guarded]))
    return found


def _proved(program: ir.Program, timeout: float) -> ProofPlan:
    from stratc.compiler.proof.certificate import certificate  # noqa: PLC0415  # not where it is remembered
    from stratc.compiler.proof.verdicts import Asker, judge  # noqa: PLC0415  # the same

    judged = judge(Asker(program, timeout, tell=False), guards=False)
    theorems = [one for one in judged if one.limit.policy is None]
    open_still = {one.limit.name for one in theorems if one.verdict != "proved"}
    return ProofPlan(
        certificate(program, judged, "").theorems,
        tuple(dict.fromkeys(one.limit.name for one in theorems if one.limit.name not in open_still)),
        tuple(dict.fromkeys(limit.name for limit in program.limits if limit.policy is not None)),
    )


def _complete(program: ir.Program, found: ProofPlan) -> bool:
    """Whether every theorem is proved; what ran out of time may not the next time."""
    return {limit.name for limit in program.limits if limit.policy is None} == set(found.proved)


def _key(program: ir.Program) -> str:
    from stratc import __version__  # noqa: PLC0415  # the package may still be importing this

    said = f"{__version__}|{PROVER_VERSION}|carried|{ir_hash(program)}"
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _read(text: str) -> ProofPlan | None:
    """What was written before; None where it is something else."""
    try:
        certificate, proved, guarded = json.loads(text)
        return ProofPlan(str(certificate), tuple(map(str, proved)), tuple(map(str, guarded)))
    except (ValueError, TypeError):
        return None
