"""What programs become on a chain: every call, in order, with its holes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stratc.compiler.backends.userop.enforced import enforced
from stratc.runtime.bundle import Bundle, Hole, from_text, to_text
from stratc.runtime.deployment import Deployment
from stratc.runtime.signatures import leaves
from tests.execution.bundles import (
    ACCOUNT,
    CLEARING,
    DOLLAR,
    ETH,
    GUARD,
    KEEPER,
    LENDER,
    LENDING,
    OPTION_MARKET,
    OPTIONS,
    PERP,
    ROUTER,
    SPOT,
    STRADDLE,
    USDC,
    VAULT,
    bundle,
    deployment,
    program,
)

FOLDER = Path(__file__).parent / "plans"
STRATEGIES = Path(__file__).parents[3] / "strategies"
PLANS = {
    "spot_hedge": (SPOT, deployment(guarded=True)),
    "margin_keeper": (KEEPER, deployment(PERP)),
    "straddle": (STRADDLE, deployment(guarded=True, **OPTIONS)),
}


@pytest.mark.parametrize("name", PLANS)
def test_plans(name: str, golden: Callable[[str, Path], None]) -> None:
    text, at = PLANS[name]
    golden(to_text(bundle(text, at)), FOLDER / f"{name}.bundle.json")
    golden(enforced(program(text), bundle(text, at)), FOLDER / f"{name}.limits.json")


@pytest.mark.parametrize("name", PLANS)
def test_the_same_bytes_each_time(name: str) -> None:
    text, at = PLANS[name]
    assert to_text(bundle(text, at)) == to_text(bundle(text, at))


def called(plan: Bundle, rule: int, side: str) -> list[tuple[str, str]]:
    return [
        (call.to, call.function.partition("(")[0])
        for leg in plan.rule(rule).legs
        for call in leg.sides.get(side, ())  # type: ignore[call-overload]  # any side's name
    ]


def test_a_spot_order_is_approved_made_and_the_approval_taken_back() -> None:
    plan = bundle(SPOT, deployment(guarded=True))
    assert called(plan, 1, "sell") == [(ETH, "approve"), (ROUTER, "exactInputSingle"), (ETH, "approve")]
    assert called(plan, 1, "buy") == [(USDC, "approve"), (ROUTER, "exactOutputSingle"), (USDC, "approve")]


def test_a_body_of_two_orders_is_two_legs_of_one_rule() -> None:
    plan = bundle(KEEPER, deployment(PERP))
    legs = plan.rule(1).legs
    assert [(leg.action, leg.venue, set(leg.sides)) for leg in legs] == [
        (1, "pool", {"sell"}),
        (3, "perp", {"buy"}),
    ]
    assert called(plan, 1, "buy") == [(CLEARING, "openPosition")]


def test_margin_goes_to_the_only_venue_that_takes_it() -> None:
    plan = bundle(KEEPER, deployment(PERP))
    assert called(plan, 2, "top up") == [(USDC, "approve"), (VAULT, "deposit")]
    assert called(plan, 3, "withdraw") == [(VAULT, "withdraw")]
    text = "when margin_ratio < 1.5:\n    top up margin to 1.8, at most 4_000 USDC\n"
    lent = bundle(text, deployment(LENDING))
    assert called(lent, 1, "top up") == [(USDC, "approve"), (LENDER, "supply")]


def test_margin_is_that_of_the_perpetual_a_program_trades_else_that_of_a_loan() -> None:
    both = deployment(PERP, LENDING)
    assert bundle(KEEPER, both).rule(2).legs[0].venue == "perp"
    spot_only = KEEPER.replace('venue perp: perpetual "ETH-PERP"\n', "").replace("on perp", "on pool")
    assert bundle(spot_only, both).rule(2).legs[0].venue == "lending"


def test_an_option_can_close_what_is_held_and_open_the_rest() -> None:
    plan = bundle(STRADDLE, deployment(**OPTIONS))
    sold = plan.rule(1).legs[0]
    assert (sold.instrument, set(sold.sides)) == ("call", {"open short", "close long", "force close long"})
    approved = [(DOLLAR, "approve"), (OPTION_MARKET, "openPosition"), (DOLLAR, "approve")]
    assert called(plan, 2, "open long") == approved
    assert called(plan, 2, "close short") == [(OPTION_MARKET, "closePosition")]
    assert called(plan, 2, "force close short") == [(OPTION_MARKET, "forceClosePosition")]
    assert called(plan, 2, "pay and force close short")[1:2] == [(OPTION_MARKET, "forceClosePosition")]


def test_a_roll_and_a_close_have_legs_for_all_that_they_can_find() -> None:
    plan = bundle(STRADDLE, deployment(**OPTIONS))
    (rolled,) = plan.rule(3).legs
    assert (rolled.instrument, len(rolled.sides)) == ("put", 8)
    closed = plan.rule(4).legs
    assert [leg.instrument for leg in closed] == ["asset", "call", "put"]
    assert not any(side.startswith("open") for leg in closed for side in leg.sides)
    across = STRADDLE.replace("roll puts to put", "roll puts to call")
    assert [leg.instrument for leg in bundle(across, deployment(**OPTIONS)).rule(3).legs] == ["put", "call"]


def test_rules_have_lanes_of_their_own() -> None:
    plan = bundle(KEEPER, deployment(PERP))
    assert len({rule.lane for rule in plan.rules}) == len(plan.rules) == 4


@pytest.mark.parametrize("name", PLANS)
def test_no_approval_is_unlimited_and_none_is_left(name: str) -> None:
    """Every approval is a hole's amount or nothing; one that a swap may leave a rest of is taken back."""
    text, at = PLANS[name]
    for leg in (leg for rule in bundle(text, at).rules for leg in rule.legs):
        for calls in leg.sides.values():
            approvals = [call.args[1] for call in calls if call.function.startswith("approve")]
            assert all(isinstance(amount, Hole) or amount == 0 for amount in approvals)
            if leg.kind == "uniswap_v3":
                assert approvals[-1] == 0


