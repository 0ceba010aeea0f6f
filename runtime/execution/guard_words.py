"""A guard's refusal in the program's own terms: the limit, its line, the numbers in its unit."""

from __future__ import annotations

from stratc.runtime.execution.reasons import GuardWords, guard_check
from stratc.runtime.guard import PARTS, GuardPlan, Held, Unit


def guard_words(plan: GuardPlan) -> GuardWords:
    """What a refusal of this plan's guard says."""
    held = {one.check: one for one in plan.held}

    def words(check: int, value: int, bound: int) -> str:
        one = held.get(check)
        if one is None:
            return guard_check(check, value, bound)
        return _sentence(plan, one, value, bound)

    return words


def _sentence(plan: GuardPlan, held: Held, value: int, bound: int) -> str:
    shown, limit = (_amount(plan, held.unit, number) for number in (value, bound))
    return f"line {held.line}: `{held.text}` does not hold on chain: {shown} against {limit}"


def _amount(plan: GuardPlan, unit: Unit, number: int) -> str:
    if unit == "base":
        return f"{_scaled(number, plan.base_decimals)} {plan.base}"
    if unit == "quote":
        return f"{_scaled(number, plan.quote_decimals)} {plan.quote}"
    if unit == "parts":
        return f"{_scaled(number * 100, len(str(PARTS)) - 1)} %"
    return f"{number} {unit}".rstrip()


def _scaled(number: int, decimals: int) -> str:
    """Exactly, without an exponent or trailing zeros."""
    whole, rest = divmod(abs(number), 10**decimals)
    tail = f"{rest:0{decimals}d}".rstrip("0") if decimals else ""
    return f"{'-' if number < 0 else ''}{whole:,}{'.' + tail if tail else ''}"
