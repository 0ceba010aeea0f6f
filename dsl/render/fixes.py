"""Apply the fixes of diagnostics to a text."""

from __future__ import annotations

from collections.abc import Iterable

from stratc.dsl.diagnostics import Diagnostic, Edit
from stratc.dsl.source import Source


def apply_fixes(source: Source, diagnostics: Iterable[Diagnostic]) -> str:
    """Return the text with every fix that does not touch one applied before it; a fix is applied whole."""
    accepted: list[Edit] = []
    for diagnostic in diagnostics:
        if diagnostic.fix is None:
            continue
        edits = [edit for edit in diagnostic.fix.edits if edit not in accepted]
        if not any(_touch(edit, other) for edit in edits for other in accepted):
            accepted.extend(edits)
    return edited(source.text, accepted)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return the text after edits that do not overlap."""
    parts, at = [], 0
    for edit in sorted(edits):
        parts += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join((*parts, text[at:]))


def _touch(one: Edit, other: Edit) -> bool:
    a, b = one.span, other.span
    return a.start == b.start or (a.start < b.end and b.start < a.end)
