"""One local node for the session, everything deployed on it once; each test leaves it as it found it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.anvil import Anvil, anvil_binary
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.fetch import fetched
from stratc.runtime.devnet.packages import CONTRACTS
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.devnet.world import World, build

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.chain)


@pytest.fixture(scope="session")
def anvil() -> Iterator[Anvil]:
    """The node, empty; tests are skipped where it or the contracts have not been fetched."""
    try:
        anvil_binary()
        for package in CONTRACTS:
            fetched(package)
    except DevnetError as error:
        pytest.skip(f"{error.message}: {error.fix}")
    with Anvil() as node:
        yield node


@pytest.fixture(scope="session")
def deployed(anvil: Anvil) -> World:
    """Everything on the node; ask for `world` instead, which undoes what the test does."""
    return build(anvil.rpc)


@pytest.fixture
def world(anvil: Anvil, deployed: World) -> Iterator[World]:
    """Everything on the node, as it was after it was deployed."""
    mark = anvil.rpc.call("evm_snapshot")
    yield deployed
    assert anvil.rpc.call("evm_revert", mark)


@pytest.fixture
def rpc(anvil: Anvil, world: World) -> Rpc:
    """A connection to the node; what is done through it is undone after the test."""
    return anvil.rpc


@pytest.fixture
def deployer(rpc: Rpc) -> Deployer:
    """Sends as the owner of the venues and oracles."""
    return Deployer(rpc)
