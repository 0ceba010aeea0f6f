"""A program's guard on the local chain, deployed as `stratc guard` has anybody deploy it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.cli.failures import PROGRAM, WORLD, Failure

if TYPE_CHECKING:
    from stratc.compiler.ir import nodes as ir
    from stratc.runtime.chain.rpc import Rpc
    from stratc.runtime.deployment import Deployment, GuardAt


def deploy(rpc: Rpc, program: ir.Program, at: Deployment) -> GuardAt:
    """Deploy the guard, and its book where it needs one.

    Raises:
        Failure: no guard can be made of the program here.
        DevnetError: the chain does not take it.
    """
    from stratc.compiler.backends.userop.contract import VyperMissing  # noqa: PLC0415  # with the chain's libraries
    from stratc.compiler.backends.userop.creation_words import Terms  # noqa: PLC0415  # likewise
    from stratc.compiler.backends.userop.creations import creations  # noqa: PLC0415  # likewise
    from stratc.compiler.backends.userop.guard_creation import GuardError  # noqa: PLC0415  # likewise
    from stratc.runtime.creation import DETERMINISTIC  # noqa: PLC0415  # likewise
    from stratc.runtime.deployment import GuardAt  # noqa: PLC0415  # likewise
    from stratc.runtime.devnet.deployer import Deployer  # noqa: PLC0415  # likewise

    try:
        _, made = creations(program, at, Terms())
    except GuardError as error:
        raise Failure(PROGRAM, str(error)) from None
    except VyperMissing as error:
        raise Failure(WORLD, str(error)) from None
    deployer = Deployer(rpc)
    for one in made:
        deployer.transact(DETERMINISTIC, one.data, f"the {one.contract}")
    addresses = {one.contract: one.address for one in made}
    return GuardAt(address=addresses["guard"], book=addresses.get("curie_book"))
