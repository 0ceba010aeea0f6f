"""What the guard adds to a batch in gas, on a local node: begin and finish round a swap of two cold tokens."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from stratc.runtime.devnet.anvil import Anvil
from stratc.runtime.devnet.problems import DevnetError
from stratc.runtime.execution import guard_calls
from stratc.runtime.guard import Flow, GuardLimits, Measure, Window
from tests.chain.evm import ANYBODY, Chain
from tests.chain.guarded import ETH, START, STRATEGY, USDC, Call, World

TARGET = 60_000
CAPACITY = 8
FLOWS = (
    Flow(Measure.ORDERS, Window.ROLLING, 3600, 60),
    Flow(Measure.TURNOVER, Window.DAY, 0, 10**12),
    Flow(Measure.GAS, Window.DAY, 0, 10**12),
)


class Node(Chain):
    """anvil, on which the first touch of a slot costs what it costs."""

    gas_price = 10**9

    def __init__(self, anvil: Anvil) -> None:
        self.rpc = anvil.rpc
        self.rpc.call("anvil_autoImpersonateAccount", True)
        self.rpc.call("anvil_setBalance", ANYBODY, hex(10**24))
        self.block, self.time = 1, START

    def at(self, block: int, time: int) -> None:
        self.block, self.time = block, time

    def create(self, code: bytes) -> str:
        return str(self._sent({"from": ANYBODY, "data": "0x" + code.hex()})["contractAddress"])

    def send(self, by: str, to: str, data: bytes) -> bytes:
        order = {"from": by, "to": to, "data": "0x" + data.hex()}
        answer = self.rpc.call("eth_call", order, "latest")
        self._used = int(self._sent(order)["gasUsed"], 16)
        return bytes.fromhex(answer[2:])

    @property
    def gas_used(self) -> int:
        return self._used

    def _sent(self, order: dict[str, str]) -> dict[str, str]:
        self.time += 1
        self.rpc.call("evm_setNextBlockTimestamp", self.time)
        sent = self.rpc.call("eth_sendTransaction", order | {"gas": hex(10**7), "gasPrice": hex(10**10)})
        receipt = None
        while receipt is None:
            receipt = self.rpc.call("eth_getTransactionReceipt", sent)
        assert receipt["status"] == "0x1", receipt
        return dict(receipt)


def world(node: Chain, flows: tuple[Flow, ...]) -> World:
    """A guard with every common limit."""
    limits = GuardLimits(
        max_age=3600, agreement=5_000_000, order_size=5 * ETH, slippage=3_000_000, top_up=20_000 * USDC,
        exposure_high=25 * ETH, gas_price=10**12, gas_cost=10**9, flows=flows,
    )  # fmt: skip
    return World(limits, capacity=CAPACITY, evm=node)


def added(made: World, legs: int) -> int:
    """Gas of a batch with the guard, less that of the same legs without."""
    leg: Call = made.trade(ETH // 1000, -2 * USDC)
    made.wait(14_400)
    made.execute(*([leg] * legs))
    bare = made.evm.gas_used
    hints = made.guard("hints")
    parts = [((leg,), 2_000_000)] * legs
    late = made.evm.time + 600
    made.execute(*guard_calls.around(parts, made.guard.at, STRATEGY, legs, hints, 10**6, late))
    return made.evm.gas_used - bare


def most(node: Node, flows: tuple[Flow, ...], legs: int, *, prepared: bool) -> int:
    """The dearest of the first batches."""
    made = world(node, flows)
    if prepared:
        made.guard("prepare", 0, CAPACITY)
    return max(added(made, legs) for _ in range(CAPACITY + 2))


def main() -> int:
    """Print a table; fails above the target."""
    try:
        anvil = Anvil(timestamp=START)
    except DevnetError as missing:
        print(f"bench/guard.py: {missing}", file=sys.stderr)
        return 1
    print(
        f"gas the guard adds to a batch of one leg (target: {TARGET:,} with its history prepared) and of two"
    )
    print(f"{'limits over a window':22}{'history':>14}{'one leg':>10}{'two legs':>10}")
    worst = 0
    with anvil:
        node = Node(anvil)
        for count in range(len(FLOWS) + 1):
            for prepared in (True, False):
                one, two = (most(node, FLOWS[:count], legs, prepared=prepared) for legs in (1, 2))
                worst = max(worst, one if prepared else 0)
                print(f"{count:<22}{'prepared' if prepared else 'new slots':>14}{one:>10,}{two:>10,}")
    return int(worst > TARGET)


if __name__ == "__main__":
    sys.exit(main())
