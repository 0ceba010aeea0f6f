"""Diagnostics as data: what is wrong, where, the numbers, and how to mend it. Rendering is in render.py."""

from __future__ import annotations

from typing import Literal, NamedTuple

from stratc.dsl.source import Span

Severity = Literal["error", "warning", "info"]


class Code(NamedTuple):
    """A kind of diagnostic, with the page that explains it.

    Declared once, in the file that reports it: `E003 = declare("E003", ...)`.
    """

    id: str
    severity: Severity
    title: str
    explanation: str
    bad: str
    """A whole program that gets this diagnostic."""
    good: str
    """The same program, mended."""


class Note(NamedTuple):
    """A further sentence, with a second place in the source where one helps."""

    message: str
    span: Span | None = None


class Edit(NamedTuple):
    """Replace what the span covers by the text (an empty span inserts)."""

    span: Span
    text: str


class Fix(NamedTuple):
    """A change that mends the program, in words and as edits."""

    message: str
    edits: tuple[Edit, ...]


class Diagnostic(NamedTuple):
    """One finding at one place."""

    code: Code
    message: str
    span: Span
    notes: tuple[Note, ...] = ()
    fix: Fix | None = None

    @property
    def severity(self) -> Severity:
        """How bad it is; errors stop the compilation."""
        return self.code.severity


CATALOGUE: dict[str, Code] = {}
"""Every declared code by id, in order of declaration (filled as the modules that report are imported)."""

_SEVERITY: dict[str, Severity] = {"E": "error", "W": "warning", "L": "info"}


def declare(code: str, title: str, *, explanation: str, bad: str, good: str) -> Code:
    """Register a code. Its letter gives the severity: E error, W warning, L style."""
    if code in CATALOGUE:
        raise ValueError(f"diagnostic code {code} is declared twice")
    entry = Code(code, _SEVERITY[code[0]], title, explanation.strip(), bad, good)
    CATALOGUE[code] = entry
    return entry
