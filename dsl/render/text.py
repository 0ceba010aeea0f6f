"""Diagnostics for people: the line, carets under the place, notes, and the line as the fix makes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stratc.dsl.diagnostics import Diagnostic, Fix, Severity
from stratc.dsl.render.fixes import edited
from stratc.dsl.source import Source, Span

MAX_SHOWN = 100
_WIDTH = 100
_TAB = 4
_LABELS: dict[Severity, tuple[str, str]] = {
    "error": ("error", "1;31"),
    "warning": ("warning", "1;33"),
    "info": ("info", "1;36"),
}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def render_text(diagnostics: Sequence[Diagnostic], source: Source, colour: bool) -> str:
    """Return the diagnostics as text, a blank line after each; `colour` adds terminal escapes."""
    page = _Page(source, colour)
    for found in diagnostics[:MAX_SHOWN]:
        page.diagnostic(found)
    if len(diagnostics) > MAX_SHOWN:
        page.lines.append(f"and {len(diagnostics) - MAX_SHOWN:,} more\n")
    return "".join(f"{line}\n" for line in page.lines)


class _Page:
    """Lines of output."""

    def __init__(self, source: Source, colour: bool) -> None:
        self.source = source
        self.colour = colour
        self.lines: list[str] = []
        self.margin = ""

    def diagnostic(self, found: Diagnostic) -> None:
        """Add one diagnostic."""
        spans = [found.span, *(note.span for note in found.notes if note.span is not None)]
        edits = [edit.span for edit in found.fix.edits] if found.fix is not None else []
        last = max(self.source.position(span.end).line for span in (*spans, *edits[:3]))
        self.margin = " " * len(str(last))
        label, style = _LABELS[found.severity]
        head = self._paint(f"{label}[{found.code.id}]", style)
        self.lines.append(head + self._paint(f": {_clean(found.message)}", "1"))
        self._place(found.span, style)
        for note in found.notes:
            if note.span is None:
                self._aside("note", note.message)
        if found.fix is not None:
            self._fix(found.fix)
        for note in found.notes:
            if note.span is not None:
                self.lines.append(self._paint("note", "1;32") + f": {_clean(note.message)}")
                self._place(note.span, "1;32")
        self.lines.append("")

    def _place(self, span: Span, style: str) -> None:
        start, end = self.source.position(span.start), self.source.position(span.end)
        text = self.source.line_text(start.line)
        first = start.column - 1
        last = end.column - 1 if end.line == start.line else len(text)
        shown, left, width = _window(text, first, max(last, first))
        arrow, bar = self._paint(f"{self.margin}-->", "34"), self._bar()
        self.lines.append(f"{arrow} {_clean(self.source.name)}:{start.line}:{start.column}")
        self.lines.append(bar)
        self.lines.append(self._numbered(start.line, "|", shown))
        self.lines.append(f"{bar} {' ' * left}{self._paint('^' * width, style)}")

    def _fix(self, fix: Fix) -> None:
        self._aside("fix", fix.message)
        lines: dict[int, list[int]] = {}
        for number, edit in enumerate(fix.edits):
            lines.setdefault(self.source.position(edit.span.start).line, []).append(number)
        for line, numbers in list(lines.items())[:3]:
            begin = fix.edits[numbers[0]].span.start
            begin -= self.source.position(begin).column - 1
            text = self.source.line_text(line)
            inside = [fix.edits[n] for n in numbers if fix.edits[n].span.end <= begin + len(text)]
            moved = [e._replace(span=Span(e.span.start - begin, e.span.end - begin)) for e in inside]
            first = min((e.span.start for e in moved), default=0)
            for new in edited(text, moved).split("\n"):
                shown, _, _ = _window(new, min(first, len(new)), min(first + 1, len(new)))
                self.lines.append(self._numbered(line, self._paint("+", "32"), shown))
        if len(lines) > 3:
            self._aside("note", f"and {len(lines) - 3} more lines")

    def _numbered(self, line: int, sign: str, text: str) -> str:
        return f"{self._paint(str(line).rjust(len(self.margin)), '34')} {sign} {text}".rstrip()

    def _aside(self, label: str, message: str) -> None:
        equals = self._paint(f"{self.margin} =", "34")
        self.lines.append(f"{equals} {self._paint(label, '1')}: {_clean(message)}")

    def _bar(self) -> str:
        return self._paint(f"{self.margin} |", "34")

    def _paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour else text


def _window(text: str, first: int, last: int) -> tuple[str, int, int]:
    """Return a line as it is shown, the cells before text[first:last], and the cells of that, at least 1.

    A long line is cropped to the part around the place.
    """
    begin, lead, end = 0, "", len(text)
    if len(text) > _WIDTH:
        begin = max(0, min(first - _WIDTH // 3, len(text) - _WIDTH))
        end = min(len(text), begin + _WIDTH)
        lead = "…" if begin else ""
    before = lead + _cells(text[begin:first])
    marked = _cells(text[first : min(last, end)], _width(before))
    rest = _cells(text[max(first, min(last, end)) : end], _width(before + marked))
    shown = before + marked + rest + ("…" if end < len(text) else "")
    return shown, _width(before), max(1, _width(marked))


def _cells(text: str, column: int = 0) -> str:
    """Return the text with tabs as spaces and without what a terminal would act on."""
    if "\t" in text:
        parts = []
        for char in text:
            parts.append(" " * (_TAB - column % _TAB) if char == "\t" else char)
            column += _TAB - column % _TAB if char == "\t" else 1
        text = "".join(parts)
    return _clean(text)


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _width(text: str) -> int:
    """Count the terminal cells of a text: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415  # only for lines that are not ASCII

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
