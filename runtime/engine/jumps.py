"""The jumps that a program's `model merton` speaks of."""

from __future__ import annotations

from stratc.runtime.plan import Plan
from stratc.runtime.pricing.jump_delta import jumps_of
from stratc.runtime.pricing.models import Jumps


def planned_jumps(plan: Plan) -> Jumps | None:
    """What `delta[merton]` is worked out from; None where the program declares no jumps."""
    told = plan.jumps
    return None if told is None else jumps_of(told.intensity, told.mean, told.spread)
