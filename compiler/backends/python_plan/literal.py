"""Records as Python source that a person can read."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass

_WIDTH = 110


def literal(value: object, indent: int = 0) -> str:
    """Source that builds `value` (dataclasses, tuples and plain values), fields at their default left out."""
    flat = _flat(value)
    if len(flat) + indent <= _WIDTH or not (is_dataclass(value) or isinstance(value, tuple)):
        return flat
    inner = " " * (indent + 4)
    if isinstance(value, tuple):
        lines = [f"{inner}{literal(item, indent + 4)}," for item in value]
        return "\n".join(["(", *lines, " " * indent + ")"])
    lines = [f"{inner}{name}={literal(item, indent + 4)}," for name, item in _told(value)]
    return "\n".join([f"{type(value).__name__}(", *lines, " " * indent + ")"])


def _flat(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_flat(item) for item in value)}{',' if len(value) == 1 else ''})"
    if is_dataclass(value):
        return f"{type(value).__name__}({', '.join(f'{name}={_flat(item)}' for name, item in _told(value))})"
    return repr(value)


def _told(value: object) -> list[tuple[str, object]]:
    told = []
    for field in fields(value):  # type: ignore[arg-type]  # the callers have asked is_dataclass
        item = getattr(value, field.name)
        if field.default is MISSING or item != field.default:
            told.append((field.name, item))
    return told
