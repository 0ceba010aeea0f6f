"""A bundle plan to the least that a session key needs to carry it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from stratc.compiler.backends.userop.emitted import Emitted
from stratc.runtime.bundle import Bundle, Call
from stratc.runtime.policy import (
    LARGEST,
    MOST_BOUNDS,
    MOST_BYTES,
    MOST_RULES,
    MOST_WORDS,
    Bound,
    Permission,
    Policy,
)
from stratc.runtime.signatures import flat


class PolicyError(Exception):
    """Why no session key can be made for a plan, and what to do."""


class SessionTerms(NamedTuple):
    """What a plan does not say of a session key: its last second, wei a unit of gas, gas of an operation."""

    expiry: int | None = None
    """None: not said yet; no key is made without."""
    max_fee: int = 200 * 10**9
    max_gas: int = 5_000_000


def policy_of(bundle: Bundle, calls: Sequence[Emitted], terms: SessionTerms) -> Policy:
    """The calls that the plan makes, each argument held to the range that it can take.

    Raises:
        PolicyError: the plan has no guard, or more calls than a validator has room for.
    """
    if bundle.guard is None:
        raise PolicyError(
            "a session key keeps to its budgets by the guard, and the plan has none; deploy one, and name it in "
            "the deployment file"
        )
    found = list(dict.fromkeys(permission(call) for call in calls))
    permissions = tuple(
        one for one in found if not any(one is not other and one.within(other) for other in found)
    )
    policy = Policy(bundle.account.address, terms.expiry, terms.max_fee, terms.max_gas, permissions)
    if len(permissions) > MOST_RULES or len(policy.packed()) > MOST_BYTES:
        raise PolicyError(
            f"the plan makes {len(permissions)} different calls, {len(policy.packed()):,} bytes of policy, and a "
            f"validator has room for {MOST_RULES} of together {MOST_BYTES:,} bytes; split the program"
        )
    return policy


def permission(made: Emitted) -> Permission:
    """What lets through one call of a plan, for every value that it can have.

    Raises:
        PolicyError: ether, or more arguments than a validator reads.
    """
    call, words = made.call, made.words
    bounds = tuple(
        Bound(at, low, high)
        for at, (parameter, (low, high)) in enumerate(zip(flat(call.function), words, strict=True))
        if (low, high) not in _free(parameter.type, call)
    )
    if call.value or len(words) > MOST_WORDS or len(bounds) > MOST_BOUNDS:
        raise PolicyError(
            f"`{call.function}` is more than a session key may call: ether, or more than {MOST_WORDS} arguments"
        )
    return Permission(call.to, call.function, len(words), bounds, made.place)


def _free(kind: str, call: Call) -> tuple[tuple[int, int], ...]:
    """What needs no bound: a contract refuses what its type does not hold, and nothing is gained by one for nothing.

    But an approval of nothing is the end of one.
    """
    most = 2 ** int(kind.removeprefix("uint")) - 1 if kind.startswith("uint") else LARGEST
    return ((0, most),) if call.function.startswith("approve(") else ((0, most), (1, most))
