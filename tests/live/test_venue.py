"""The chain as a venue: each set once, each outcome once, whatever node and agent do meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratc.runtime.chain.errors import ChainError, Refused, Unreachable
from stratc.runtime.engine.messages import CENT, LOT, CashFlow, Fill, Order, Transfer
from stratc.runtime.execution.agent import InDoubt
from stratc.runtime.execution.lanes import LaneBusy
from stratc.runtime.venues.onchain.asked import SECONDS_TO_LIVE
from tests.execution.bundles import BALANCE, VAULT
from tests.live.agents import Run, activation
from tests.live.receipts import BUY, SELL, WAD, ended, landing, moved, order, receipt, swapped

NAME, OTHER = "run:0.1", "run:0.4"
SETTLED = receipt(swapped(WAD, -1_999 * CENT), moved(WAD, -2_001 * WAD, 2 * WAD), ended())
CLOSE = order(2, -LOT, rule=4)
"""The pool's leg of the rule that closes."""
BUSY = LaneBusy(activation("run:0.9"), "sent")


@pytest.fixture
def run() -> Run:
    """A run whose account has been taken into the book."""
    made = Run()
    made.advance()
    return made


def told(run: Run) -> str:
    return "\n".join(run.lines)


def test_at_the_first_price_the_book_is_what_the_account_holds() -> None:
    run = Run()
    assert run.advance(run.at(spot=None)) == []
    events = run.advance()
    assert [(one.held, one.units) for one in events if isinstance(one, Transfer)] == [
        ("asset", 4 * LOT),
        ("wallet", 500 * CENT),
        ("margin", 1_000 * CENT),
    ]
    assert run.advance() == []


def test_nothing_is_decided_on_an_account_that_cannot_be_read() -> None:
    run = Run()
    run.chain.node.answers["eth_call"] = None
    with pytest.raises(ChainError):
        run.advance()


def test_nothing_is_sent_before_the_account_is_known() -> None:
    run = Run()
    unpriced = run.at(spot=None)
    run.advance(unpriced)
    first, _ = run.send(SELL, BUY, now=unpriced)
    assert first.final
    assert "no trusted price yet" in first.reason
    assert run.agent.firings == []


def test_funding_is_booked_as_it_comes_and_collateral_of_others_is_no_profit(run: Run) -> None:
    assert run.advance() == []
    run.chain.says("0x" + "99" * 20, "getPendingFundingPayment(address,address)", 3 * WAD)
    (paid,) = run.advance()
    assert isinstance(paid, CashFlow)
    assert (paid.kind, paid.amount) == ("funding", -3 * CENT)
    run.chain.says(VAULT, "getBalance(address)", 1_250 * CENT)
    (given,) = run.advance()
    assert isinstance(given, Transfer)
    assert (given.held, given.units) == ("margin", 250 * CENT)
    assert run.advance() == []


def test_what_a_trade_does_at_the_exchange_is_no_funding(run: Run) -> None:
    run.advance()
    run.send(SELL, BUY)
    run.ends(NAME, "final", landed=landing())
    run.chain.node.answers["eth_getTransactionReceipt"] = SETTLED
    for fill in run.advance():
        assert isinstance(fill, Fill)
        run.book.apply_fill(_by_id(fill), fill)
    run.holds(asset=3 * WAD, perpetual=WAD)
    run.chain.says(BALANCE, "getTotalOpenNotional(address,address)", -2_001 * WAD)
    assert run.advance() == []
    assert run.advance() == []


def test_a_set_is_sent_once_and_both_legs_are_booked_once(run: Run) -> None:
    assert run.send(SELL, BUY) == []
    assert run.advance() == []
    run.ends(NAME, "final", landed=landing())
    run.chain.node.answers["eth_getTransactionReceipt"] = SETTLED
    sold, bought = run.advance()
    assert isinstance(sold, Fill)
    assert isinstance(bought, Fill)
    assert (sold.price, sold.gas, bought.price, bought.fee) == (1_999.0, 2 * CENT, 2_001.0, 2 * CENT)
    assert [firing.activation for firing in run.agent.firings] == [NAME]
    assert run.venue.under_way == []


