"""`--param band=0.05:0.5:10` as the values of a sweep."""

from __future__ import annotations

from stratc.cli.failures import USAGE, Failure
from stratc.runtime.backtest.sweep import Range
from stratc.runtime.plan import Plan

MOST = 100_000
"""Combinations of one sweep."""


def ranges(given: tuple[str, ...], plan: Plan) -> list[Range]:
    """The ranges that `--param` asks for, inside those the program declares.

    Raises:
        Failure: a form, a name or a value that cannot be, or more than MOST combinations.
    """
    found = [_range(text) for text in given]
    names = [each.name for each in found]
    for name in names:
        if names.count(name) > 1:
            raise Failure(USAGE, f"--param {name} is given twice")
    for each in found:
        _inside(each, plan)
    count = 1
    for each in found:
        count *= len(each.values)
    if count > MOST:
        raise Failure(USAGE, f"{count:,} combinations are more than {MOST:,}", "take fewer values of each")
    return found


def _range(text: str) -> Range:
    name, _, told = text.partition("=")
    parts = told.replace("_", "").split(":")
    try:
        if len(parts) == 3 and 1 <= int(parts[2]) <= MOST:
            return Range.spread(name.strip(), float(parts[0]), float(parts[1]), int(parts[2]))
        if len(parts) == 1 and told:
            return Range(name.strip(), tuple(float(value) for value in told.replace("_", "").split(",")))
    except ValueError:
        pass
    raise Failure(
        USAGE,
        f"--param {text} is not NAME=LOW:HIGH:COUNT",
        "for example --param band=0.05:0.5:10, or the values: --param band=0.1,0.2",
    )


def _inside(each: Range, plan: Plan) -> None:
    known = {param.name: param for param in plan.params}
    param = known.get(each.name)
    if param is None:
        told = ", ".join(known) or "none"
        raise Failure(USAGE, f"the program has no parameter {each.name}", f"its parameters: {told}")
    if param.low is None or param.high is None:
        raise Failure(
            USAGE,
            f"{each.name} has no range, and proofs take it for {param.value:g} {param.unit}",
            f"give it one: param {each.name} = … in LOW .. HIGH",
        )
    for value in each.values:
        if not param.low <= value <= param.high:
            raise Failure(
                USAGE,
                f"{each.name} = {value:g} is outside its range {param.low:g} .. {param.high:g} {param.unit}",
                "the program's limits are proved for that range only",
            )
