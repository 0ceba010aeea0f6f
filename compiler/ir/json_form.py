"""The IR as canonical JSON, and its hash: equal programs have equal text, byte for byte."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from stratc.dsl.node import Node

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir


def to_json(program: ir.Program) -> str:
    """One line of JSON: every field of every node, names sorted, numbers at their shortest exact form."""
    return json.dumps(
        _plain(program), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def ir_hash(program: ir.Program) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal."""
    return sha256(to_json(program).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Node):
        return {field: _plain(getattr(value, field)) for field in type(value).fields}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
