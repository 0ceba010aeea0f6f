"""Which rules are hedge bands, what their hedges pay, and what the options they hedge are worth to them."""

from __future__ import annotations

import re
from math import pi, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.compiler.analysis.hedge_bands import as_it_runs, constant, hedge_bands, rate_of
from stratc.compiler.analysis.option_books import YEAR, Leg, OptionBook, option_books
from stratc.compiler.driver import check
from stratc.compiler.explain import explain
from stratc.compiler.explain.world import World
from stratc.compiler.ir import nodes as ir
from stratc.dsl.source import Source
from stratc.runtime.pricing.hedging_band import break_even_band
from stratc.runtime.pricing.scalar import bs_greeks, strike_for_delta

HEAD = """\
venue options: options "ETH"
venue perp: perpetual "ETH-PERP", fee 5 bps
venue pool: uniswap_v3 "ETH/USDC", fee {fee} bps, spread {spread} bps
param band = 0.2 ETH in 0.1 ETH .. 1 ETH
param kept = 2 ETH in 0 ETH .. 5 ETH
let drift = delta - kept
"""


def program(text: str, fee: float = 30.0, spread: float = 0.0) -> ir.Program:
    found = check(Source("program.strat", HEAD.format(fee=fee, spread=spread) + text))
    assert found.ir is not None, found.diagnostics
    return found.ir


@pytest.mark.parametrize(
    ("condition", "target", "width"),
    [
        ("abs(delta) > band", "0 ETH", 0.2),
        ("abs(delta) >= 0.1", "0", 0.1),
        ("band / 2 < abs(delta)", "0 ETH", 0.1),
        ("abs(delta) rises above 2 * band, rearm below band", "0 ETH", 0.4),
        ("abs(delta - kept) > band", "kept", 0.2),
        ("abs(kept - delta) > band", "kept", 0.2),
        ("abs(drift) > band", "kept", 0.2),
        ("delta > band", "0 ETH", 0.2),
        ("abs(delta) > band and spot > 100", "0 ETH", 0.2),
        ("abs(delta) > band", "kept", None),
        ("abs(drift) > band", "0 ETH", None),
        ("abs(delta) < band", "0 ETH", None),
        ("abs(vega) > 10", "0 ETH", None),
        ("spot > 100", "0 ETH", None),
        ("abs(delta) > band or spot > 100", "0 ETH", None),
    ],
)
def test_forms_of_a_band(condition: str, target: str, width: float | None) -> None:
    found = program(f"when {condition}: hedge delta to {target} on pool\n")
    bands = list(hedge_bands(found))
    widths = [constant(as_it_runs(found), band.band) for band in bands]
    assert widths == ([] if width is None else [pytest.approx(width)])


def test_a_band_that_moves_with_the_market_has_no_width() -> None:
    found = program("when abs(delta) > 500 USDC / spot: hedge delta to 0 ETH on pool\n")
    (band,) = hedge_bands(found)
    assert constant(as_it_runs(found), band.band) is None


def test_pauses_and_rates() -> None:
    rule = "when abs(delta) > band for 2 blocks, cooldown 1 min: hedge delta to 0 ETH{clauses}\n"
    found = program(rule.format(clauses=" on pool, slippage <= 20 bps"), spread=4.0)
    (band,) = hedge_bands(found)
    rate = rate_of(found, band.hedge)
    assert band.pause == 84.0
    assert (rate.fee, rate.half_spread, rate.share) == pytest.approx((0.003, 0.0002, 0.0032))
    assert rate.most is not None
    anywhere = program(rule.format(clauses=""))
    (band,) = hedge_bands(anywhere)
    assert rate_of(anywhere, band.hedge).fee == 0.0005, "without a venue it goes to the cheapest"


def test_gamma_of_what_is_opened() -> None:
    found = program(
        "on start:\n"
        "    sell 5 ETH call at delta 0.5 expiring in 30 d on options\n"
        "    sell 5 ETH put at delta 0.5 expiring in 30 d on options\n"
    )
    books = option_books(found, as_it_runs(found))
    assert books is not None
    (book,) = books
    assert (book.rule, book.amount, book.seconds) == (1, 10.0, 30 * 86_400.0)
    expected = 10 / sqrt(2 * pi) / (0.6 * sqrt(30 / 365))
    assert book.curvature(0.6, 1.0) == pytest.approx(expected, rel=1e-9)
    assert book.most(0.6) == pytest.approx(expected, rel=1e-9)


@given(st.floats(0.05, 0.95), st.floats(0.1, 3.0), st.floats(1.0, 90.0))
def test_the_cheap_bound_is_a_bound(delta: float, vol: float, days: float) -> None:

    book = OptionBook(1, (Leg(3.0, delta, days * 86_400), Leg(-2.0, delta / 2, days * 86_400)))
    assert book.curvature(vol, YEAR) <= book.most(vol) * (1 + 1e-9)


@pytest.mark.parametrize("right", ["call", "put"])
def test_gamma_is_that_of_the_option_with_that_delta(right: str) -> None:
    delta = 0.2 if right == "call" else -0.2
    strike = strike_for_delta(right == "call", delta, 1.0, 0.1, 0.7)
    expected = bs_greeks(right == "call", 1.0, strike, 0.1, 0.7).gamma
    assert Leg(1.0, 0.2, 1.0).gamma(0.7, 0.1 * YEAR) == pytest.approx(expected)
    at_the_money = bs_greeks(right == "call", 1.0, 1.0, 0.1, 0.7).gamma
    assert Leg(-2.0, None, 1.0).gamma(0.7, 0.1 * YEAR) == pytest.approx(-2.0 * at_the_money)


