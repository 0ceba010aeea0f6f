"""What is proved of a plan's limits and what is only guarded, on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stratc.runtime.plan import Plan


def proof_line(plan: Plan) -> str:
    """`proved: order size, topup; guarded: leverage (line 24)`; empty for a plan without limits."""
    known = set(plan.proof.proved)
    theorems = [limit for limit in plan.limits if limit.policy is None]
    proved = dict.fromkeys(limit.name for limit in theorems if limit.name in known)
    parts = [
        f"{word}: {', '.join(names)}"
        for word, names in (
            ("proved", list(proved)),
            ("not proved", [_place(x.name, x.line) for x in theorems if x.name not in known]),
            ("guarded", [_place(x.name, x.line) for x in plan.limits if x.policy is not None]),
        )
        if names
    ]
    return "; ".join(parts)


def _place(name: str, line: int) -> str:
    return f"{name} (line {line})"
