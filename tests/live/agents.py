"""An agent that a test moves, and a run that trades through it; the chain behind it is at the edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import CENT, CashFlow, Event, Fill, Order, Snapshot, Transfer
from stratc.runtime.execution.agent import Agent, Batch, Firing, Status
from stratc.runtime.execution.entry_point import Landing
from stratc.runtime.execution.outbox import Activation
from stratc.runtime.execution.states import State
from stratc.runtime.live.chain import Chain as Trading
from stratc.runtime.live.holdings import account_in
from stratc.runtime.live.venue import ChainVenue
from tests.execution.bundles import BALANCE, CLEARING, ETH, KEEPER, USDC, VAULT, bundle
from tests.live.contracts import Chain
from tests.live.receipts import AT, WAD

T = 1_800_000_000.0
EXCHANGE = "0x" + "99" * 20
PLAN = bundle(KEEPER, AT)


class FakeAgent:
    """Takes firings as `refuse` has it; each is in the state that the test gives it."""

    def __init__(self) -> None:
        self.firings: list[Firing] = []
        self.refuse: Exception | None = None
        self.silent: Exception | None = None
        self.states: dict[str, tuple[State, str, Landing | None]] = {}
        self.recheck: Callable[[Activation], Batch | None] = lambda _: None

    def submit(self, firing: Firing) -> Status:
        if self.refuse is not None:
            raise self.refuse
        self.firings.append(firing)
        self.states.setdefault(firing.activation, ("sent", "", None))
        return self.status(firing.activation)

    def step(self) -> list[Status]:
        if self.silent is not None:
            raise self.silent
        return [self.status(one) for one in self.states]

    def status(self, activation: str) -> Status:
        return Status(activation, *self.states[activation])


class Run:
    """A venue with a book of 4 ETH and 1,000 USDC of margin, on a chain that holds as much until a test says."""

    def __init__(self) -> None:
        self.chain, self.agent, self.lines = Chain(), FakeAgent(), list[str]()
        self.book = Book("ETH", cash=0, margin=0)
        self.holds(asset=4 * WAD)
        self.chain.says(CLEARING, "getExchange()", EXCHANGE)
        self.chain.says(EXCHANGE, "getPendingFundingPayment(address,address)", 0)
        self.chain.says(VAULT, "getBalance(address)", 1_000 * CENT)
        self.chain.says(VAULT, "decimals()", 6)
        self.chain.says(BALANCE, "getTotalOpenNotional(address,address)", 0)
        self.chain.says(BALANCE, "getPnlAndPendingFee(address)", 0, 0, 0)
        self.chain.node.answers["eth_getTransactionReceipt"] = None
        self.tick = 0
        place = Trading(self.chain.rpc, PLAN, AT, account_in(PLAN, AT))
        self.venue = ChainVenue(place, self._agent, "run", self.book, self.lines.append, "public")

    def holds(self, asset: int, perpetual: int = 0, wallet: int = 500 * CENT) -> None:
        """What the account has from now on, in the smallest units."""
        self.chain.says(ETH, "balanceOf(address)", asset)
        self.chain.says(USDC, "balanceOf(address)", wallet)
        self.chain.says(BALANCE, "getTotalPositionSize(address,address)", perpetual)

    def at(self, block: int = 0, *, spot: float | None = 2_000.0, after: float = 12.0) -> Snapshot:
        """The next moment, `after` seconds after the last."""
        self.tick += 1
        return Snapshot(T + self.tick * after, block or 100 + self.tick, {"spot": spot})

    def advance(self, *now: Snapshot) -> list[Event]:
        """A tick; what became of orders is booked."""
        events = self.venue.advance(now[0] if now else self.at(), self.book.perp)
        for event in events:
            if isinstance(event, Transfer):
                self.book.apply_transfer(event)
            elif isinstance(event, CashFlow):
                self.book.apply_flow(event)
        return events

    def send(self, *orders: Order, now: Snapshot | None = None) -> list[Fill]:
        """Let the engine send a set."""
        return self.venue.submit_set(orders, now or self.at())

    def ends(self, activation: str, state: State, reason: str = "", landed: Landing | None = None) -> None:
        """From now on a firing is in this state."""
        self.agent.states[activation] = (state, reason, landed)

    def _agent(self, recheck: Callable[[Activation], Batch | None]) -> Agent:
        self.agent.recheck = recheck
        made: Any = self.agent
        return made  # type: ignore[no-any-return]  # it has all that a venue asks of an agent


def activation(name: str, rule: int = 1) -> Activation:
    """What the agent asks about before it sends again."""
    return Activation(name, rule, 0, "public", None, 3, 100)
