"""Whether a policy lets every call through that a plan can make: shown for all values at once, none is tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stratc.compiler.backends.userop.emitted import Emitted
from stratc.runtime.bundle import Bundle
from stratc.runtime.policy import LARGEST, MOST_CALLS, Permission, Place, Policy
from stratc.runtime.signatures import flat, shown, signature

Box = Sequence[tuple[int, int]]
_FITS = {
    Place.PREPARES: (Place.PREPARES, Place.TIDIES),
    Place.TRADES: (Place.PREPARES, Place.TRADES, Place.TIDIES),
    Place.TIDIES: (Place.TIDIES,),
}
"""As what a call may pass and leave the batch whole: nothing but tidying comes after a trade."""


class Outside(NamedTuple):
    """A call that the policy does not let through whatever its arguments, and why."""

    made: Emitted
    why: str


def outside(policy: Policy, calls: Sequence[Emitted]) -> list[Outside]:
    """The calls of a plan that the policy refuses, for some of the values they can have."""
    found = ((made, _refusal(policy, made, guard=at if at < 3 else None)) for at, made in enumerate(calls))
    return [Outside(made, why) for made, why in found if why is not None]


def too_long(bundle: Bundle) -> Iterator[str]:
    """Rules whose operation can have more calls than the validator reads."""
    for rule in bundle.rules:
        legs = [max(len(calls) for calls in leg.sides.values()) for leg in rule.legs]
        calls = sum(legs) + len(legs) + 1
        if calls > MOST_CALLS:
            yield f"rule {rule.rule} (line {rule.line}) can make {calls} calls at once, and a session key {MOST_CALLS}"


def unneeded(policy: Policy, calls: Sequence[Emitted]) -> list[Permission]:
    """What the policy lists and no call of the plan is."""
    return [
        one for one in policy.permissions if not any(_same(one, made) and _meets(one, made) for made in calls)
    ]


def _refusal(policy: Policy, made: Emitted, guard: int | None) -> str | None:
    """Why a call can be refused; the validator takes the first permission that lists a call.

    The guard's three calls are the first three permissions, and nothing else is.
    """
    near: Permission | None = None
    for at, one in enumerate(policy.permissions):
        if not _same(one, made):
            continue
        if _meets(one, made):
            if guard is not None and at != guard:
                return "the guard's begin, finish and mark must come first, in this order"
            if guard is None and at < 3:
                return "the policy takes it for a call of the guard"
            if one.place not in _FITS[made.place]:
                return f"the policy takes it for one that {one.place.name.lower()}"
        if all(low >= least and high <= most for (low, high), (least, most) in _pairs(one, made)):
            return None
        near = near or one
    return "the policy lists no such call" if near is None else _apart(near, made)


def _same(one: Permission, made: Emitted) -> bool:
    call = made.call
    return (
        one.target.lower() == call.to.lower()
        and _types(one.function) == _types(call.function)
        and one.words == len(made.words)
    )


def _types(function: str) -> str:
    return signature(function).canonical


def _pairs(one: Permission, made: Emitted) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Each word's range in the call, and in the permission."""
    return list(zip(made.words, one.ranges(), strict=True))


def _meets(one: Permission, made: Emitted) -> bool:
    return all(low <= most and least <= high for (low, high), (least, most) in _pairs(one, made))


def _apart(one: Permission, made: Emitted) -> str:
    """The first argument that can be what the permission does not allow."""
    parameters = flat(made.call.function)
    for parameter, ((low, high), (least, most)) in zip(parameters, _pairs(one, made), strict=True):
        if low < least or high > most:
            given, allowed = (_told(parameter.type, *ends) for ends in ((low, high), (least, most)))
            return f"{parameter.name or parameter.type} can be {given}, and the policy allows {allowed}"
    raise AssertionError("a call within a permission is not apart from it")


def _told(kind: str, low: int, high: int) -> str:
    if low == high:
        return str(shown(kind, low))
    return "anything" if (low, high) == (0, LARGEST) else f"{shown(kind, low)} .. {shown(kind, high)}"
