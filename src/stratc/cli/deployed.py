"""A deployment file held against its chain: what is wrong told with the file's lines."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.runtime.chain.deployment_checks import check_deployment
from stratc.runtime.chain.errors import ChainError
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.deployment_file import problems_in

if TYPE_CHECKING:
    from stratc.runtime.bundle import Bundle
    from stratc.runtime.deployment import Deployment


def held_to_chain(
    rpc: Rpc, path: str, deployment: Deployment, bundle: Bundle | None = None, bundler: str | None = None
) -> None:
    """Whether the chain is as the deployment file at `path` says, and as the program needs it.

    Raises:
        Failure: it is not, or the node does not say.
    """
    try:
        with nullcontext() if bundler is None else Rpc(bundler) as other:
            findings = check_deployment(rpc, deployment, bundle=bundle, bundler=other)
    except ChainError as error:
        raise Failure(WORLD, error.message, error.fix) from None
    if findings:
        problems = problems_in(Path(path).read_text(encoding="utf-8"), path, findings)
        raise Failure(USAGE, "\n".join(["the chain is not as the deployment says:", *map(str, problems)]))
