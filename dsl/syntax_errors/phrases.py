"""How the parts of the language are called in messages."""

from __future__ import annotations

from stratc.dsl.parser import follow
from stratc.dsl.tables import STATES

STATEMENTS = (
    *("strategy", "market", "oracle", "venue", "book", "param", "signal", "let", "assume", "limit", "mode"),
    *("model", "in", "when", "every", "on", "once"),
)
RULES = ("when", "every", "on", "once")
ACTIONS = (
    *("hedge", "buy", "sell", "close", "roll", "top", "withdraw", "provide", "remove", "alert", "halt"),
    *("reduce", "enter"),
)
CLAUSES = ("on", "via", "with", "at most", "limit", "deadline", "slippage", "gas", "retry", "split")
ENTRIES = ("long", "short", "cash", "margin")
COMPARE = ("<", "<=", ">", ">=", "==", "!=")
OPERATORS = (*COMPARE, "+", "-", "*", "/", "and", "or", "not", "..")

FORMS = {
    "strategy": "strategy short_straddle",
    "market": "market ETH in USDC",
    "oracle": 'oracle spot from chainlink "ETH/USD", pyth "ETH/USD", max age 30 s, agree within 50 bps',
    "venue": 'venue perp: perpetual "ETH-PERP", fee 5 bps',
    "book": "book:",
    "long": "long 10 ETH",
    "short": "short 10 ETH call strike 3200 expiring 2026-12-25",
    "cash": "cash 50_000 USDC",
    "margin": "margin 10_000 USDC",
    "param": "param band = 0.1 ETH in 0.02 ETH .. 1 ETH",
    "signal": "signal alpha: number",
    "let": "let edge = alpha * 2 ETH",
    "assume": "assume spot in 100 .. 50_000 USDC/ETH",
    "limit": "limit orders <= 60 per rolling 1 h else defer",
    "mode": "mode normal, defensive",
    "model": "model merton: jumps 0.8 per year, mean -12%, spread 18%",
    "in": "in defensive:",
    "when": "when abs(delta) > 0.1 ETH, cooldown 10 min:",
    "every": "every 7 d at 08:00 UTC:",
    "on": "on stale spot:",
    "once": "once when delta > 1 ETH:",
    "hedge": "hedge delta to 0 ETH, at most 5 ETH",
    "buy": "buy 1 ETH on perp, slippage <= 20 bps",
    "sell": "sell 10 ETH call at delta 0.25 expiring in 7 d",
    "close": "close all",
    "roll": "roll calls to call at delta 0.25 expiring in 14 d",
    "top": "top up margin to 1.8, at most 20_000 USDC",
    "withdraw": "withdraw margin to 2.5",
    "provide": "provide liquidity between 1800 and 2200, at most 5 ETH",
    "remove": "remove liquidity between 1800 and 2200",
    "alert": 'alert "delta is {delta}"',
    "halt": 'halt "flash crash" for 30 min',
    "reduce": 'reduce only "no trusted price" until manual',
    "enter": "enter defensive",
}
"""An example of every kind of line, by its first word."""

KEYWORDS = tuple(sorted({kind for shifts, _, _ in STATES for kind, _ in shifts if kind[0].isalpha()}))
_SIGNS = (",", ":", "=", "..", "(", ")", "[", "]")
_CLASS_NAMES = {
    "<string>": 'a text in "double quotes"',
    "<date>": "a date such as 2026-12-25",
    "<time>": "a time such as 08:00",
}


def accepted(states: list[int]) -> list[str]:
    """List what could come next: keywords, signs and classes of token."""
    kinds = (*KEYWORDS, *OPERATORS, *_SIGNS, "<name>", "<number>", "<newline>", *_CLASS_NAMES)
    return [kind for kind in dict.fromkeys(kinds) if follow(states, [kind], names=False) == 1]


def describe(kinds: list[str]) -> str:
    """Say in words what could come next: "a quantity", "`to` or `on`"."""
    parts: list[str] = []
    if "<number>" in kinds:
        parts.append("a condition" if "not" in kinds else "a quantity")
    elif "<name>" in kinds:
        parts.append("a name")
    parts += [name for kind, name in _CLASS_NAMES.items() if kind in kinds]
    if "+" in kinds:
        parts.append("an operator")
    hidden = {*OPERATORS, *_SIGNS} - {"..", "=", ":"} if "+" in kinds or "<number>" in kinds else {"(", "["}
    parts += [f"`{kind}`" for kind in kinds if kind[0] != "<" and kind not in hidden]
    if "<newline>" in kinds:
        parts.append("the end of the line")
    if len(parts) > 9:
        parts = [*parts[:8], "…"]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}" if parts else "nothing"


def form(first: str) -> tuple[str, ...]:
    """Return a note that shows how such a line is written, if its first word is known."""
    return (f"such a line reads `{FORMS[first]}`",) if first in FORMS else ()
