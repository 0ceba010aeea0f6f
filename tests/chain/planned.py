"""From a program's text to a settled operation: compiled, decided, filled, signed, sent, all by our own parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_account import Account as Key

from stratc.compiler.backends.python_plan import compile_plan
from stratc.compiler.backends.userop.contract import compile_contract
from stratc.compiler.backends.userop.creation_words import Terms
from stratc.compiler.backends.userop.guard import guard_plan
from stratc.compiler.backends.userop.guard_creation import guard_creation
from stratc.compiler.backends.userop.lower import lower
from stratc.compiler.driver import understand
from stratc.dsl.source import Source
from stratc.runtime.addresses import parsed
from stratc.runtime.bundle import Bundle, from_text, to_text
from stratc.runtime.chain.contract import Contract, checksummed
from stratc.runtime.chain.receipts import receipt_of
from stratc.runtime.deployment import Deployment, GuardAt
from stratc.runtime.devnet.deployer import GAS, Deployer
from stratc.runtime.devnet.deployment_file import OLD, deployment
from stratc.runtime.devnet.people import BUNDLER, DELEGATING, TRADER
from stratc.runtime.devnet.world import World
from stratc.runtime.engine.messages import Order, Snapshot
from stratc.runtime.execution.fill import Moment, fill
from stratc.runtime.execution.guard_words import guard_words
from stratc.runtime.execution.operations import entry_point_of, unsigned
from stratc.runtime.execution.reasons import explained
from stratc.runtime.execution.userop.accounts.of_deployment import account_of
from stratc.runtime.execution.userop.handle_ops import handle_ops
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.loader import load_plan
from stratc.runtime.venues.onchain.listed import Listed
from stratc.runtime.venues.onchain.lyra_market import markets

KINDS = ("simple_07", "simple_08", "simple_7702", "safe_4337", "erc7579")
PREPAID = 10**19
_GAS = UserOperation(b"", 0, b"", 3_000_000, 2_000_000, 100_000, 10**11, 10**9)


class Planned:
    """A program on the local chain, from one kind of account; with `guarded`, behind a guard of its own.

    With `behind`, behind a guard that is there.
    """

    def __init__(
        self, deployer: Deployer, world: World, text: str, kind: str = "simple_08", *,
        guarded: bool = False, behind: Contract | None = None,
    ) -> None:  # fmt: skip
        self.rpc, self.world, self.kind, self.sent = deployer.rpc, world, kind, 0
        program = understand(Source("strategy.strat", text)).ir
        assert program is not None
        self.plan = guard_plan(program, 18, 6)
        self.at = deployment(world, kind)
        if guarded:
            code = guard_creation(self.plan, program, self.at, Terms()).code
            made = deployer.transact(None, "0x" + code.hex(), "the guard")
            behind = Contract(checksummed(made["contractAddress"]), tuple(compile_contract().abi))
        if behind is not None:
            self.guard = behind
            self.at = _with_guard(self.at, behind.address)
        lowered = lower(program, self.at, "test")
        assert lowered.bundle is not None, lowered.findings
        self.bundle: Bundle = from_text(to_text(lowered.bundle))
        self.source = compile_plan(program, "test")
        self.machine = load_plan(self.source)()
        self.entry_point = world.entry_points.v07 if kind in OLD else world.entry_points.v08
        self.account = self.at.account.address
        self.key = DELEGATING.key if kind == "simple_7702" else TRADER.key
        deployer.send(self.entry_point, "depositTo", self.account, value=PREPAID)

    def decide(self, **signals: float | None) -> list[Order]:
        """What the compiled plan orders at the chain's time."""
        now = self.rpc.call("eth_getBlockByNumber", "latest", False)
        snapshot = Snapshot(float(int(now["timestamp"], 16)), int(now["number"], 16), signals)
        return list(self.machine.step(snapshot).orders)

    def send(self, orders: Sequence[Order], price: float | None = None) -> str | None:
        """Carry the orders out through the EntryPoint; why they were reverted, None where they settled."""
        signed, hashed = self.signed(orders, price)
        version = entry_point_of(self.bundle).version
        sent = {
            "from": BUNDLER.address,
            "to": self.entry_point.address,
            "data": "0x" + handle_ops([signed], parsed(BUNDLER.address), version).hex(),
            "gas": hex(GAS),
        }
        receipt = receipt_of(self.rpc, self.rpc.call("eth_sendTransaction", sent))
        assert receipt["status"] == "0x1", "the operation itself was refused"
        self.sent += 1
        return self._ended(receipt, hashed)

    def signed(self, orders: Sequence[Order], price: float | None = None) -> tuple[UserOperation, bytes]:
        """The operation that carries the orders out, signed, and its hash."""
        hints = self.guard.call(self.rpc, "hints") if self.bundle.guard else 0
        moment = Moment(orders[0].t, price, hints, options=self.listed())
        steps = fill(self.bundle, orders, moment)
        made = unsigned(self.bundle, steps, self.bundle.rule(orders[0].rule).lane, self.sent, _GAS)
        account, point = account_of(self.at.account), entry_point_of(self.bundle)
        digest = account.digest(made.operation, point)
        signature = bytes(Key.unsafe_sign_hash(digest, self.key).signature)
        return made.operation._replace(signature=account.sealed(signature)), made.hash

    def listed(self) -> dict[str, Listed]:
        """What the options markets list, and the account holds there, by the venue's name."""
        now = int(self.rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
        return markets(self.rpc, self.bundle, self.at, now)

    def _ended(self, receipt: dict[str, Any], hashed: bytes) -> str | None:
        (event,) = self.entry_point.events(receipt, "UserOperationEvent")
        assert event["userOpHash"] == hashed, "the hash is what the chain knows the operation by"
        if event["success"]:
            return None
        told = self.entry_point.events(receipt, "UserOperationRevertReason")
        return explained(told[0]["revertReason"] if told else b"", guard_words(self.plan))

    def holds(self) -> tuple[int, int]:
        """Wrapped ether and dollars in the account."""
        weth, usdc = self.world.tokens
        return weth.call(self.rpc, "balanceOf", self.account), usdc.call(self.rpc, "balanceOf", self.account)

    def allowances(self, spender: str) -> tuple[int, int]:
        """What a contract may still take of either."""
        weth, usdc = self.world.tokens
        return (
            weth.call(self.rpc, "allowance", self.account, spender),
            usdc.call(self.rpc, "allowance", self.account, spender),
        )


def _with_guard(at: Deployment, address: str) -> Deployment:
    return at.model_copy(update={"guard": GuardAt(address=address)})
