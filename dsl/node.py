"""The base of every syntax-tree node: slotted, compared by value, cheap to define.

`dataclasses` costs about a millisecond a class at import, and the tree has some fifty classes on the
path of every `stratc check`; this metaclass costs a few microseconds and type checkers understand it alike.
"""

from __future__ import annotations

from typing import Any, dataclass_transform


@dataclass_transform(frozen_default=True)
class NodeMeta(type):
    """Turn the annotations of a class into its slots, in order, after those of its base."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> NodeMeta:
        """Create the class with one slot per annotation."""
        own = tuple(namespace.get("__annotations__", ()))
        namespace["__slots__"] = own
        inherited = getattr(bases[0], "fields", ()) if bases else ()
        namespace["fields"] = inherited + own
        return super().__new__(mcs, name, bases, namespace)


class Node(metaclass=NodeMeta):
    """A value with the fields its class annotates; never changed after it was built."""

    def __init__(self, *args: Any, **named: Any) -> None:
        """Take every field once, by position or by name."""
        fields: tuple[str, ...] = self.fields  # type: ignore[attr-defined]  # set by the metaclass
        if len(args) + len(named) != len(fields):
            raise TypeError(f"{type(self).__name__} takes {', '.join(fields)}")
        for field, value in zip(fields, args, strict=False):
            object.__setattr__(self, field, value)
        for field, value in named.items():
            object.__setattr__(self, field, value)

    def __eq__(self, other: object) -> bool:
        """Equal when class and every field are."""
        if type(self) is not type(other):
            return NotImplemented
        fields: tuple[str, ...] = self.fields  # type: ignore[attr-defined]  # set by the metaclass
        return all(getattr(self, field) == getattr(other, field) for field in fields)

    def __hash__(self) -> int:
        """Hash the fields, so that nodes can be keys."""
        fields: tuple[str, ...] = self.fields  # type: ignore[attr-defined]  # set by the metaclass
        return hash((type(self).__name__, *(getattr(self, field) for field in fields)))

    def __repr__(self) -> str:
        """Show the class and its fields."""
        fields: tuple[str, ...] = self.fields  # type: ignore[attr-defined]  # set by the metaclass
        return f"{type(self).__name__}({', '.join(f'{f}={getattr(self, f)!r}' for f in fields)})"
