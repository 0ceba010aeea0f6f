"""How large an order is: exact, never past its aim, and against what the book projects."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.runtime.engine.messages import CENT, LOT
from tests.engine.acting import machine_of, orders, tick
from tests.engine.books import T0

STRADDLE = """
book:
    short 10 ETH call strike 2000 expiring 2020-04-24
    short 10 ETH put strike 2000 expiring 2020-04-24
"""
DELTAS = st.floats(-1_000.0, 1_000.0)


@given(DELTAS, DELTAS)
def test_a_hedge_never_passes_its_aim(delta: float, aim: float) -> None:
    text = "signal aim: ETH\non start: hedge delta to aim"
    missing = Fraction(aim - delta) * LOT
    (sent,) = orders(text, delta=delta, aim=aim) or (None,)
    units = sent.units if sent else 0
    assert abs(units) <= abs(missing) + 1
    assert abs(missing - units) < 1 + Fraction(1, 100)
    assert units == 0 or (units > 0) == (missing > 0)


@given(DELTAS, st.floats(0.0, 50.0))
def test_at_most_cuts_a_hedge_and_keeps_its_sign(delta: float, most: float) -> None:
    text = "signal most: ETH\non start: hedge delta to 0 ETH, at most most"
    (sent,) = orders(text, delta=delta, most=most) or (None,)
    units = sent.units if sent else 0
    assert abs(units) / LOT <= most
    assert units * delta <= 0


@pytest.mark.parametrize("spot", [1_200.0, 1_987.65, 2_000.0, 3_333.33])
def test_a_hedge_of_an_options_book_leaves_less_than_a_lot(spot: float) -> None:
    machine = machine_of(STRADDLE + "on start: hedge delta to 0 ETH")()
    tick(machine, spot=spot)
    left = machine.valuation().delta
    assert left is not None
    assert abs(left) < 1.1 / LOT


@pytest.mark.parametrize(("greek", "aim", "unit"), [("vega", 0.0, ""), ("vega", -500.0, " USDC")])
def test_a_hedge_of_vega_trades_the_option_to_its_aim(greek: str, aim: float, unit: str) -> None:
    machine = machine_of(STRADDLE + f"on start: hedge {greek} to {aim:g}{unit}")()
    (sent,) = tick(machine).orders
    assert sent.contract is not None
    assert sent.contract.expiry >= T0 + 30 * 86_400.0
    after = machine.valuation()
    assert after.vega == pytest.approx(aim, abs=1e-5)


def test_a_hedge_of_gamma_needs_an_option_that_has_some() -> None:
    text = STRADDLE + "on start: hedge gamma to 0 with {} call strike {} expiring 2020-06-26"
    machine = machine_of(text.format("", 2_000))()
    (sent,) = tick(machine).orders
    assert sent.units > 0
    assert machine.valuation().gamma == pytest.approx(0.0, abs=1e-11)
    assert not orders(text.format("", 2_000_000_000), iv=0.05)


@given(st.integers(-50, 50), st.integers(0, 20))
def test_buys_and_sells_are_as_said_and_never_the_other_way(want: int, most: int) -> None:
    text = "signal want: ETH\nsignal most: ETH\non start: {} want, at most most"
    expected = min(max(0, want), most)
    for verb, sign in (("buy", 1), ("sell", -1)):
        sent = orders(text.format(verb), want=want / LOT, most=most / LOT)
        assert [order.units for order in sent] == ([sign * expected] if expected else [])


@settings(max_examples=30)
@given(st.decimals(Decimal("0.000000001"), 1_000, places=9))
def test_sizes_are_the_decimals_that_were_written(size: Decimal) -> None:
    (sent,) = orders(f"on start: buy {size:f} ETH")
    assert Decimal(sent.units) == size * LOT


@pytest.mark.parametrize(
    ("what", "symbols"),
    [
        ("all", {"ETH-PERP": -3, "ETH-24APR20-2000-C": 10, "ETH-24APR20-2000-P": 10}),
        ("options", {"ETH-24APR20-2000-C": 10, "ETH-24APR20-2000-P": 10}),
        ("calls", {"ETH-24APR20-2000-C": 10}),
        ("puts", {"ETH-24APR20-2000-P": 10}),
        ("perpetual", {"ETH-PERP": -3}),
        ("position", {"ETH-PERP": -3}),
        ("options, at most 4 ETH", {"ETH-24APR20-2000-C": 4, "ETH-24APR20-2000-P": 4}),
    ],
)
def test_close_undoes_what_is_held(what: str, symbols: dict[str, int]) -> None:
    machine = machine_of(STRADDLE + f"on start: buy 3 ETH\non fill, once: close {what}")()
    tick(machine)
    sent = tick(machine, 1).orders
    assert {order.symbol: order.units for order in sent} == {s: n * LOT for s, n in symbols.items()}
    assert not any(outcome.do == "close" for outcome in tick(machine, 2).outcomes)


def test_closing_an_empty_book_is_no_order() -> None:
    assert orders("on start: close all") == ()


def test_a_roll_opens_what_it_closes() -> None:
    text = STRADDLE + "on start: roll calls to call at delta 0.25 expiring in 60 d"
    closing, opening = orders(text)
    assert (closing.symbol, closing.units, opening.units) == ("ETH-24APR20-2000-C", 10 * LOT, -10 * LOT)
    assert opening.contract is not None
    assert opening.contract.strike > 2_000.0
    assert opening.contract.expiry >= T0 + 60 * 86_400.0


def test_a_roll_to_what_is_held_already_is_no_order() -> None:
    assert orders(STRADDLE + "on start: roll calls to call strike 2000 expiring 2020-04-24") == ()


@pytest.mark.parametrize(
    ("clause", "wallet", "posted"), [("", 60_000, 6_000), (", at most 250 USDC", 60_000, 250), ("", 100, 100)]
)
def test_a_top_up_is_what_is_missing_within_its_bound_and_the_wallet(
    clause: str, wallet: int, posted: int
) -> None:
    """10,000 of margin at a ratio of 0.9375 is a requirement of 10,667, of which half as much again is 16,000."""
    money = f"book:\n    cash {wallet} USDC\n    margin 10_000 USDC\n"
    (sent,) = orders(money + f"on start: top up margin to 1.5{clause}", margin_ratio=0.9375)
    assert (sent.kind, sent.symbol, sent.units) == ("top up", "USDC", posted * CENT)


def test_a_limit_on_cash_counts_the_top_up_that_would_leave_the_wallet() -> None:
    """6,000 of 9,000 leave 3,000; where the margin is all there is, a top-up comes from outside."""
    text = "limit cash >= {} USDC else reject\non start: top up margin to 1.5"
    money = "book:\n    cash 9_000 USDC\n    margin 10_000 USDC\n"
    assert len(orders(money + text.format("3_000"), margin_ratio=0.9375)) == 1
    assert orders(money + text.format("3_001"), margin_ratio=0.9375) == ()
    outside = "book:\n    cash 10_000 USDC\n"
    assert len(orders(outside + text.format("0"), margin_ratio=0.9375)) == 1


def test_a_top_up_that_is_not_needed_is_no_order() -> None:
    assert orders("on start: top up margin to 1.5", margin_ratio=1.6) == ()


def test_a_top_up_reaches_its_ratio_and_a_withdrawal_never_falls_below_it() -> None:
    for do in ("top up", "withdraw"):
        machine = machine_of(STRADDLE + f"on start: {do} margin to {40 if do == 'top up' else 3}")()
        (sent,) = tick(machine).orders
        ratio = machine.valuation().margin_ratio
        assert (sent.kind, sent.units > 0) == (do, True)
        assert ratio is not None
        assert 0.0 <= ratio - (40 if do == "top up" else 3) < 1e-6


def test_liquidity_is_provided_and_removed_by_range() -> None:
    between = "liquidity between 1500 and 2500 USDC/ETH"
    text = f"""
