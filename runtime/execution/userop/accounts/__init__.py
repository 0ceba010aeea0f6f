"""The kinds of smart account that strategies trade from, one file each."""

from __future__ import annotations

from stratc.runtime.execution.userop.accounts.base import Account, Capabilities
from stratc.runtime.execution.userop.accounts.erc7579 import Erc7579
from stratc.runtime.execution.userop.accounts.safe_4337 import Safe4337
from stratc.runtime.execution.userop.accounts.simple_07 import Simple07
from stratc.runtime.execution.userop.accounts.simple_08 import Simple08
from stratc.runtime.execution.userop.accounts.simple_7702 import Simple7702

__all__ = [
    "KINDS",
    "Account",
    "Capabilities",
    "Erc7579",
    "Safe4337",
    "Simple07",
    "Simple08",
    "Simple7702",
    "capabilities",
]

KINDS: dict[str, type[Account]] = {
    one.kind: one for one in (Simple07, Simple08, Simple7702, Safe4337, Erc7579)
}
"""Every kind by the name a deployment file gives it."""


def capabilities(kind: str) -> Capabilities:
    """What accounts of a kind can do."""
    return KINDS[kind].capabilities
