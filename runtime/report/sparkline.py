"""A line of text that shows the course of a series."""

from __future__ import annotations

from collections.abc import Sequence

_LEVELS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], width: int) -> str:
    """At most `width` characters, scaled from the lowest to the highest value; gaps are blank."""
    if width <= 0 or not values:
        return ""
    chosen = (
        [values[(i + 1) * len(values) // width - 1] for i in range(width)] if len(values) > width else values
    )
    known = [value for value in chosen if value is not None]
    if not known:
        return " " * len(chosen)
    low, high = min(known), max(known)
    scale = (len(_LEVELS) - 1) / (high - low) if high > low else 0.0
    return "".join(
        " " if value is None else _LEVELS[round((value - low) * scale) if scale else 3] for value in chosen
    )
