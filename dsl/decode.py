"""Bytes of a file to a Source, or what is wrong with them. No I/O."""

from __future__ import annotations

from stratc.dsl.diagnostics import Diagnostic
from stratc.dsl.parser import MAX_BYTES
from stratc.dsl.source import Source, Span


def decode(name: str, data: bytes) -> tuple[Source, tuple[Diagnostic, ...]]:
    """Read a program's bytes as UTF-8; with a diagnostic (E001) the source is only good for showing it.

    A byte-order mark is left out, so offsets count from the first real character.
    """
    if len(data) > MAX_BYTES:
        from stratc.dsl.syntax_errors.unreadable import too_large  # noqa: PLC0415  # only on the way to an error

        return Source(name, ""), (too_large(len(data), MAX_BYTES),)
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        from stratc.dsl.syntax_errors.unreadable import not_utf8  # noqa: PLC0415  # only on the way to an error

        at = len(data[: error.start].decode("utf-8"))
        shown = Source(name, data.decode("utf-8", errors="replace"))
        return shown, (not_utf8(data, error.start, Span(at, at + 1)),)
    source = Source(name, text)
    at = text.replace("\r\n", "\n\n").find("\r")
    if at >= 0:
        from stratc.dsl.syntax_errors.unreadable import lone_return  # noqa: PLC0415  # only on the way to an error

        return source, (lone_return(Span(at, at)),)
    return source, ()
