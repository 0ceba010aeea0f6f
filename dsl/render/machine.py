"""Diagnostics as JSON, for editors and scripts, and as SARIF 2.1.0 (OASIS, 2020), for code scanning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from stratc.dsl.diagnostics import CATALOGUE, Code, Diagnostic, Edit, Fix
from stratc.dsl.source import Source, Span

Files = Iterable[tuple[Source, Sequence[Diagnostic]]]
"""Sources with what was found in each."""


def render_json(files: Files) -> str:
    """Return one JSON array of diagnostics; lines and columns are 1-based, ends exclusive."""
    import json  # noqa: PLC0415  # 2 ms that text output need not pay

    found = [_json(source, diagnostic) for source, diagnostics in files for diagnostic in diagnostics]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _json(source: Source, found: Diagnostic) -> dict[str, Any]:
    nowhere = dict.fromkeys(("line", "column", "end_line", "end_column"))
    notes = [
        {"message": note.message, **(nowhere if note.span is None else _place(source, note.span))}
        for note in found.notes
    ]
    head = {"code": found.code.id, "severity": found.severity, "message": found.message, "file": source.name}
    fix = None if found.fix is None else _json_fix(source, found.fix)
    return {**head, **_place(source, found.span), "notes": notes, "fix": fix}


def _json_fix(source: Source, fix: Fix) -> dict[str, Any]:
    edits = [{**_place(source, edit.span), "text": edit.text} for edit in fix.edits]
    return {"message": fix.message, "edits": edits}


def _place(source: Source, span: Span) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {"line": start.line, "column": start.column, "end_line": end.line, "end_column": end.column}


# --- SARIF --------------------------------------------------------------------------------------

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render_sarif(files: Files) -> str:
    """Return a SARIF log with one run, and the codes that occur as its rules."""
    import json  # noqa: PLC0415  # 2 ms that text output need not pay

    pairs = [(source, found) for source, diagnostics in files for found in diagnostics]
    used = {found.code.id for _, found in pairs}
    rules = [code for code in CATALOGUE.values() if code.id in used]
    index = {code.id: position for position, code in enumerate(rules)}
    driver = {"name": "stratc", "rules": [_rule(code) for code in rules]}
    results = [_result(source, found, index[found.code.id]) for source, found in pairs]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(code: Code) -> dict[str, Any]:
    return {
        "id": code.id,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.explanation},
        "help": {"text": f"{code.explanation}\n\nNot:\n\n{code.bad}\nbut:\n\n{code.good}"},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }


def _result(source: Source, found: Diagnostic, rule: int) -> dict[str, Any]:
    plain = [note.message for note in found.notes if note.span is None]
    result: dict[str, Any] = {
        "ruleId": found.code.id,
        "ruleIndex": rule,
        "level": _LEVELS[found.severity],
        "message": {"text": "\n".join((found.message, *plain))},
        "locations": [{"physicalLocation": _location(source, found.span)}],
    }
    related = [(note.message, note.span) for note in found.notes if note.span is not None]
    if related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _location(source, span), "message": {"text": message}}
            for number, (message, span) in enumerate(related, 1)
        ]
    if found.fix is not None:
        change = {
            "artifactLocation": {"uri": _uri(source.name)},
            "replacements": [_replacement(source, edit) for edit in found.fix.edits],
        }
        result["fixes"] = [{"description": {"text": found.fix.message}, "artifactChanges": [change]}]
    return result


def _location(source: Source, span: Span) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(source.name)}, "region": _region(source, span)}


def _replacement(source: Source, edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(source, edit.span), "insertedContent": {"text": edit.text}}


def _region(source: Source, span: Span) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _uri(name: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415  # only for SARIF

    return quote(name.replace("\\", "/"))
