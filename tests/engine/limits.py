"""Flow limits as the compiler would write them."""

from __future__ import annotations

from stratc.runtime.plan import LimitPlan


def flow(measure: str, rolling: tuple[float, str] | None = None, calendar: str | None = None) -> LimitPlan:
    return LimitPlan(measure, 1, "flow", measure, "<=", "reject", rolling, calendar)