def test_orders_are_announced_before_they_are_sent(run: Run) -> None:
    seen: list[tuple[str, int]] = []
    run.venue.announce = lambda orders: seen.append((orders[0].id, len(run.agent.firings)))
    run.send(SELL, BUY)
    assert seen == [("0.1.1", 0)]


@pytest.mark.parametrize(
    "why", [BUSY, InDoubt("3 operations were under way"), Unreachable("the node did not answer in time")]
)
def test_what_cannot_be_sent_yet_waits_and_is_told_once(run: Run, why: Exception) -> None:
    run.agent.refuse = why
    assert run.send(SELL, BUY) == []
    assert run.advance() == []
    assert run.advance() == []
    assert run.lines == [f"{NAME} waits: {why}"]
    run.agent.refuse = None
    assert run.advance() == []
    assert [firing.activation for firing in run.agent.firings] == [NAME]
    assert run.venue.under_way == [NAME]


def test_what_waits_too_long_is_cancelled_with_the_reason(run: Run) -> None:
    run.agent.refuse = BUSY
    run.send(SELL, BUY)
    late = run.at(after=SECONDS_TO_LIVE)
    cancelled = run.advance(late)
    assert [(one.order, one.units, one.final) for one in cancelled if isinstance(one, Fill)] == [
        ("0.1.1", 0, True),
        ("0.1.2", 0, True),
    ]
    assert f"not sent in time: {BUSY}" in told(run)
    run.agent.refuse = None
    run.advance()
    assert run.agent.firings == []


def test_a_deadline_in_blocks_holds_for_what_waits(run: Run) -> None:
    run.agent.refuse = BUSY
    run.send(replace(SELL, deadline_block=105), now=run.at(103))
    assert run.advance(run.at(105)) == []
    (cancelled,) = run.advance(run.at(106))
    assert isinstance(cancelled, Fill)
    assert cancelled.final


def test_without_a_price_an_order_is_not_sent(run: Run) -> None:
    (cancelled,) = run.send(replace(SELL, gas_cap=5.0), now=run.at(spot=None))
    assert cancelled.final
    assert run.agent.firings == []
    assert "no price" in cancelled.reason


def test_what_is_refused_ends_at_once_with_its_reason(run: Run) -> None:
    run.ends(NAME, "failed", "the guard refuses: line 7")
    first, second = run.send(SELL, BUY)
    assert first.reason == second.reason == "the guard refuses: line 7"
    assert (first.gas, second.gas) == (0, 0)


def test_the_gas_of_what_landed_and_failed_is_paid(run: Run) -> None:
    run.send(SELL, BUY)
    run.ends(NAME, "failed", "reverted", landing(success=False))
    first, second = run.advance()
    assert isinstance(first, Fill)
    assert isinstance(second, Fill)
    assert (first.units, first.gas, second.gas) == (0, 2 * CENT, 0)


def test_gas_has_a_price_where_the_block_has_none(run: Run) -> None:
    run.send(SELL, BUY)
    run.ends(NAME, "final", landed=landing())
    run.chain.node.answers["eth_getTransactionReceipt"] = SETTLED
    sold, _ = run.advance(run.at(spot=None))
    assert isinstance(sold, Fill)
    assert sold.gas == 2 * CENT


def test_a_receipt_that_comes_late_is_waited_for(run: Run) -> None:
    run.send(SELL, BUY)
    run.ends(NAME, "final", landed=landing())
    assert run.advance() == []
    assert run.advance() == []
    run.chain.node.answers["eth_getTransactionReceipt"] = SETTLED
    assert len(run.advance()) == 2


def test_a_receipt_that_never_comes_is_not_waited_for_for_ever(run: Run) -> None:
    run.send(SELL, BUY)
    run.ends(NAME, "final", landed=landing())
    assert run.advance() == []
    first, _ = run.advance(run.at(after=SECONDS_TO_LIVE))
    assert isinstance(first, Fill)
    assert (first.units, first.gas) == (0, 2 * CENT)
    assert "taken from the account" in told(run)
    run.holds(asset=3 * WAD, perpetual=WAD)
    assert [one.units for one in run.advance()] == [-LOT, LOT]


