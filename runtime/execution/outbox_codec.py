"""Operations, parcels and landings as the outbox keeps them, and back."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from stratc.runtime.execution.entry_point import Landing
from stratc.runtime.execution.userop.operation import UserOperation


def write_operation(operation: UserOperation) -> str:
    """A signed operation as JSON: bytes in hexadecimal."""
    told = operation._asdict()
    return json.dumps({name: v.hex() if isinstance(v, bytes) else v for name, v in told.items()})


def read_operation(text: str) -> UserOperation:
    """The inverse of write_operation."""
    told: dict[str, Any] = json.loads(text)
    fields_of: dict[str, Any] = {n: bytes.fromhex(v) if isinstance(v, str) else v for n, v in told.items()}
    return UserOperation(**fields_of)


def write_landing(landing: Landing | None) -> str | None:
    """Where an operation landed, as JSON."""
    if landing is None:
        return None
    return json.dumps(asdict(landing) | {"reason": landing.reason.hex()})


def read_landing(text: str | None) -> Landing | None:
    """The inverse of write_landing."""
    if text is None:
        return None
    told = json.loads(text)
    return Landing(
        **{f.name: told[f.name] for f in fields(Landing)} | {"reason": bytes.fromhex(told["reason"])}
    )
