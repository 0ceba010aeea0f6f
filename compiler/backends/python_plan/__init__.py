"""Backend `python`: a plan file that a person can read and that imports nothing but the runtime."""

from __future__ import annotations

import hashlib
from pathlib import Path

from stratc.compiler.backends.python_plan.emit import Emitter
from stratc.compiler.backends.python_plan.literal import literal
from stratc.compiler.backends.python_plan.lower import lower
from stratc.compiler.ir import nodes as ir
from stratc.runtime.plan import PLAN_VERSION, ProofPlan


def compile_plan(program: ir.Program, compiler_version: str, proof: ProofPlan | None = None) -> str:
    """The text of the plan file: the same, byte for byte, for the same program and compiler. `proof` goes with it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  # `check` never needs it

    plan = lower(program, compiler_version, proof)
    emitter = Emitter(program)
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    jinja = Environment(
        loader=loader, undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    body = jinja.get_template("plan.py.jinja").render(
        plan=plan,
        literal=literal(plan),
        arm=emitter.arm(),
        decide=emitter.decide(),
        refresh=emitter.refresh(),
        methods=emitter.methods(),
    )
    digest = hashlib.sha256(body.encode()).hexdigest()
    return f"# stratc plan {PLAN_VERSION} sha256:{digest}\n{body}"
