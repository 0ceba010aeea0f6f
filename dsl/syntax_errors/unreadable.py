"""E001 to E003: texts that are no program at all, or beyond what the compiler takes on."""

from __future__ import annotations

from typing import Any

from stratc.dsl.builders.context import MAX_DEPTH, MAX_RULES
from stratc.dsl.diagnostics import Diagnostic, Note, declare
from stratc.dsl.source import Span

E001 = declare(
    "E001",
    "the file cannot be read as a program",
    explanation="""
A program is text in UTF-8, of at most 1 MiB. Other encodings, binary files, zero bytes and larger
files are refused before anything else is looked at.
""",
    bad="when delta > 0.1 ETH:\n    hedge to 0 ETH\0\n",
    good="when delta > 0.1 ETH:\n    hedge to 0 ETH\n",
)
E002 = declare(
    "E002",
    "the expression is nested too deeply",
    explanation=f"""
At most {MAX_DEPTH} operators, parentheses and calls may stand inside one another, and a sum of n
terms counts as n - 1 of them. Name the parts with `let`: that is also easier to read.
""",
    bad=f"when delta > {'(' * 120}0.1 ETH{')' * 120}:\n    hedge to 0 ETH\n",
    good="when delta > 0.1 ETH:\n    hedge to 0 ETH\n",
)
E003 = declare(
    "E003",
    "the program has too many rules",
    explanation=f"""
A program may have up to {MAX_RULES:,} rules: every tick visits all of them, and the proofs look at
each against every limit. Use parameters and `let` for what the rules have in common, or split the
strategy.
""",
    bad='every 1 h: alert "tick"\n' * (MAX_RULES + 1),
    good='every 1 h: alert "tick"\n',
)


def unreadable(text: str, max_bytes: int) -> Diagnostic:
    """Explain why a text is refused: it is too large, or has a zero character."""
    if len(text) > max_bytes:
        return too_large(len(text), max_bytes)
    at = text.index("\0")
    return Diagnostic(
        E001,
        "the file has a zero byte in it, so it is not a text",
        Span(at, at + 1),
        (Note("a program is text in UTF-8"),),
    )


def too_large(size: int, max_bytes: int) -> Diagnostic:
    """Explain the bound on the size."""
    return Diagnostic(
        E001,
        f"the file is too large: {size:,} bytes, and a program has at most {max_bytes:,}",
        Span(0, 0),
        (Note("is this the right file?"),),
    )


def not_utf8(data: bytes, at: int, span: Span) -> Diagnostic:
    """Explain a byte that is not UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Diagnostic(
            E001, "the file is in UTF-16, and a program is in UTF-8", span, (Note("save it as UTF-8"),)
        )
    return Diagnostic(
        E001,
        f"byte {at + 1} of the file (0x{data[at]:02x}) is not UTF-8",
        span,
        (Note("save the file as UTF-8; if it is not a text, it is not a program"),),
    )


def lone_return(span: Span) -> Diagnostic:
    """Explain the line ends of long ago."""
    return Diagnostic(
        E001,
        "a line ends in a carriage return alone",
        span,
        (Note("save the file with line ends LF or CRLF"),),
    )


def too_deep(span: Span, _: tuple[Any, ...]) -> Diagnostic:
    """Explain the bound on nesting."""
    return Diagnostic(
        E002,
        f"this is nested more than {MAX_DEPTH} deep",
        span,
        (Note("name a part of it with `let` and use the name"),),
    )


def too_many_rules(span: Span, _: tuple[Any, ...]) -> Diagnostic:
    """Explain the bound on rules."""
    return Diagnostic(
        E003,
        f"this is rule {MAX_RULES + 1:,}, and a program has at most {MAX_RULES:,}",
        span,
        (Note("split the strategy, or say with parameters what the rules have in common"),),
    )
