"""An agent on the local chain, with everything it needs; its firings pay so much each that sums tell which landed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stratc.runtime.addresses import parsed
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.devnet.anvil import CHAIN_ID
from stratc.runtime.devnet.deployer import Deployer
from stratc.runtime.devnet.parts import tokens
from stratc.runtime.devnet.people import BUNDLER, DELEGATING, TRADER
from stratc.runtime.devnet.world import World
from stratc.runtime.execution.agent import Agent, Batch, Firing
from stratc.runtime.execution.making import Maker
from stratc.runtime.execution.outbox import Activation, Outbox
from stratc.runtime.execution.routes.base import Route
from stratc.runtime.execution.routes.executor import Executor
from stratc.runtime.execution.routes.public import Public
from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.accounts import (
    Account,
    Erc7579,
    Safe4337,
    Simple07,
    Simple08,
    Simple7702,
)
from stratc.runtime.execution.userop.entry_points import EntryPoint
from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.execution.userop.signer import LocalSigner
from stratc.runtime.execution.watch import Watch

PAYEE = "0x00000000000000000000000000000000000B0b01"
DEPOSIT = 10**19


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Desk:
    """Where an agent works: the chain as it is (`rpc`), the chain as the agent sees it (`seen`), the account."""

    rpc: Rpc
    seen: Rpc
    world: World
    account: Account
    entry_point: EntryPoint
    signer: LocalSigner
    path: Path
    confirmations: int = 1
    clock: Clock = field(default_factory=Clock)
    wanted: dict[str, Batch | None] = field(default_factory=dict)
    outbox: Outbox = field(init=False)
    """Of the agent that works here now."""

    @property
    def executor(self) -> Executor:
        """The funded key that carries operations."""
        return Executor(self.seen, self.entry_point, signer_of(BUNDLER.key))

    def pay(self, amount: int, deadline: int | None = None) -> Batch:
        """A batch of two calls that pays the payee in two halves."""
        usdc = self.world.tokens.usdc
        parts = (amount // 2, amount - amount // 2)
        data = [bytes.fromhex(usdc.data("transfer", PAYEE, part)[2:]) for part in parts]
        return Batch([Call(parsed(usdc.address), 0, one) for one in data], deadline)

    def firing(self, name: str, amount: int, lane: int = 0, **more: object) -> Firing:
        """A firing that pays; it stays wanted as it is until a test says otherwise."""
        batch = self.pay(amount)
        self.wanted[name] = batch
        return Firing(name, lane, batch, **more)  # type: ignore[arg-type]  # fields of Firing

    def paid(self) -> int:
        """What has arrived."""
        told: int = self.world.tokens.usdc.call(self.rpc, "balanceOf", PAYEE)
        return told

    def mine(self, blocks: int = 1) -> None:
        """Blocks with what waits in the pool."""
        for _ in range(blocks):
            self.rpc.call("evm_mine")

    @contextmanager
    def agent(self, routes: dict[str, Route] | None = None, pause: float = 0.0) -> Iterator[Agent]:
        """A process' agent: leaving it is the end of that process."""
        maker = Maker(self.seen, self.entry_point, self.account, self.signer)
        watch = Watch(self.seen, self.entry_point, self.account.address, self.confirmations)
        owner = f"chain {CHAIN_ID}, account 0x{self.account.address.hex()}"
        with Outbox.open(self.path, owner) as self.outbox:
            known = routes or {"public": Public(self.executor)}
            yield Agent(maker, self.outbox, watch, known, self._recheck, pause=pause, clock=self.clock)

    def _recheck(self, activation: Activation) -> Batch | None:
        return self.wanted[activation.id]


def signer_of(key: str) -> LocalSigner:
    """A signer by a key of the local chain's, which all the world knows."""
    return LocalSigner(Secret(bytes.fromhex(key[2:])))


def account_of(world: World, kind: str) -> Account:
    """One of the accounts on the local chain."""
    at = world.accounts
    validator = parsed(at.owner_validator.address)
    made: dict[str, Account] = {
        "simple-0.7": Simple07(parsed(at.simple_07.address)),
        "simple-0.8": Simple08(parsed(at.simple_08.address)),
        "simple-7702": Simple7702(parsed(at.simple_7702.address), parsed(at.simple_7702_code.address)),
        "safe": Safe4337(
            parsed(at.safe.address), parsed(at.safe_module.address), parsed(at.safe_multi_send.address)
        ),
        "erc7579": Erc7579(parsed(at.modular_08.address), validator, "personal"),
    }
    return made[kind]


KINDS = ("simple-0.7", "simple-0.8", "simple-7702", "safe", "erc7579")


def desk(rpc: Rpc, world: World, path: Path, kind: str = "simple-0.8", seen: Rpc | None = None) -> Desk:
    """A desk with gas paid in advance and a million dollars."""
    account = account_of(world, kind)
    old = kind in ("simple-0.7", "safe")
    contract = world.entry_points.v07 if old else world.entry_points.v08
    at = EntryPoint(parsed(contract.address), "0.7" if old else "0.8", CHAIN_ID)
    address = "0x" + account.address.hex()
    deployer = Deployer(rpc)
    deployer.send(contract, "depositTo", address, value=DEPOSIT)
    tokens.give(deployer, world.tokens, address, usdc=1_000_000 * tokens.DOLLAR)
    signer = signer_of(DELEGATING.key if kind == "simple-7702" else TRADER.key)
    return Desk(rpc, seen or rpc, world, account, at, signer, path)
