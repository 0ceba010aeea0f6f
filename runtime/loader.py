"""Reading a plan file: checked before a line of it runs."""

from __future__ import annotations

import ast
import hashlib

from stratc.runtime.engine.machine import Machine
from stratc.runtime.plan import PLAN_VERSION, Plan

MARK = "# stratc plan"
_MODULES = ("__future__", "math", "stratc.runtime.")
_LARGEST = 16 * 1024 * 1024
_REACHING_OUT = frozenset(
    "breakpoint compile delattr eval exec getattr globals input locals open setattr vars".split()
)


class PlanError(ValueError):
    """A plan file that cannot be trusted or understood; the message says why and what to do."""


def checksum(body: str) -> str:
    """The checksum a plan's first line carries for the lines after it."""
    return hashlib.sha256(body.encode()).hexdigest()


def load_plan(text: str, name: str = "plan") -> type[Machine]:
    """The machine of a plan file's text.

    Raises:
        PlanError: not a plan, of another version, edited after it was compiled, or doing what no plan does.
    """
    body = _checked_body(text, name)
    try:
        tree = ast.parse(body, filename=name)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise PlanError(
            f"{name} is not a plan that can be read ({error}); compile the program again"
        ) from None
    _refuse_strangers(tree, name)
    space: dict[str, object] = {"__name__": "stratc_plan"}
    exec(compile(tree, name, "exec"), space)  # noqa: S102  # checked above: what the compiler wrote, unchanged
    machine = space.get("Strategy")
    if not (isinstance(machine, type) and issubclass(machine, Machine)):
        raise PlanError(f"{name} has no class Strategy; compile the program again")
    _refuse_false_proof(machine.plan, name)
    return machine


def _checked_body(text: str, name: str) -> str:
    if len(text) > _LARGEST:
        raise PlanError(f"{name} is {len(text):,} characters long; a plan has at most {_LARGEST:,}")
    head, _, body = text.partition("\n")
    words = head.split()
    if not head.startswith(MARK) or len(words) != 5:
        raise PlanError(f"{name} is not a stratc plan: its first line is not `{MARK} VERSION sha256:…`")
    if words[3] != str(PLAN_VERSION):
        raise PlanError(
            f"{name} is a plan of version {words[3]}, this runtime reads version {PLAN_VERSION}; "
            "compile the program again"
        )
    found = f"sha256:{checksum(body)}"
    if words[4] != found:
        raise PlanError(
            f"{name} was changed after it was compiled: it says {words[4][:19]}…, its content is {found[:19]}…; "
            "change the program and compile it again"
        )
    return body


def _refuse_false_proof(plan: Plan, name: str) -> None:
    """What a plan calls proved are limits of its own without `else`, and there is a certificate of it."""
    theorems = {limit.name for limit in plan.limits if limit.policy is None}
    guards = {limit.name for limit in plan.limits if limit.policy is not None}
    strange = [*sorted(set(plan.proof.proved) - theorems), *sorted(set(plan.proof.guarded) - guards)]
    if strange:
        raise PlanError(
            f"{name} calls {strange[0]} proved or guarded, which no limit of it is; compile the program again"
        )
    if plan.proof.proved and not plan.proof.certificate:
        raise PlanError(f"{name} calls limits proved and names no certificate; compile the program again")


def _refuse_strangers(tree: ast.Module, name: str) -> None:
    """A plan imports nothing but the runtime and uses nothing that reaches beyond it."""
    for node in ast.walk(tree):
        modules = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else ["." * node.level + (node.module or "")]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for module in modules:
            if not module.startswith(_MODULES):
                raise PlanError(
                    f"{name} line {getattr(node, 'lineno', 0)} imports {module}; a plan never does"
                )
        used = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if used in _REACHING_OUT or (used.startswith("__") and used != "__name__"):
            raise PlanError(f"{name} line {getattr(node, 'lineno', 0)} uses {used}; a plan never does")
