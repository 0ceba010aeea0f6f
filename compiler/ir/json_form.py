"""The IR as canonical JSON, and its hash: equal programs have equal text, byte for byte."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

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
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
