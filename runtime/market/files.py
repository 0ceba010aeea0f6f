"""Opening text that may be compressed, cut off, or not text at all, with errors that say which."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from stratc.runtime.market.problems import data_error

_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SNIFFED = 4_096


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet by its first bytes, or says so by its name."""
    with _told(str(path), lambda: None), path.open("rb") as file:
        return file.read(4) == _PARQUET or path.suffix in (".parquet", ".pq")


@contextmanager
def open_text(path: Path, line: Callable[[], int | None] = lambda: None) -> Iterator[TextIO]:
    """A UTF-8 text file, gzip or not (by its bytes); whatever is wrong with it is a DataError.

    `line` says how far the caller has read: it stands in the error when the file breaks off there.
    """
    source = str(path)
    with _told(source, line), path.open("rb") as file:
        zipped = file.read(2) == _GZIP
        file.seek(0)
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if zipped else file
        buffered = io.BufferedReader(cast("io.RawIOBase", stream), 1 << 16)
        _refuse_binary(source, buffered.peek(_SNIFFED)[:_SNIFFED])
        with io.TextIOWrapper(buffered, encoding="utf-8-sig", newline="") as text:
            yield text


def _refuse_binary(source: str, start: bytes) -> None:
    if not start:
        raise data_error(source, "the file is empty", "give a file with a header line and at least one row")
    if start.startswith(_UTF_16):
        raise data_error(source, "the text is UTF-16", "save it as UTF-8")
    if b"\0" in start:
        raise data_error(source, "this is a binary file, not text", "give CSV, CSV.gz, Parquet or JSON lines")


@contextmanager
def _told(source: str, line: Callable[[], int | None]) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        fix = "the file is incomplete or damaged: copy or download it again"
        raise data_error(source, f"the gzip stream breaks off here ({error})", fix, line()) from error
    except UnicodeDecodeError as error:
        raise data_error(source, "this is not UTF-8 text", "save the file as UTF-8", line()) from error
    except csv.Error as error:
        raise data_error(source, f"not a row of CSV ({error})", "repair the line", line()) from error
    except OSError as error:
        raise data_error(
            source, f"cannot be read ({error.strerror or error})", "check the path and rights"
        ) from error
