"""A policy with what people want to know of it: which calls are whose, and which promises bound them all."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.compiler.backends.userop.emitted import Emitted
from stratc.compiler.backends.userop.guard import guard_plan
from stratc.compiler.backends.userop.session import SessionTerms, permission, policy_of
from stratc.compiler.ir import nodes as ir
from stratc.runtime.bundle import Bundle
from stratc.runtime.policy import Permission
from stratc.runtime.policy_file import Allowed, PolicyFile, arguments, moment


def policy_file(
    program: ir.Program,
    bundle: Bundle,
    calls: Sequence[Emitted],
    terms: SessionTerms,
    *,
    book: bool = False,
) -> PolicyFile:
    """The policy of a plan's calls, as a file; `book` says that the guard can read what is held at venues.

    Raises:
        PolicyError: no session key can be made for the plan.
    """
    policy = policy_of(bundle, calls, terms)
    plan = guard_plan(program, bundle.base.decimals, bundle.quote.decimals, book=book)
    held = sorted({(one.line, one.text) for one in plan.held})
    return PolicyFile(
        version=1,
        program=bundle.program,
        ir_hash=bundle.ir_hash,
        chain_id=bundle.chain_id,
        account=policy.account,
        expires=moment(policy.expiry),
        max_fee=policy.max_fee,
        max_gas=policy.max_gas,
        permissions=tuple(_allowed(one, calls) for one in policy.permissions),
        budgets=tuple(f"line {line}: {text}" for line, text in held),
    )


def _allowed(one: Permission, calls: Sequence[Emitted]) -> Allowed:
    same = [made for made in calls if permission(made).within(one)]
    return Allowed.model_validate(
        {
            "what": same[0].call.what,
            "of": tuple(dict.fromkeys(made.where for made in same)),
            "target": one.target,
            "function": one.function,
            "arguments": arguments(one.function, one),
            "place": one.place.name.lower(),
        }
    )
