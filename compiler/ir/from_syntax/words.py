"""The words that name kinds of things, and what is said about one that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.compiler.suggest import did_you_mean, words
from stratc.dsl.diagnostics import Note, declare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratc.compiler.context import Context
    from stratc.dsl import syntax

UNKNOWN_WORD = declare(
    "E043",
    "word that is not known here",
    explanation="""
Kinds of venue and their properties, kinds of oracle and pricing models are words of the language; this
one is not among those that can stand here. The message lists them.
""",
    bad='venue perp: perpetal "ETH-PERP"\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n',
    good='venue perp: perpetual "ETH-PERP"\nwhen abs(delta) > 0.1 ETH:\n    hedge to 0 ETH\n',
)

PERPETUAL, SPOT, OPTIONS, UNISWAP_V3 = "perpetual", "spot", "options", "uniswap_v3"
VENUE_KINDS = (PERPETUAL, SPOT, OPTIONS, UNISWAP_V3)
PROVIDERS = ("chainlink", "pyth", "redstone", "uniswap_v3", "simulated", "replay")
MODELS = ("black_scholes", "merton")
"""What the runtime computes Greeks with; a model is added here when it is there."""
VENUE_OPTIONS = (
    "fee", "spread", "depth", "latency", "gas", "lot", "tick", "impact", "sandwich", "noise", "floor"
)  # fmt: skip


def known(cx: Context, word: syntax.Ident, among: Iterable[str], what: str) -> bool:
    """Whether a word is among those that can stand there; reports it if not (`what`: "kind of venue")."""
    among = tuple(among)
    if word.name in among:
        return True
    notes, fix = did_you_mean(word.name, word.span, among)
    listed = words(among, "and")
    notes += (Note(f"known here: {listed}"),)
    cx.report(UNKNOWN_WORD, f"`{word.name}` is not a {what}", word.span, notes, fix)
    return False