venue pool: uniswap_v3 "ETH/USDC", fee 5 bps
on start: provide {between}, at most 1_000 USDC
every 1 s: remove {between}
"""
    machine = machine_of(text)()
    (sent,) = tick(machine).orders
    assert (sent.kind, sent.units, sent.between) == ("provide", 1_000 * CENT, (1_500.0, 2_500.0))
    assert 0.0 < (machine.valuation().delta or 0.0) < 0.5
    (gone,) = tick(machine, 1).orders
    assert (gone.kind, machine.book.ranges) == ("remove", {})
    assert tick(machine, 2).orders == ()


@pytest.mark.parametrize("spot", [0.0, 1e-320])
def test_no_liquidity_at_a_price_at_which_it_is_worth_nothing(spot: float) -> None:
    pool = 'venue pool: uniswap_v3 "ETH/USDC", fee 5 bps\n'
    provide = "on start: provide liquidity between 1500 and 2500 USDC/ETH, at most 1_000 USDC"
    machine = machine_of(pool + provide)()
    assert tick(machine, 0, spot=spot).outcomes == ()


def test_nothing_fires_when_a_number_of_the_body_is_unavailable() -> None:
    machine = machine_of('signal q: ETH\nwhen spot > 0:\n    alert "now"\n    buy q')()
    assert tick(machine, 0, q=None).outcomes == ()
    assert [o.do for o in tick(machine, 1, q=1.0).outcomes] == ["alert", "buy"]