def test_an_outcome_that_cannot_be_read_is_taken_from_the_account(run: Run) -> None:
    run.send(SELL, BUY)
    run.ends(NAME, "final", landed=landing())
    run.chain.node.answers["eth_getTransactionReceipt"] = receipt(ended())
    assert [one.units for one in run.advance()] == [0, 0]
    run.holds(asset=3 * WAD, perpetual=WAD)
    assert [one.units for one in run.advance()] == [-LOT, LOT]


def test_an_error_in_one_set_loses_no_fill_of_another(run: Run) -> None:
    run.send(CLOSE)
    run.send(SELL, BUY)
    run.ends(OTHER, "final", landed=replace(landing(), transaction="0xbad"))
    run.ends(NAME, "final", landed=landing())
    bad = Refused("eth_getTransactionReceipt", -32000, "pruned")

    def answer(params: list[str]) -> object:
        return {"error": {"code": bad.code, "message": bad.reason}} if params[0] == "0xbad" else SETTLED

    run.chain.node.answers["eth_getTransactionReceipt"] = answer
    assert [one.units for one in run.advance()] == [-LOT, LOT]
    assert run.venue.under_way == [OTHER]
    assert "pruned (code -32000); what is under way stays so" in told(run)


def test_a_silent_node_changes_nothing(run: Run) -> None:
    run.send(SELL, BUY)
    run.agent.silent = Unreachable("node.example did not answer")
    assert run.advance() == []
    assert run.venue.under_way == [NAME]


@pytest.mark.parametrize(("asset", "perpetual", "says"), [
    (5 * WAD, 0, "+1 asset"), (4 * WAD - 1, 0, "-1e-09 asset"), (4 * WAD, -2 * WAD, "-2 perpetual")
])  # fmt: skip
def test_what_no_order_explains_is_taken_into_the_book_and_told_once(
    run: Run, asset: int, perpetual: int, says: str
) -> None:
    run.holds(asset, perpetual)
    assert len(run.advance()) == 1
    assert run.lines == [f"the account has {says} that no order explains: taken into the book"]
    assert run.advance() == []


def test_nothing_is_taken_into_the_book_while_an_order_may_explain_it(run: Run) -> None:
    run.send(SELL, BUY)
    run.holds(asset=3 * WAD, perpetual=WAD)
    assert run.advance() == []


def test_a_block_before_a_landing_says_nothing_of_what_was_booked(run: Run) -> None:
    """A node that lags would show the account as it was before, and the same would be sent again."""
    run.send(SELL, BUY)
    run.ends(NAME, "final", landed=landing(block=140))
    run.chain.node.answers["eth_getTransactionReceipt"] = SETTLED
    for fill in run.advance():
        assert isinstance(fill, Fill)
        run.book.apply_fill(_by_id(fill), fill)
    assert run.advance(run.at(139)) == []
    run.holds(asset=3 * WAD, perpetual=WAD)
    assert run.advance(run.at(140)) == []


def _by_id(fill: Fill) -> Order:
    return next(one for one in (SELL, BUY) if one.id == fill.order)


def test_what_is_sent_again_is_bounded_by_the_price_of_now(run: Run) -> None:
    run.send(SELL, BUY)
    again = run.agent.recheck(activation(NAME))
    run.advance(run.at(spot=1_900.0))
    moved_on = run.agent.recheck(activation(NAME))
    assert again is not None
    assert moved_on is not None
    assert again.calls != moved_on.calls


def test_what_is_late_or_has_no_price_is_not_sent_again(run: Run) -> None:
    run.send(SELL, BUY)
    run.advance(run.at(spot=None))
    assert run.agent.recheck(activation(NAME)) is None
    run.advance(run.at(after=SECONDS_TO_LIVE))
    assert run.agent.recheck(activation(NAME)) is None
    assert run.agent.recheck(activation("another run's")) is None
