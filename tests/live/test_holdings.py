"""What an account holds, exactly, never more than there is; and what makes a book hold the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.chain.errors import ChainError
from stratc.runtime.engine.book import Book
from stratc.runtime.engine.messages import CENT, LOT
from stratc.runtime.keccak import selector
from stratc.runtime.live.holdings import Holdings, account_in, holdings, opening, positions
from tests.execution.bundles import BALANCE, ETH, KEEPER, LENDING, VAULT, bundle, deployment
from tests.live.agents import PLAN, Run
from tests.live.receipts import AT, WAD

ACCOUNT = account_in(PLAN, AT)
amounts = st.integers(0, 10**30)
signed = st.integers(-(10**27), 10**27)


def found(run: Run, price: float = 2_000.0) -> Holdings:
    return holdings(run.chain.rpc, ACCOUNT, price, "0x64")


def test_tokens_and_position_in_the_books_units() -> None:
    run = Run()
    run.holds(asset=4 * WAD, perpetual=-2 * WAD, wallet=750 * CENT)
    run.chain.says(BALANCE, "getTotalOpenNotional(address,address)", 4_100 * WAD)
    assert found(run) == Holdings(4 * LOT, -2 * LOT, 750 * CENT, 1_100 * CENT)


def test_funding_that_is_due_and_what_was_realised_count() -> None:
    run = Run()
    run.chain.says(BALANCE, "getPnlAndPendingFee(address)", -30 * WAD, 0, 0)
    run.chain.says("0x" + "99" * 20, "getPendingFundingPayment(address,address)", -5 * WAD)
    assert found(run).margin == 975 * CENT


@given(amounts, signed, amounts)
def test_a_book_never_holds_more_than_the_account(asset: int, perpetual: int, wallet: int) -> None:
    run = Run()
    run.holds(asset, perpetual, wallet)
    held = found(run)
    assert 0 <= asset - held.asset * 10**9 < 10**9
    assert abs(held.perpetual) * 10**9 <= abs(perpetual) < (abs(held.perpetual) + 1) * 10**9
    assert held.wallet == wallet
    assert positions(run.chain.rpc, ACCOUNT, "0x64") == (held.asset, held.perpetual)


@given(
    st.integers(0, 10**15), st.integers(-(10**15), 10**15), st.integers(0, 10**15), signed,
    st.booleans(), st.integers(-(10**12), 10**12),
)  # fmt: skip
def test_after_its_opening_a_book_holds_what_the_account_does(
    asset: int, perpetual: int, wallet: int, margin: int, separate: bool, before: int
) -> None:
    book = Book("ETH", cash=before, margin=2 * before if separate else None)
    book.spot, book.perp, book.unpriced = before, -before, -before
    for one in opening(book, Holdings(asset, perpetual, wallet, margin), 0.0):
        book.apply_transfer(one)
    assert (book.spot, book.perp, book.unpriced) == (asset, perpetual, perpetual)
    assert book.money == wallet + margin
    if separate:
        assert (book.cash, book.margin) == (wallet, margin)


def test_a_book_that_is_right_is_left_alone() -> None:
    book = Book("ETH", cash=5 * CENT, margin=7 * CENT)
    assert opening(book, Holdings(0, 0, 5 * CENT, 7 * CENT), 0.0) == []


@pytest.mark.parametrize(("at", "asked"), [(ETH, "balanceOf(address)"), (VAULT, "decimals()")])
def test_an_answer_that_is_none_is_an_error_and_no_holding(at: str, asked: str) -> None:
    run = Run()
    run.chain.calls.pop((at.lower(), _selector(asked)))
    with pytest.raises(ChainError):
        found(run)


def test_only_the_venues_of_the_program_are_asked() -> None:
    text = KEEPER.replace('venue perp: perpetual "ETH-PERP"\n', "").partition("every 1 d")[0]
    text += "when spot < 1_000:\n    sell 1 ETH on pool, slippage <= 1%\n"
    at = deployment(LENDING)
    account = account_in(bundle(text, at), at)
    assert account.exchanges == ()
    assert account.lending is None


def test_where_margin_is_collateral_the_loan_is_looked_at() -> None:
    text = KEEPER.replace('venue perp: perpetual "ETH-PERP"\n', "").replace(
        "    buy 1 ETH on perp, slippage <= 40 bps\n", ""
    )
    at = deployment(LENDING)
    assert account_in(bundle(text, at), at).lending is not None


def _selector(function: str) -> str:
    return "0x" + selector(function).hex()
