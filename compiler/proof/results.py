"""Findings that take a proof, worked out once for each version of a program."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from stratc.dsl.diagnostics import CATALOGUE, Diagnostic, Edit, Fix, Note
from stratc.dsl.source import Span

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir
    from stratc.compiler.proving import Proving
    from stratc.dsl import syntax
    from stratc.dsl.source import Source

PROVER_VERSION = 2
"""Raised when the prover may come to another result than before."""


def findings(
    program: ir.Program, tree: syntax.Program, source: Source, proving: Proving
) -> tuple[Diagnostic, ...]:
    """What the checks of `proof/checks` find, from memory if this text has been looked at before."""
    key = _key(source, proving)
    kept = proving.memory.get(key) if proving.memory is not None else None
    if kept == "[]":
        return ()
    from stratc.compiler.proof import checks  # noqa: PLC0415  # a program known to be fine needs none of it

    if kept is not None:
        found = _read(kept)
        if found is not None:
            return found
    made = tuple(checks.run(program, tree, source, proving))
    if proving.memory is not None and not any(one.code.id == "E202" for one in made):
        proving.memory.put(key, _written(made))  # what ran out of time may not the next time
    return made


def _key(source: Source, proving: Proving) -> str:
    from stratc import __version__  # noqa: PLC0415  # the package may still be importing this

    said = f"{__version__}|{PROVER_VERSION}|{_build()}|{proving.judge is not None}|{source.text}"
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _build() -> str:
    """Tells one state of the prover's own files from another, so that a change of it is not answered from before."""
    here = os.path.dirname(__file__)
    files = [entry for folder in (here, os.path.join(here, "checks")) for entry in os.scandir(folder)]
    stats = sorted(
        (entry.name, entry.stat().st_size, entry.stat().st_mtime_ns) for entry in files if entry.is_file()
    )
    return str(stats)


def _written(found: tuple[Diagnostic, ...]) -> str:
    return json.dumps([[one.code.id, one.message, one.span, one.notes, one.fix] for one in found])


def _read(text: str) -> tuple[Diagnostic, ...] | None:
    """The findings of a text written before; None where it is not such a text."""
    try:
        return tuple(_diagnostic(*entry) for entry in json.loads(text))
    except (ValueError, TypeError, KeyError):
        return None


def _diagnostic(
    code: str, message: str, span: list[int], notes: list[Any], fix: list[Any] | None
) -> Diagnostic:
    return Diagnostic(
        CATALOGUE[code],
        message,
        Span(*span),
        tuple(Note(said, Span(*at) if at is not None else None) for said, at in notes),
        None if fix is None else Fix(fix[0], tuple(Edit(Span(*at), new) for at, new in fix[1])),
    )
