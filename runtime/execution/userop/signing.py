"""From an operation to a signed one."""

from __future__ import annotations

from stratc.runtime.addresses import checksummed
from stratc.runtime.execution.userop.accounts.base import Account
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.userop.signer import Signer


def signed(
    operation: UserOperation, account: Account, entry_point: EntryPoint, signer: Signer
) -> UserOperation:
    """The operation with its owner's signature.

    Raises:
        OperationError: the operation is another account's, or the account is not one for this EntryPoint.
    """
    if operation.sender != account.address:
        sender, own = checksummed(operation.sender), checksummed(account.address)
        raise OperationError(f"the operation's sender is {sender}, and the account that signs is {own}")
    if entry_point.version not in account.capabilities.entry_points:
        fit = ", ".join(account.capabilities.entry_points)
        raise OperationError(f"{account.kind} is for EntryPoint {fit}, and this is {entry_point.version}")
    signature = signer.sign(account.digest(operation, entry_point))
    return operation._replace(signature=account.sealed(signature))
