"""Trees without their spans, and a walk over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.dsl.node import Node
from stratc.dsl.source import Span
from stratc.dsl.syntax import Syntax


def shape(value: Any) -> Any:
    """Return a tree as nested tuples without spans, to compare what two texts mean."""
    if isinstance(value, Span):
        return None
    if isinstance(value, Node):
        return (type(value).__name__, *(shape(getattr(value, field)) for field in type(value).fields))
    if isinstance(value, tuple):
        return tuple(shape(part) for part in value)
    return value


def nodes(value: Any) -> Iterator[tuple[Syntax, Syntax | None]]:
    """Yield every node with its parent."""
    todo: list[tuple[Any, Syntax | None]] = [(value, None)]
    while todo:
        part, parent = todo.pop()
        if isinstance(part, Syntax):
            yield part, parent
            todo += [(getattr(part, field), part) for field in type(part).fields]
        elif isinstance(part, tuple) and not isinstance(part, Span):
            todo += [(inner, parent) for inner in part]
