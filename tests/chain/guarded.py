"""A guard with everything round it: an account, two tokens, two sources of the price, a venue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.runtime.execution import guard_calls
from stratc.runtime.guard import UNLIMITED, Check, GuardLimits
from tests.chain.evm import Chain, Contract, Reverted, in_process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GUARDIAN = "0x00000000000000000000000000000000000000ee"
NOBODY = "0x0000000000000000000000000000000000000000"
STRATEGY, OTHER = "11" * 32, "22" * 32
FEED = bytes.fromhex("ff" * 32)
DAY = 86_400
ETH, USDC = 10**18, 10**6
START = 1_800_000_000
PRICE = 2000

Call = tuple[str, bytes]


class World:
    """ETH (18 decimals) at 2,000 USDC (6); the account begins with 10 ETH and 50,000 USDC."""

    def __init__(
        self,
        limits: GuardLimits | None = None,
        *,
        delay: int = DAY,
        capacity: int = 16,
        decimals: tuple[int, int] = (18, 6),
        book: bool = False,
        overhead: int = 0,
        evm: Chain | None = None,
    ) -> None:
        self.evm = evm or in_process()
        self.limits = limits or GuardLimits()
        self.account = self.evm.deploy("account")
        self.base, self.quote = self.evm.deploy("token"), self.evm.deploy("token")
        self.chainlink, self.pyth = self.evm.deploy("chainlink", 8), self.evm.deploy("pyth")
        self.venue = self.evm.deploy("venue", self.base.at, self.quote.at)
        self.book = self.evm.deploy("book", self.quote.at)
        self.scale = 10 ** (decimals[0] + 18 - decimals[1])
        market = (
            self.base.at, self.quote.at, self.scale, 10 ** max(0, decimals[1] - 6), 10 ** (36 - decimals[1]),
            overhead, self.book.at if book else NOBODY,
        )  # fmt: skip
        self.guard = self.evm.deploy(
            "guard", self.account.at, GUARDIAN, delay, capacity, market, (self.chainlink.at, bytes(32)),
            (self.pyth.at, FEED), bytes.fromhex(STRATEGY), self.limits.row(),
        )  # fmt: skip
        self.hold(10 * ETH, 50_000 * USDC)
        self.prices(PRICE * 10**8)

    def hold(self, base: int, quote: int) -> None:
        """Set what the account has."""
        self.base("give", self.account.at, base)
        self.quote("give", self.account.at, quote)

    def held(self) -> tuple[int, int]:
        """What the account has."""
        return self.base("balanceOf", self.account.at), self.quote("balanceOf", self.account.at)

    def prices(self, first: int, second: int | None = None, *, age: int = 0) -> None:
        """Answers of both sources, with 8 decimals."""
        moment = self.evm.time - age
        self.chainlink("set", first, moment)
        self.pyth("set", FEED, (first if second is None else second, 1, -8, moment))

    def wait(self, seconds: int) -> None:
        """Go on, with fresh prices."""
        self.evm.at(self.evm.block + 1, self.evm.time + seconds)
        self.prices(PRICE * 10**8)

    def trade(self, base: int, quote: int) -> Call:
        """A leg: the account's balances change by so much."""
        return self.venue.at, self.venue.data("trade", base, quote)

    def call(self, contract: Contract, method: str, *values: object) -> Call:
        """Any call."""
        return contract.at, contract.data(method, *values)

    def execute(self, *calls: Call) -> None:
        """One transaction of the account."""
        self.account("execute", list(calls))

    def batch(
        self, *legs: Call, slippage: int = UNLIMITED, orders: int = 0, block: int = UNLIMITED,
        time: int = UNLIMITED, strategy: str = STRATEGY, hints: int | None = None,
    ) -> None:  # fmt: skip
        """A batch between the guard's calls, one leg a call."""
        if hints is None:
            hints = self.guard("hints")
        each: Sequence[tuple[Sequence[Call], int]] = [((leg,), slippage) for leg in legs]
        self.execute(*guard_calls.around(each, self.guard.at, strategy, orders, hints, block, time))

    def admin(self, method: str, *values: object) -> None:
        """The account calls the guard."""
        self.execute(self.call(self.guard, method, *values))

    def change(self, method: str, strategy: str = STRATEGY, **new: object) -> None:
        """Propose, accept or tighten to the limits with some fields different."""
        changed = replace(self.limits, **new)  # type: ignore[arg-type]  # fields of GuardLimits
        self.admin(method, bytes.fromhex(strategy), changed.row())


def refused(work: Callable[[], object], check: Check | int) -> tuple[int, int]:
    """The value and bound with which the guard refuses, by this check and no other."""
    try:
        work()
    except Reverted as found:
        got, value, bound = found.refusal
        assert got == check, (got, value, bound)
        return value, bound
    raise AssertionError(f"nothing was refused; expected {check!r}")