@pytest.mark.parametrize("name", PLANS)
def test_whatever_is_bought_or_lent_goes_to_the_account(name: str) -> None:
    text, at = PLANS[name]
    for call in bundle(text, at).calls():
        for parameter, value in leaves(call.function, call.args):
            if parameter.name in ("recipient", "onBehalfOf", "to"):
                assert value == ACCOUNT


def test_a_plan_without_orders_has_no_rules() -> None:
    assert bundle('when spot < 1_000: alert "low"\n', deployment()).rules == ()


def test_the_guard_names_the_program(golden: Callable[[str, Path], None]) -> None:
    plan = bundle(SPOT, deployment(guarded=True))
    assert plan.guard is not None
    assert plan.guard.address == GUARD
    assert plan.guard.begin.args[0] == "0x" + plan.ir_hash


def _kinds() -> list[Deployment]:
    made = [
        ("simple_07", "0.7", {}),
        ("simple_7702", "0.8", {"delegate": ROUTER}),
        ("safe_4337", "0.7", {"module": ROUTER, "multi_send": LENDER}),
        ("erc7579", "0.8", {"validator": ROUTER}),
    ]
    return [
        deployment(
            entry_point={"address": CLEARING, "version": version},
            account={"kind": kind, "address": ACCOUNT, **parts},
        )
        for kind, version, parts in made
    ]


@pytest.mark.parametrize("at", _kinds(), ids=lambda at: at.account.kind)
def test_the_account_is_kept_with_what_its_kind_needs(at: Deployment) -> None:
    text = SPOT.replace(", deadline 3 blocks", "")
    assert bundle(text, at).account == at.account


@pytest.mark.parametrize("name", ["short_straddle", "vol_spread", "gamma_scalper"])
def test_strategies_that_trade_options_can_be_carried_out(name: str) -> None:
    """Every order and every clause as it stands; that the market lists what they ask for is another matter."""
    text = (STRATEGIES / name / "strategy.strat").read_text(encoding="utf-8")
    venues = OPTIONS["venues"] | PERP
    plan = bundle(text, deployment(guarded=True, **OPTIONS | {"venues": venues}))
    assert {"call", "put"} & {leg.instrument for rule in plan.rules for leg in rule.legs}
    assert from_text(to_text(plan)) == plan
