"""Amounts, durations and lists as people say them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap

from stratc.compiler.ir import nodes as ir

WIDTH = 100
_DAY = 86_400.0
_SPANS = (("d", _DAY), ("h", 3_600.0), ("min", 60.0), ("s", 1.0))
_PER_SECOND = "/s"


def number(value: float) -> str:
    """`60,000`, `0.25`, `1e-09`: six digits, thousands marked."""
    if value == round(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.2f}"


def percent(value: float) -> str:
    """`30 bps` below 1 %, else `8%`."""
    if 0.0 < abs(value) < 0.01:
        return f"{number(round(value * 10_000, 9))} bps"
    return f"{number(round(value * 100, 9))}%"


def quantity(value: float, unit: str) -> str:
    """A canonical value with its unit; rates per second are told per day, as they are written."""
    if unit == "1":
        return number(value)
    if unit.endswith(_PER_SECOND):
        above = unit.removesuffix(_PER_SECOND)
        daily = round(value * _DAY, 12)
        return f"{percent(daily)}/d" if above == "1" else f"{number(daily)} {above}/d"
    if unit == "s":
        return seconds(value)
    return f"{number(value)} {unit}"


def unit_name(unit: str) -> str:
    """A unit on its own: `USDC/ETH`, `a number`."""
    if unit == "1":
        return "a number"
    return unit.removesuffix(_PER_SECOND) + "/d" if unit.endswith(_PER_SECOND) else unit


def seconds(value: float) -> str:
    """`90 s`, `10 min`, `7 d`, `6.5 d`: the largest unit that leaves a whole number, days from two on."""
    for name, length in _SPANS:
        count = value / length
        if count >= 1 and count == round(count):
            return f"{count:,.0f} {name}"
        if name == "d" and count > 2:
            return f"{number(count)} d"
    return f"{number(value)} s"


def duration(length: ir.Duration) -> str:
    """A length of time on its own clock."""
    if length.clock == "s":
        return seconds(length.amount)
    return f"{number(length.amount)} block{'' if length.amount == 1 else 's'}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def columns(rows: Iterable[Sequence[str]], indent: str = "  ") -> list[str]:
    """Rows with all but the last column padded to the same width."""
    table = [list(row) for row in rows]
    if not table:
        return []
    widths = [max(len(row[at]) for row in table) for at in range(len(table[0]) - 1)]
    return [
        indent + "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in table
    ]


def wrapped(line: str) -> list[str]:
    """A line cut at WIDTH, continued under its own text (behind a leading number or column)."""
    if len(line) <= WIDTH:
        return [line]
    indent = len(line) - len(line.lstrip())
    gap = line.rfind("  ", indent, WIDTH // 2)
    hang = gap + 2 if gap > 0 else indent
    # Columns are aligned with runs of spaces, which wrap() must leave alone.
    return wrap(line, WIDTH, subsequent_indent=" " * hang, replace_whitespace=False, drop_whitespace=True)
