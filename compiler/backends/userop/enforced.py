"""Which promises of a program its operations keep on the chain, and which only the engine does."""

from __future__ import annotations

import json
from typing import Any

from stratc.compiler.backends.userop.guard import guard_plan
from stratc.compiler.ir import nodes as ir
from stratc.runtime.bundle import Bundle, Leg
from stratc.runtime.guard import Check, Held

_NO_GUARD = "the deployment has no guard"
_BOUNDS = {"minimum_out": "the least that must come in", "maximum_in": "the most that may go out"}


def enforced(program: ir.Program, bundle: Bundle, *, book: bool = False) -> str:
    """The promises as JSON: `guard` holds those, `venues` bound these orders' prices, `engine` alone the rest.

    `book` says that the guard can read what the account holds at venues.
    """
    plan = guard_plan(program, bundle.base.decimals, bundle.quote.decimals, book=book)
    left: list[dict[str, Any]] = [
        {"line": one.line, "promise": one.text, "why": one.why} for one in plan.left
    ]
    held = [_held(one) for one in plan.held]
    if bundle.guard is None:
        unheld = dict.fromkeys((one.line, one.text) for one in plan.held)
        left += [{"line": line, "promise": text, "why": _NO_GUARD} for line, text in unheld]
        held = []
    told = {
        "program": program.name,
        "ir_hash": bundle.ir_hash,
        "guard": None if bundle.guard is None else bundle.guard.address,
        "held_by_guard": sorted(held, key=_place),
        "held_by_venues": [
            {"line": leg.line, "rule": rule.rule, "venue": leg.venue, "side": side, "how": how}
            for rule in bundle.rules
            for leg in rule.legs
            for side, how in _bounded(leg)
        ],
        "held_by_engine_only": sorted(left, key=_place),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _held(one: Held) -> dict[str, Any]:
    flow = one.check >= Check.FLOW
    check = f"flow {one.check - Check.FLOW + 1}" if flow else Check(one.check).name.lower().replace("_", " ")
    told: dict[str, Any] = {"line": one.line, "promise": one.text, "check": check}
    return told | ({"note": one.note} if one.note else {})


def _bounded(leg: Leg) -> list[tuple[str, str]]:
    price = "the model's price of the option" if leg.instrument in ("call", "put") else "the oracle's price"
    return [
        (side, f"{_BOUNDS[hole.hole]}, in {hole.unit}, from {price} and the order's clauses")
        for side, calls in sorted(leg.sides.items())
        for call in calls
        for hole in call.holes()
        if hole.hole in _BOUNDS and not call.function.startswith("approve")
    ]


def _place(told: dict[str, Any]) -> tuple[int, str, str]:
    return told["line"], told["promise"], told.get("check", "")
