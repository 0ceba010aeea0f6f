"""Diagnostics as GitHub workflow commands, which annotate the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stratc.dsl.diagnostics import Diagnostic, Note
from stratc.dsl.source import Source

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render_github(files: Iterable[tuple[Source, Sequence[Diagnostic]]]) -> str:
    """Return one `::error file=…::…` line for each diagnostic."""
    lines = []
    for source, diagnostics in files:
        for found in diagnostics:
            start, end = source.position(found.span.start), source.position(found.span.end)
            place = {"file": source.name, "line": start.line, "endLine": end.line, "col": start.column}
            if end.line == start.line:
                place["endColumn"] = end.column
            place["title"] = f"{found.code.id}: {found.code.title}"
            fields = ",".join(f"{key}={_property(str(value))}" for key, value in place.items())
            notes = [f"note: {note.message}{_other_line(source, found, note)}" for note in found.notes]
            fix = [f"fix: {found.fix.message}"] if found.fix is not None else []
            text = _data("\n".join((found.message, *notes, *fix)))
            lines.append(f"::{_COMMANDS[found.severity]} {fields}::{text}\n")
    return "".join(lines)


def annotation(command: str, file: str, line: int, title: str, text: str) -> str:
    """One workflow command for a line, without the end of line."""
    return f"::{command} file={_property(file)},line={line},title={_property(title)}::{_data(text)}"


def _other_line(source: Source, found: Diagnostic, note: Note) -> str:
    """Where a note points, which an annotation cannot: it has one place."""
    if note.span is None:
        return ""
    line = source.position(note.span.start).line
    return "" if line == source.position(found.span.start).line else f" (line {line})"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