def test_options_that_live_long_or_are_many_are_no_accident() -> None:
    text = "on start:\n    buy 1e50 ETH call at delta 0.5 expiring in 100_000 d on options\n"
    found = program(text + "when abs(delta) > 0.01 ETH: hedge delta to 0 ETH on pool\n")
    assert "pays  " not in explain(found)


def test_what_cannot_be_known_is_not_guessed() -> None:
    rolled = program("every 7 d:\n    roll calls to call at delta 0.2 expiring in 7 d on options\n")
    sized = program("on start:\n    buy 1 ETH * spot / mark call at delta 0.5 expiring in 7 d on options\n")
    assert option_books(rolled, as_it_runs(rolled)) is None
    assert option_books(sized, as_it_runs(sized)) is None


NARROW = (
    "assume iv in 20% .. {vol}%\nlimit order size <= 10 ETH else clamp\n"
    "on start:\n    buy 10 ETH call at delta 0.5 expiring in 30 d on options\n"
    "when abs(delta) > {band} ETH: hedge delta to 0 ETH on pool\n"
    "on stale spot: halt\non stale iv: halt\n"
)


@settings(max_examples=25)
@given(st.floats(1.0, 50.0), st.integers(50, 300), st.floats(0.2, 3.0))
def test_the_warning_is_where_the_formula_says_so_for_all_volatilities(
    fee: float, vol: int, share: float
) -> None:
    """At the highest volatility gamma is least; an option may live a day longer than it says."""
    fee = round(fee, 2)
    gamma = 10 / sqrt(2 * pi) / (vol / 100 * sqrt(31 / 365)) / 2_000.0
    least = break_even_band(gamma, 2_000.0, fee / 1e4)
    band = round(least * share, 6)
    text = HEAD.format(fee=fee, spread=0) + NARROW.format(vol=vol, band=f"{band:f}")
    codes = [one.code.id for one in check(Source("program.strat", text)).diagnostics]
    if abs(share - 1.0) > 0.01:
        assert ("W414" in codes) == (share < 1.0), (band, least)


def test_gas_that_the_venue_states_counts_at_the_highest_price_assumed() -> None:
    text = HEAD.format(fee=30, spread=0).replace("fee 30 bps,", "fee 30 bps, gas 2 USDC,")
    text += "assume spot in 100 .. 4_000 USDC/ETH\n"
    gamma = 10 / sqrt(2 * pi) / (1.0 * sqrt(31 / 365)) / 4_000.0
    with_gas, without = break_even_band(gamma, 4_000.0, 0.003, 2.0), break_even_band(gamma, 4_000.0, 0.003)
    assert with_gas > 1.5 * without
    for band, wanted in ((with_gas * 0.98, True), (with_gas * 1.02, False)):
        source = Source("program.strat", text + NARROW.format(vol=100, band=f"{band:f}"))
        found = {one.code.id: one for one in check(source).diagnostics}
        assert ("W414" in found) == wanted
        if wanted:
            assert "2 USDC of gas" in found["W414"].notes[0].message


def test_explain_tells_bands_in_the_world_it_is_given() -> None:
    found = program(NARROW.format(vol=100, band="0.1"))
    usual, given = (
        explain(found),
        explain(found, World(spot=1_500.0, vol=0.8, aversion=1e-3, gas=0.5)),
    )
    for told in (usual, given):
        assert "Hedge bands" in told
        assert "Whalley and Wilmott 1997" in told
        assert "Zakamouline 2006" in told
    assert "44.72% (the middle of what is assumed)" in " ".join(usual.split())
    assert "1,500 USDC/ETH (given), a volatility of 80% (given) and a risk aversion of 0.001" in " ".join(
        given.split()
    )
    assert "0.95 USDC a hedge: 30 bps of 150 USDC and 0.5 USDC of gas" in given
    least = break_even_band(10 / sqrt(2 * pi) / (0.8 * sqrt(30 / 365)) / 1_500, 1_500.0, 0.003, 0.5)
    (pays,) = re.findall(r"pays +from ([\d.]+) ETH on", given)
    assert float(pays) == pytest.approx(least, rel=0.005)


def test_explain_says_when_a_band_is_narrow_and_when_nothing_can_be_said() -> None:
    assert "narrower than its cost" in explain(program(NARROW.format(vol=100, band="0.02")))
    assert "times as wide" in explain(program(NARROW.format(vol=100, band="2")))
    bare = explain(program("when abs(delta) > band: hedge delta to 0 ETH on pool\n"))
    assert "opens no options" in bare
    assert "pays  " not in bare
    moving = "when abs(delta) > 500 USDC / spot: hedge delta to 0 ETH on pool\n"
    assert "moves with the market" in explain(program(moving))
    rolled = "every 7 d:\n    roll calls to call at delta 0.2 expiring in 7 d on options\n"
    unknown = explain(program(rolled + "when abs(delta) > band: hedge delta to 0 ETH on pool\n"))
    assert "cannot be known before it runs" in " ".join(unknown.split())
    assert "Hedge bands" not in explain(program("when spot < 100: halt\n"))
