"""A deployment file held against its chain, before anything is signed by it."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.runtime.bundle import Bundle
from stratc.runtime.chain.checks import account, code, entry_point, guard, oracles, tokens, venues
from stratc.runtime.chain.checks.case import Case, differs
from stratc.runtime.chain.reads import number, quantity, record
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment import Deployment
from stratc.runtime.deployment_errors import Finding

CHECKS = (entry_point.check, account.check, tokens.check, oracles.check, venues.check, guard.check)
"""In the order of the file; each asks contracts that are there."""


def check_deployment(
    rpc: Rpc, deployment: Deployment, *, bundle: Bundle | None = None, bundler: Rpc | None = None
) -> list[Finding]:
    """What the chain says otherwise, each with the file's key, the numbers and the fix; nothing where all is well.

    With a `bundle` also what its program needs: its tokens at the venues, itself at the guard. Of another chain, and of
    contracts that are not there, nothing more is asked.

    Raises:
        ChainError: the node, or the bundler, does not say.
    """
    found = number(rpc, "eth_chainId")
    if found != deployment.chain_id:
        fix = "give a node of the deployment's chain, or correct the file"
        return [differs(("chain_id",), str(deployment.chain_id), f"{found} at {rpc.host}", fix)]
    head = record(rpc, "eth_getBlockByNumber", "latest", False)
    case = Case(rpc, deployment, bundle, quantity(rpc, "eth_getBlockByNumber", head.get("timestamp")))
    absent = list(code.check(case))
    if bundler is not None:
        absent += entry_point.check_bundler(bundler, deployment)
    return absent + list(_of_those_there(case, absent))


def _of_those_there(case: Case, absent: list[Finding]) -> Iterator[Finding]:
    """Findings about tables in which no contract is missing."""
    missing = {finding.path[:-1] for finding in absent}
    for check in CHECKS:
        yield from (finding for finding in check(case) if finding.path[:-1] not in missing)
