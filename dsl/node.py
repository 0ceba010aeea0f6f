"""The base of syntax-tree and IR nodes: slotted, frozen, compared by value, and cheap to define.

To the standard library and to pydantic these classes are dataclasses (`dataclasses.fields`, `replace` and
`is_dataclass` work), but `@dataclass(frozen=True, slots=True)` costs about a millisecond a class at import,
and a hundred of these classes are on the path of every `stratc check`; this metaclass costs microseconds.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self, dataclass_transform


class _DataclassFields:
    """Builds `__dataclass_fields__` when somebody asks for it, once a class."""

    def __init__(self) -> None:
        self._built: dict[type, dict[str, Any]] = {}

    def __get__(self, instance: object, owner: type[Node]) -> dict[str, Any]:
        if owner not in self._built:
            self._built[owner] = self._build(owner)
        return self._built[owner]

    @staticmethod
    def _build(owner: type[Node]) -> dict[str, Any]:
        from dataclasses import field, make_dataclass  # noqa: PLC0415  # costs what this module saves

        told: list[Any] = [
            (name, kind, field(default=owner.defaults[name])) if name in owner.defaults else (name, kind)
            for name, kind in owner.kinds.items()
        ]
        made: Any = make_dataclass(owner.__name__, told)
        fields: dict[str, Any] = made.__dataclass_fields__
        return fields


@dataclass_transform(frozen_default=True)
class NodeMeta(type):
    """Turn the annotations of a class into its slots, in order, after those of its base."""

    fields: tuple[str, ...]
    kinds: dict[str, str]
    defaults: dict[str, Any]

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> NodeMeta:
        """Create the class with one slot per annotation; a value given to a field is its default."""
        own = {
            field: kind
            for field, kind in namespace.get("__annotations__", {}).items()
            if "ClassVar" not in str(kind)
        }
        base = bases[0] if bases else None
        kinds = {**getattr(base, "kinds", {}), **own}
        defaults = {field: namespace.pop(field) for field in own if field in namespace}
        namespace["__slots__"] = tuple(own)
        namespace["kinds"] = kinds
        namespace["fields"] = tuple(kinds)
        namespace["defaults"] = {**getattr(base, "defaults", {}), **defaults}
        return super().__new__(mcs, name, bases, namespace)


class Node(metaclass=NodeMeta):
    """A value with the fields its class annotates; never changed after it was built."""

    __dataclass_fields__: ClassVar[Any] = _DataclassFields()

    def __init__(self, *args: Any, **named: Any) -> None:
        """Take every field once, by position or by name; what is left out takes its default."""
        cls = type(self)
        names = cls.fields
        given = len(args)
        put = object.__setattr__
        for field, value in zip(names, args, strict=False):
            put(self, field, value)
        if given == len(names) and not named:
            return
        for field in names[given:]:
            if field in named:
                put(self, field, named.pop(field))
            elif field in cls.defaults:
                put(self, field, cls.defaults[field])
            else:
                raise TypeError(f"{cls.__name__} takes {', '.join(names)}: {field} is missing")
        if named or given > len(names):
            raise TypeError(f"{cls.__name__} takes {', '.join(names)}")

    def but(self, **changes: Any) -> Self:
        """The same node with some fields changed."""
        return type(self)(**{field: getattr(self, field) for field in type(self).fields} | changes)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: nodes are frozen."""
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be set")

    def __eq__(self, other: object) -> bool:
        """Equal when class and every field are."""
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, field) == getattr(other, field) for field in type(self).fields)

    def __hash__(self) -> int:
        """Hash the fields, so that nodes can be keys."""
        return hash((type(self).__name__, *(getattr(self, field) for field in type(self).fields)))

    def __repr__(self) -> str:
        """Show the class and its fields."""
        shown = ", ".join(f"{field}={getattr(self, field)!r}" for field in type(self).fields)
        return f"{type(self).__name__}({shown})"
