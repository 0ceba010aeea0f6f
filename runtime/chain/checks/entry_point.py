"""Whether the EntryPoint is of the version that the file says, by the hash that it gives to an operation."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.runtime.addresses import parsed
from stratc.runtime.chain.checks.case import Case
from stratc.runtime.chain.errors import ChainError
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment import Deployment
from stratc.runtime.deployment_errors import Finding
from stratc.runtime.execution.userop.entry_points import VERSIONS, EntryPoint, Version
from stratc.runtime.execution.userop.handle_ops import hash_call
from stratc.runtime.execution.userop.hash import user_op_hash
from stratc.runtime.execution.userop.operation import UserOperation

_PATH = ("entry_point", "version")


def check(case: Case) -> Iterator[Finding]:
    """v0.8 and v0.9 hash such an operation alike, and pass for one another."""
    at = case.deployment.entry_point
    if not _agrees(case, at.version):
        found = next(
            (version for version in VERSIONS if version != at.version and _agrees(case, version)), None
        )
        if found is None:
            cause = (
                f"entry_point.address: the contract at {at.address} hashes operations as no EntryPoint does"
            )
            yield Finding(("entry_point", "address"), cause, "name an EntryPoint of v0.6 to v0.9")
        else:
            cause = (
                f'entry_point.version is "{at.version}", and the one at {at.address} hashes as v{found} does'
            )
            yield Finding(_PATH, cause, f'write version = "{found}"')


def _agrees(case: Case, version: Version) -> bool:
    """Whether the contract hashes an operation with a different number in each field as this version does."""
    at = case.deployment
    sender = parsed(at.account.address)
    operation = UserOperation(sender, 1, b"\x02", 3, 4, 5, 6, 7)
    ours = user_op_hash(operation, EntryPoint(parsed(at.entry_point.address), version, at.chain_id))
    return case.read(at.entry_point.address, hash_call(operation, version)) == (int.from_bytes(ours, "big"),)


def check_bundler(bundler: Rpc, deployment: Deployment) -> Iterator[Finding]:
    """Whether a bundler carries operations for this EntryPoint.

    Raises:
        ChainError: the bundler does not say.
    """
    told = bundler.call("eth_supportedEntryPoints")
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise ChainError(
            f"{bundler.host} answered eth_supportedEntryPoints with something that is not a list of addresses",
            "check that the URL is a bundler's",
        )
    address = deployment.entry_point.address
    if address.lower() not in [one.lower() for one in told]:
        cause = f"entry_point.address: the bundler at {bundler.host} does not serve {address}"
        fix = f"name one that it does: {', '.join(told)}" if told else "use another bundler"
        yield Finding(("entry_point", "address"), cause, fix)
