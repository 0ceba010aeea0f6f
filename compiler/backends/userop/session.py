"""A bundle plan to the least that a session key needs to carry it out, and the check that it is enough."""

from __future__ import annotations

from typing import NamedTuple

from stratc.runtime.bundle import Bundle, Call, Hole
from stratc.runtime.policy import MOST_BOUNDS, MOST_RULES, MOST_WORDS, Bound, Permission, Policy
from stratc.runtime.signatures import leaves, word


class PolicyError(Exception):
    """Why no session key can be made for a plan, and what to do."""


class SessionTerms(NamedTuple):
    """What a plan does not say of a session key: its last second, wei a unit of gas, gas of an operation."""

    expiry: int
    max_fee: int
    max_gas: int


def policy_of(bundle: Bundle, terms: SessionTerms) -> Policy:
    """The calls of the plan, each argument that the plan fixes held to its value.

    Raises:
        PolicyError: the plan has no guard, or more calls than a validator has room for.
    """
    if bundle.guard is None:
        raise PolicyError(
            "a session key keeps to its budgets by the guard, and the plan has none; deploy one"
        )
    guard = bundle.guard
    found = [_permission(call, ends_leg=False) for call in (guard.begin, guard.finish, guard.mark)]
    for rule in bundle.rules:
        for leg in rule.legs:
            for calls in leg.sides.values():
                found += [_permission(call, ends_leg=call is calls[-1]) for call in calls]
    permissions = tuple(dict.fromkeys(found))
    if len(permissions) > MOST_RULES:
        raise PolicyError(
            f"the plan makes {len(permissions)} different calls, and a validator has room for {MOST_RULES}; "
            "split the program"
        )
    return Policy(bundle.account.address, terms.expiry, terms.max_fee, terms.max_gas, permissions)


def _permission(call: Call, *, ends_leg: bool) -> Permission:
    arguments = leaves(call.function, call.args)
    bounds = tuple(
        Bound(place, number, number)
        for place, (parameter, value) in enumerate(arguments)
        if not isinstance(value, Hole)
        for number in (int.from_bytes(word(parameter.type, value), "big"),)
    )
    if call.value or len(arguments) > MOST_WORDS or len(bounds) > MOST_BOUNDS:
        raise PolicyError(
            f"`{call.function}` is more than a session key may call: ether or too many arguments"
        )
    return Permission(call.to, call.function, len(arguments), bounds, ends_leg)


def outside(policy: Policy, bundle: Bundle) -> list[Call]:
    """The calls of a plan that a policy does not allow whatever fills their holes."""
    return [call for call in bundle.calls() if not any(_covers(one, call) for one in policy.permissions)]


def _covers(permission: Permission, call: Call) -> bool:
    needed = _permission(call, ends_leg=False)
    if (permission.target, permission.function) != (needed.target, needed.function):
        return False
    fixed = {bound.word: bound.low for bound in needed.bounds}
    return all(
        bound.word in fixed and bound.low <= fixed[bound.word] <= bound.high for bound in permission.bounds
    )
