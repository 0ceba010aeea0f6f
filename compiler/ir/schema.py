"""IR from outside: a validated `load`, and the published JSON Schema of the format.

Only this file of the compiler imports pydantic: a program that is compiled here needs no validation.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from stratc.compiler.ir import nodes
from stratc.compiler.ir.verify import verify
from stratc.dsl.node import NodeMeta

_MOST_SHOWN = 5
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class BadIR(ValueError):
    """The text is not a program in this IR; the message says where and why."""


def _adapter() -> TypeAdapter[nodes.Program]:
    """Every node refuses fields it does not have, values of another type, and numbers that are none."""
    strict = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    for node in vars(nodes).values():
        if isinstance(node, NodeMeta):
            node.__pydantic_config__ = strict  # type: ignore[attr-defined]  # pydantic's hook for dataclasses
    return TypeAdapter(nodes.Program)


_ADAPTER = _adapter()


def load(text: str | bytes) -> nodes.Program:
    """Read a program's JSON form.

    Raises:
        BadIR: it is not JSON, not of this shape, of another version, or refers to what is not there.
    """
    try:
        program = _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise BadIR(_told(error)) from None
    if program.version != nodes.IR_VERSION:
        raise BadIR(f"version: this is IR version {program.version}, and {nodes.IR_VERSION} is read here")
    problems = verify(program)
    if problems:
        raise BadIR("\n".join(problems[:_MOST_SHOWN]))
    return program


def json_schema() -> str:
    """The JSON Schema of the format, as published in docs/ir.schema.json."""
    schema: dict[str, Any] = _ADAPTER.json_schema()
    head = {"$schema": _DIALECT, "title": f"stratc IR {nodes.IR_VERSION}"}
    return json.dumps(schema | head, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _told(error: ValidationError) -> str:
    """The errors that matter, one a line: where several nodes can stand, only those of the kind it has."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    wrong_kind = {tuple(one["loc"][:-1]) for one in found if one["loc"][-1:] == ("kind",)}
    told = [one for one in found if not any(tuple(one["loc"][: len(at)]) == at for at in wrong_kind)]
    if not told:
        return f"{_path(max(wrong_kind, key=len))}: no node of this kind can stand here"
    lines = [f"{_path(one['loc'])}: {one['msg'][:1].lower()}{one['msg'][1:]}" for one in told]
    more = [f"and {len(lines) - _MOST_SHOWN} more"] if len(lines) > _MOST_SHOWN else []
    return "\n".join(lines[:_MOST_SHOWN] + more)


def _path(loc: tuple[int | str, ...]) -> str:
    """`rules[0].trigger.condition`: names of nodes, which pydantic adds for unions, are left out."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part[:1].islower():
            path += f".{part}" if path else part
    return path or "the text"
