"""From the calls of one firing to the account's operation: unsigned, with the hash that names it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from stratc.runtime.addresses import parsed
from stratc.runtime.bundle import Bundle
from stratc.runtime.execution.fill import Step
from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.accounts.base import Opening
from stratc.runtime.execution.userop.accounts.of_deployment import account_of
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.execution.userop.operation import UserOperation, nonce_of


class Unsigned(NamedTuple):
    """An operation that nobody has signed, and its `userOpHash` with the gas it states."""

    operation: UserOperation
    hash: bytes


def entry_point_of(bundle: Bundle) -> EntryPoint:
    """The EntryPoint that the plan's operations go through."""
    at = bundle.entry_point
    return EntryPoint(parsed(at.address), at.version, bundle.chain_id)


def unsigned(
    bundle: Bundle,
    steps: Sequence[Step],
    lane: int,
    sequence: int = 0,
    gas: UserOperation | None = None,
    *,
    opens: bool = False,
) -> Unsigned:
    """The operation that makes the calls in order, all or none, in a nonce lane at a sequence number.

    `gas` lends its limits and fees; without it they are zero, to be estimated, and the hash changes with them.
    With `opens` it makes the account too, as the first operation of one that is not there.

    Raises:
        OperationError: no calls, or a number that does not fit its field.
    """
    account = account_of(bundle.account)
    opening = account.opening() if opens else Opening()
    operation = (gas or UserOperation(account.address, 0, b""))._replace(
        sender=account.address,
        nonce=nonce_of(account.nonce_key(lane), sequence),
        call_data=account.batch([Call(parsed(step.to), step.value, step.data) for step in steps]),
        factory=opening.factory,
        factory_data=opening.factory_data,
        delegate=opening.delegate,
        signature=b"",
    )
    return Unsigned(operation, user_op_hash(operation, entry_point_of(bundle)))
