"""What is wrong in a deployment file, in the file's own words: key, cause, fix."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.runtime.deployment import (
    ACCOUNTS,
    ORACLES,
    VENUES,
    Deployment,
    EntryPointAt,
    GuardAt,
    Oracles,
    TokenAt,
)

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

Path = tuple[str, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Finding(NamedTuple):
    """One thing wrong: the key it is about, why, and what to write."""

    path: Path
    cause: str
    fix: str


def dotted(path: Path) -> str:
    """A key as TOML writes it."""
    return ".".join(part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False) for part in path)


def told_of(details: Iterable[ErrorDetails], told: Mapping[str, Any]) -> Iterator[Finding]:
    """What pydantic found in the data `told`, one finding each."""
    for detail in details:
        path = _path(detail["loc"], told)
        yield Finding(path, *_said(detail, path, told))


def _path(loc: tuple[int | str, ...], told: Mapping[str, Any]) -> Path:
    """The keys in the file: pydantic adds the kind that it chose, and a mark for a key itself."""
    path: list[str] = []
    inside: Any = told
    for part in (str(part) for part in loc if part != "[key]"):
        if isinstance(inside, dict) and part not in inside and part == inside.get("kind"):
            continue
        path.append(part)
        inside = inside.get(part) if isinstance(inside, dict) else None
    return tuple(path)


def _said(detail: ErrorDetails, path: Path, told: Mapping[str, Any]) -> tuple[str, str]:
    key = dotted(path)
    match detail["type"]:
        case "missing":
            return f"{key} is missing", _add(path)
        case "extra_forbidden":
            return _unknown(path, told)
        case "union_tag_not_found" | "union_tag_invalid":
            return _kind(path, detail["input"])
        case "value_error":
            cause, _, fix = detail["msg"].removeprefix("Value error, ").rpartition("; ")
            return (f"{key}: {cause}" if key else cause), fix
    return f"{key} is {_short(detail['input'])}", _wanted(detail)


def _add(path: Path) -> str:
    if path in (("entry_point",), ("account",)):
        return f"add a table [{path[0]}]"
    if path == ("chain_id",):
        return "add chain_id = 1 for Ethereum's main chain, or the number of yours"
    place = f" under [{dotted(path[:-1])}]" if path[1:] else ""
    return f"add {path[-1]} = …{place}"


def _kind(path: Path, given: object) -> tuple[str, str]:
    key, kinds = dotted(path), ACCOUNTS if path == ("account",) else VENUES
    if isinstance(given, dict) and "kind" in given:
        near = get_close_matches(str(given["kind"]), kinds, 1)
        fix = f'did you mean "{near[0]}"?' if near else f"the kinds are {', '.join(kinds)}"
        return f"{key}.kind is {_short(given['kind'])}, and there is no such kind", fix
    return f"{key}.kind is missing", f'add kind = "…": one of {", ".join(kinds)}'


def _unknown(path: Path, told: Mapping[str, Any]) -> tuple[str, str]:
    known = list(_model(path[:-1], told).model_fields)
    near = get_close_matches(path[-1], known, 1)
    fix = f"did you mean {near[0]}?" if near else f"the keys here are {', '.join(known)}"
    return f"{dotted(path)} is not known", fix


def _model(path: Path, told: Mapping[str, Any]) -> type[BaseModel]:
    """What can stand in a table of the file."""
    match path:
        case ("account",):
            return ACCOUNTS[told["account"]["kind"]]
        case ("venues", name):
            return VENUES[told["venues"][name]["kind"]]
        case ("oracles", provider, _):
            return ORACLES[provider]
        case ("tokens", _):
            return TokenAt
    return _FIXED[path]


_FIXED: dict[Path, type[BaseModel]] = {
    (): Deployment,
    ("entry_point",): EntryPointAt,
    ("guard",): GuardAt,
    ("oracles",): Oracles,
}


_PATTERNS = {
    r"^0x([0-9a-fA-F]{2})*$": "write 0x and two hexadecimal digits a byte",
    r"^0x[0-9a-fA-F]{64}$": "write 0x and 64 hexadecimal digits",
    r"^[A-Za-z][A-Za-z0-9_]*$": "name the asset as the program does: a letter, then letters, digits and _",
    r"^[A-Za-z_][A-Za-z0-9_]*$": "name the venue as the program does: a letter or _, then letters, digits and _",
    r"^[ -~]+$": "write at least one character, plain and printable",
}


def _wanted(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "string_pattern_mismatch":
            return _PATTERNS[context["pattern"]]
        case "string_too_long":
            return f"write at most {context['max_length']} characters"
        case "literal_error":
            return f"write {context['expected']}".replace("'", '"')
        case "int_type":
            return "write a whole number"
        case "string_type":
            return "write text in quotes"
        case "greater_than_equal":
            return f"write {context['ge']} or more"
        case "less_than_equal":
            return f"write {context['le']} or less"
        case "less_than":
            return f"write less than {context['lt']}"
    return "write a table with keys and values"


def _short(given: object) -> str:
    text = repr(given) if not isinstance(given, dict) else "a table"
    return text if len(text) <= 60 else text[:57] + "..."
