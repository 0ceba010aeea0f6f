"""Instruments and amounts of them, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stratc.compiler.explain.words import number, seconds
from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from stratc.compiler.explain.expressions import Phrases


def instrument(phrases: Phrases, what: ir.Instrument | None, base: str) -> str:
    """`ETH-PERP`, `ETH (spot)`, `ETH call strike 3,200 expiring 2026-12-25`."""
    if what is None:
        return base
    if isinstance(what, ir.Linear):
        return what.symbol if what.perpetual else f"{base} (spot)"
    return " ".join([f"{base} {what.right}", *_shape(phrases, what)])


def shape(phrases: Phrases, what: ir.OptionShape) -> str:
    """`call at delta 0.25 expiring at the first 08:00 UTC 7 d ahead`."""
    return " ".join([what.right, *_shape(phrases, what)])


def _shape(phrases: Phrases, what: ir.OptionShape) -> list[str]:
    parts = []
    if what.strike is not None:
        parts.append(f"strike {number(what.strike)}")
    if what.at_delta is not None:
        parts.append(f"at delta {phrases.text(what.at_delta)}")
    if what.expiry is not None:
        parts.append(f"expiring {datetime.fromtimestamp(what.expiry, UTC):%Y-%m-%d}")
    if what.expiring_in is not None:
        parts.append(f"expiring at the first 08:00 UTC {seconds(what.expiring_in)} ahead")
    return parts
