"""Numbers, sizes and times as text for people: thousands separated, no more digits than matter."""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor, isfinite, log10

from stratc.runtime.engine.messages import CENT, Outcome

MISSING = "-"


def number(value: float | None, digits: int = 5) -> str:
    """About `digits` significant digits, thousands separated: 1,234.5, 0.0012346. Missing is "-"."""
    if value is None:
        return MISSING
    if not isfinite(value):
        return "inf" if value > 0 else "-inf" if value < 0 else MISSING
    if value == 0.0:
        return "0"
    places = max(0, min(12, digits - 1 - floor(log10(abs(value)))))
    text = f"{value:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def money(value: float | None, *, sign: bool = False) -> str:
    """Quote with two decimals: 1,234.50; with `sign`, gains carry a plus."""
    if value is None or not isfinite(value):
        return number(value)
    text = f"{value:+,.2f}" if sign else f"{value:,.2f}"
    return "0.00" if text in ("-0.00", "+0.00") else text


def size(value: float | None, places: int = 4) -> str:
    """An amount of the base asset, at most `places` decimals: 2.5, -0.3333, 0 for dust."""
    if value is None or not isfinite(value):
        return number(value)
    text = f"{value:,.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def percent(share: float | None, places: int = 1) -> str:
    """A share as a percentage: 0.123 is 12.3%."""
    return MISSING if share is None or not isfinite(share) else f"{share * 100:.{places}f}%"


def duration(seconds: float) -> str:
    """A length of time in its two largest units: 2 d 3 h, 45 s."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s" if whole or not seconds else f"{seconds:.1f} s"
    parts: list[str] = []
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, whole = divmod(whole, size)
        if count or parts:
            parts.append(f"{count} {name}" if count else "")
    return " ".join(part for part in parts[:2] if part)


def moment(t: float | None, *, seconds: bool = True) -> str:
    """A market time in UTC: 2026-01-31 08:00:12."""
    if t is None:
        return MISSING
    try:
        when = datetime.fromtimestamp(t, UTC)
    except (OverflowError, ValueError, OSError):
        return f"t={number(t)}"
    return when.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def day(t: float | None) -> str:
    """A market day in UTC: 2026-01-31."""
    return moment(t)[:10]


def signed_size(outcome: Outcome, base: str, quote: str) -> str:
    """What an outcome asked for, with its unit: -0.5 ETH, 2,500 USDC; empty where there is no size."""
    exact = outcome.size()
    if exact is None or outcome.units is None:
        return ""
    if outcome.do in ("top up", "withdraw", "provide", "remove"):
        return f"{number(outcome.units / CENT, 8)} {quote}"
    return f"{size(float(exact))} {base}"


def printable(text: str) -> str:
    """Text for a terminal: control characters, which could command it, written as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def ascii_only(text: str) -> str:
    """Text for a pipe: whatever is not ASCII, and every control character, written as an escape."""
    return "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode("ascii") for c in text)
