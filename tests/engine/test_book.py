"""The book: money and positions change by fills, flows and expiries, to the cent, never in the trader's favour."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.engine.book import DEFAULT_CAPITAL, Book
from stratc.runtime.engine.liquidity import Range, worth
from stratc.runtime.engine.messages import CENT, LOT, CashFlow, Contract, Fill, Order

CALL = Contract("call", 2_000.0, 1_000.0)
PUT = Contract("put", 2_000.0, 1_000.0)
LATER = Contract("call", 2_000.0, 2_000.0)
PRICES = st.floats(0.01, 50_000.0)
UNITS = st.integers(-100 * LOT, 100 * LOT).filter(bool)
FEES = st.integers(0, 50 * CENT)


def order(
    kind: str = "trade",
    contract: Contract | None = None,
    *,
    perpetual: bool = True,
    between: tuple[float, float] | None = None,
) -> Order:
    return Order("0.1.1", 1, 0, 0.0, 0, kind, "ETH-PERP", contract, 0, 0.0, perpetual, between=between)  # type: ignore[arg-type]


def fill(units: int, price: float, fee: int = 0, gas: int = 0) -> Fill:
    return Fill("0.1.1", 0.0, units, price, fee, gas, final=True)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([("perp", None), ("spot", None), ("option", CALL), ("option", PUT)]),
            UNITS,
            PRICES,
            FEES,
            FEES,
        ),
        max_size=20,
    )
)
def test_every_fill_changes_money_by_its_price_rounded_against_the_trader(
    fills: list[tuple[tuple[str, Contract | None], int, float, int, int]],
) -> None:
    book, held = Book("ETH"), {"perp": 0, "spot": 0, CALL: 0, PUT: 0}
    for (kind, contract), units, price, fee, gas in fills:
        before = book.money
        book.apply_fill(order(contract=contract, perpetual=kind == "perp"), fill(units, price, fee, gas))
        held[contract or kind] += units
        fair = -Fraction(units, LOT) * Fraction(price) * CENT - fee - gas
        noise = Fraction(1, 500) + abs(fair) * Fraction(1, 2**51)
        assert fair - 1 - noise < book.money - before <= fair + noise
    assert (book.perp, book.spot) == (held["perp"], held["spot"])
    assert book.options == {c: held[c] for c in (CALL, PUT) if held[c]}
    assert (book.fees, book.gas) == (sum(f[3] for f in fills), sum(f[4] for f in fills))


@given(UNITS, PRICES)
def test_there_and_back_never_earns_and_costs_two_cents_of_rounding_at_most(units: int, price: float) -> None:
    book = Book("ETH")
    for signed in (units, -units):
        book.apply_fill(order(), fill(signed, price))
    assert book.perp == 0
    assert DEFAULT_CAPITAL - 2 <= book.money <= DEFAULT_CAPITAL


@pytest.mark.parametrize(
    ("contract", "units", "spot", "paid"),
    [
        (CALL, 2 * LOT, 2_150.5, 301 * CENT),
        (CALL, -2 * LOT, 2_150.5, -301 * CENT),
        (CALL, 2 * LOT, 1_999.0, 0),
        (PUT, 3 * LOT, 1_900.0, 300 * CENT),
        (PUT, -3 * LOT, 2_000.0, 0),
    ],
)
def test_an_expiry_pays_the_intrinsic_value(contract: Contract, units: int, spot: float, paid: int) -> None:
    book = Book("ETH")
    book.hold(contract, units)
    book.hold(LATER, LOT)
    assert book.settle(999.0, spot, {}) == []
    (settled,) = book.settle(1_000.0, spot, {contract: "NAME"})
    assert (settled.contract, settled.symbol, settled.units, settled.amount) == (
        contract,
        "NAME",
        units,
        paid,
    )
    assert book.options == {LATER: LOT}
    assert book.money == DEFAULT_CAPITAL + paid


@given(UNITS, PRICES)
def test_an_expiry_rounds_against_the_trader(units: int, spot: float) -> None:
    book = Book("ETH")
    book.hold(CALL, units)
    (settled,) = book.settle(1_000.0, spot, {})
    fair = Fraction(units, LOT) * Fraction(max(0.0, spot - 2_000.0)) * CENT
    noise = Fraction(1, 500) + abs(fair) * Fraction(1, 2**51)
    assert fair - 1 - noise < settled.amount <= fair + noise


def test_the_default_account_is_all_margin_and_tops_up_from_outside() -> None:
    book = Book("ETH")
    assert (book.cash, book.margin, book.separate) == (0, 100_000 * CENT, False)
    book.apply_fill(order("top up"), fill(500 * CENT, 1.0))
    assert (book.cash, book.margin, book.deposits) == (0, 100_500 * CENT, 500 * CENT)
    book.apply_fill(order("withdraw"), fill(200 * CENT, 1.0))
    assert (book.cash, book.margin, book.deposits) == (0, 100_300 * CENT, 300 * CENT)
    assert Book("ETH", cash=7).margin == 7


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_wallet_apart_is_moved_between_never_made(up: int, down: int) -> None:
    book = Book("ETH", cash=60_000 * CENT, margin=16_000 * CENT)
    book.apply_fill(order("top up"), fill(up, 1.0))
    book.apply_fill(order("withdraw"), fill(down, 1.0))
    assert book.cash + book.margin == book.money == 76_000 * CENT
    assert book.margin == 16_000 * CENT + up - down
    assert book.deposits == 0


def test_flows_are_money_and_only_deposits_and_withdrawals_are_deposits() -> None:
    book = Book("ETH")
    for kind, amount in (("funding", -3), ("interest", 5), ("deposit", 100), ("withdrawal", -40)):
        book.apply_flow(CashFlow(kind, amount, 0.0))  # type: ignore[arg-type]
    assert book.money == DEFAULT_CAPITAL - 3 + 5 + 100 - 40
    assert (book.funding, book.deposits) == (-3, 60)


@given(st.integers(1, 10**6).map(lambda n: n * CENT), st.floats(500.0, 5_000.0))
def test_liquidity_put_in_and_taken_out_at_one_price_never_earns(amount: int, price: float) -> None:
    book, band = Book("ETH"), Range(1_500.0, 2_500.0)
    book.apply_fill(order("provide", between=band), fill(amount, price))
    assert list(book.ranges) == [band]
    assert book.ranges[band] / LOT * worth(band, price) <= amount / CENT * (1 + 1e-12)
    book.apply_fill(order("remove", between=band), fill(1, price))
    assert book.ranges == {}
    assert DEFAULT_CAPITAL - 2 - amount * 1e-9 <= book.money <= DEFAULT_CAPITAL + 1


def test_an_option_that_is_closed_is_forgotten() -> None:
    book = Book("ETH")
    book.hold(CALL, 5)
    book.hold(CALL, -5)
    book.hold(PUT, 0)
    assert book.options == {}
