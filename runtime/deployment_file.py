"""Deployments as TOML files: read with errors that name line, key and fix; written in one order."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stratc.runtime.deployment import Deployment
from stratc.runtime.deployment_errors import Finding, dotted, told_of
from stratc.runtime.market.problems import DataError, Problem
from stratc.runtime.toml_places import line_of, places

_LARGEST = 1 << 20


class DeploymentError(DataError):
    """A deployment file that cannot be used: every problem with its line, cause and fix."""


def read_deployment(path: Path) -> Deployment:
    """Read a deployment file.

    Raises:
        DeploymentError: it cannot be read, is no TOML, or says something no deployment can.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _one(str(path), f"cannot be read ({error.strerror})", "check the path and rights") from None
    return parse_deployment(data, str(path))


def parse_deployment(data: bytes, source: str) -> Deployment:
    """The deployment that TOML text says; `source` is what errors call it.

    Raises:
        DeploymentError: as `read_deployment`.
    """
    if len(data) > _LARGEST:
        raise _one(source, f"it has {len(data):,} bytes", f"a deployment has at most {_LARGEST:,}")
    text, told = _toml(data, source)
    try:
        return Deployment.model_validate(told)
    except ValidationError as error:
        details = error.errors(include_url=False)
    raise DeploymentError(problems_in(text, source, told_of(details, told)))


def problems_in(text: str, source: str, findings: Iterable[Finding]) -> list[Problem]:
    """Findings about a file's text, each at its line."""
    found = places(text)
    problems = [Problem("error", source, line_of(one.path, found), one.cause, one.fix) for one in findings]
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.cause))


def to_toml(deployment: Deployment) -> str:
    """The file's text: the same for the same deployment; what is at its default is left out."""
    told = deployment.model_dump(mode="json", exclude_defaults=True)
    return "\n".join(_table((), told)).lstrip("\n") + "\n"


def _toml(data: bytes, source: str) -> tuple[str, dict[str, Any]]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _one(source, "this is not UTF-8 text", "save the file as UTF-8") from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said, _, where = str(error).partition(" (at line ")
        line = where.split(",")[0]
        number = int(line) if line.isdigit() else text.count("\n") + 1
        problem = Problem(
            "error", source, number, f"not TOML: {said[:1].lower()}{said[1:]}", "correct the line"
        )
    except RecursionError:
        problem = Problem("error", source, None, "not a deployment: nested too deeply", "write plain tables")
    raise DeploymentError([problem])


def _one(source: str, cause: str, fix: str) -> DeploymentError:
    return DeploymentError([Problem("error", source, None, cause, fix)])


def _table(path: tuple[str, ...], told: Mapping[str, Any]) -> Iterator[str]:
    """A table's own keys, then the tables inside it, each under its header."""
    own = {key: value for key, value in told.items() if not isinstance(value, dict)}
    if path and own:
        yield f"\n[{dotted(path)}]"
    yield from (f"{dotted((key,))} = {json.dumps(value, ensure_ascii=False)}" for key, value in own.items())
    for key, value in told.items():
        if isinstance(value, dict):
            yield from _table((*path, key), value)
