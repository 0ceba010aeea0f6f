"""The account that a deployment file describes."""

from __future__ import annotations

from stratc.runtime.addresses import parsed
from stratc.runtime.deployment import (
    AccountAt,
    Deployment,
    Erc7579At,
    Safe4337At,
    Simple07At,
    Simple08At,
    Simple7702At,
)
from stratc.runtime.execution.userop.accounts.base import MADE, Account, Opening
from stratc.runtime.execution.userop.accounts.erc7579 import Erc7579
from stratc.runtime.execution.userop.accounts.safe_4337 import Safe4337
from stratc.runtime.execution.userop.accounts.simple_07 import Simple07
from stratc.runtime.execution.userop.accounts.simple_08 import Simple08
from stratc.runtime.execution.userop.accounts.simple_7702 import Simple7702
from stratc.runtime.execution.userop.entry_points import EntryPoint


def account_of(at: AccountAt) -> Account:
    """The account, ready to encode batches and to say what its owner signs."""
    address = parsed(at.address)
    match at:
        case Simple07At():
            return Simple07(address, _opening(at.factory, at.factory_data))
        case Simple08At():
            return Simple08(address, _opening(at.factory, at.factory_data))
        case Simple7702At():
            return Simple7702(address, parsed(at.delegate))
        case Safe4337At():
            opening = _opening(at.factory, at.factory_data)
            return Safe4337(address, parsed(at.module), parsed(at.multi_send), opening)
        case Erc7579At():
            opening = _opening(at.factory, at.factory_data)
            return Erc7579(address, parsed(at.validator), at.signing, opening)


def entry_point_of(deployment: Deployment) -> EntryPoint:
    """The EntryPoint, as hashes need it."""
    at = deployment.entry_point
    return EntryPoint(parsed(at.address), at.version, deployment.chain_id)


def _opening(factory: str | None, data: str) -> Opening:
    return MADE if factory is None else Opening(parsed(factory), bytes.fromhex(data[2:]))
