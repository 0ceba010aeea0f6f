"""An operation as people and machines read it: its hash, its fields, and each call in words beside its data."""

from __future__ import annotations

from typing import Any

from stratc.runtime.bundle import Bundle, RuleBundle
from stratc.runtime.execution.fill import Step
from stratc.runtime.execution.operations import Unsigned
from stratc.runtime.execution.userop.rpc_form import to_rpc
from stratc.runtime.signatures import Argument, Parameter, signature

_UNLIMITED = 2**256 - 1


def told(bundle: Bundle, rule: RuleBundle, steps: list[Step], made: Unsigned) -> dict[str, Any]:
    """The unsigned operation of one rule's firing; a signature is still to come, and gas where it is zero."""
    return {
        "rule": rule.rule,
        "line": rule.line,
        "head": rule.head,
        "userOpHash": "0x" + made.hash.hex(),
        "operation": to_rpc(made.operation, bundle.entry_point.version),
        "calls": [_call(step) for step in steps],
    }


def _call(step: Step) -> dict[str, str]:
    return {
        "what": step.what,
        "to": step.to,
        "value": str(step.value),
        "text": text(step),
        "data": "0x" + step.data.hex(),
    }


def text(step: Step) -> str:
    """The call with its arguments by name: `approve(spender: 0x…, amount: 5)`."""
    read = signature(step.function)
    return f"{read.name}({_named(read.parameters, step.args)})"


def _named(parameters: tuple[Parameter, ...], values: tuple[Argument, ...]) -> str:
    return ", ".join(
        f"{parameter.name or parameter.type}: {_shown(parameter, value)}"
        for parameter, value in zip(parameters, values, strict=True)
    )


def _shown(parameter: Parameter, value: Argument) -> str:
    if isinstance(value, tuple):
        return f"({_named(parameter.parts, value)})"
    if value == _UNLIMITED and value is not True:
        return "unlimited"
    return str(value).lower() if isinstance(value, bool) else str(value)
