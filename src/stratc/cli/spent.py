"""What a run that was broken off has used up, so that taking it up again does not repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.cli.engines import Runnable
from stratc.compiler.ir import nodes as ir

if TYPE_CHECKING:
    from stratc.runtime.journal import Journal

ENGINE = "live"
"""What a journal calls runs that send to a chain: only these are taken up again where they were broken off."""
SHADOW = "shadow"
"""What it calls those that send nothing."""


def spent(target: Runnable, book: Journal, before: int | None = None) -> frozenset[int]:
    """The `once` and `on start` rules that have fired since the program last ran to its end.

    With `before`, as it was when that run began.
    """
    if target.loaded is None:
        return frozenset()
    fired = book.fired_once(target.plan.ir_hash, ENGINE, before)
    rules = target.loaded.ir.rules
    return frozenset(rule.index for rule in rules if rule.index in fired and _is_spent(rule))


def _is_spent(rule: ir.Rule) -> bool:
    return rule.once or (isinstance(rule.trigger, ir.On) and rule.trigger.event == "start")
