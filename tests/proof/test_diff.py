"""Two versions compared: what is proved the same decides the same, and a difference is one."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from stratc.compiler.driver import check
from stratc.compiler.proof.diff.compare import compare
from stratc.compiler.proof.diff.results import Comparison, Difference, Version
from stratc.dsl.source import Source
from stratc.reference.interpreter import Reference
from stratc.reference.witness import sent
from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.session import atomic_sets
from stratc.runtime.venues.instant import InstantVenue

RULE = "when delta > 0.1 ETH, cooldown 1 min: hedge delta to 0 ETH\n"


def version(text: str) -> Version:
    result = check(Source("page.strat", text))
    assert result.ir is not None, [one.message for one in result.diagnostics]
    return Version(result.ir, text)


def compared(a: str, b: str) -> Comparison:
    return compare(version(a), version(b), sent)


def only(a: str, b: str) -> Difference:
    """The one difference between two one-rule programs."""
    (pair,) = compared(a, b).rules
    (difference,) = pair.differences
    return difference


@pytest.mark.parametrize(
    ("a", "b", "by"),
    [
        (RULE, "\n\n" + RULE, {"letter"}),
        (RULE, "let x = delta\nwhen x > 0.1 ETH, cooldown 1 min: hedge delta to 0 ETH\n", {"letter"}),
        (RULE, "when 2 * delta > 0.2 ETH, cooldown 1 min: hedge delta to 0 ETH\n", {"intervals", "solver"}),
        (RULE, "when delta > 0.1 ETH, cooldown 1 min: sell delta\n", {"intervals", "solver"}),
        (RULE, "when not (delta <= 0.1 ETH), cooldown 1 min: hedge delta to 0 ETH\n", {"intervals"}),
        # A firing without an order leaves no trace here, so that zero itself does not matter.
        ("when delta > 0 ETH: hedge to 0 ETH\n", "when delta >= 0 ETH: hedge to 0 ETH\n", {"intervals"}),
        # Out of its range a parameter is not looked at.
        (
            "param q = 2 ETH in 1 ETH .. 3 ETH\nwhen delta > q, cooldown 1 h: hedge to 0 ETH\n",
            "param q = 2 ETH in 1 ETH .. 3 ETH\nwhen delta > min(q, 3 ETH), cooldown 1 h: hedge to 0 ETH\n",
            {"intervals", "solver"},
        ),
        # What no assumption allows is no difference.
        (
            "assume spot <= 2_000 USDC/ETH\nwhen spot > 1_000, cooldown 1 h: sell 1 ETH\n",
            "assume spot <= 2_000 USDC/ETH\nwhen spot > 1_000 and spot < 3_000, cooldown 1 h: sell 1 ETH\n",
            {"intervals"},
        ),
    ],
)
def test_the_same(a: str, b: str, by: set[str]) -> None:
    found = compared(a, b)
    assert found.verdict == "same", found
    assert {reason for pair in found.rules for reason in pair.by} <= by


def test_a_threshold_is_told_with_a_state_between_the_two() -> None:
    found = only(RULE, "when delta > 0.5 ETH, cooldown 1 min: hedge delta to 0 ETH\n")
    assert found.what == "fires"
    assert 0.1 < float(found.state["delta"].removesuffix(" ETH")) <= 0.5
    assert (found.a, found.b) == (f"sells {found.state['delta']}", "does nothing")
    assert found.confirmed is True


def test_a_size_is_told_where_it_differs() -> None:
    rule = "when delta > 0.1 ETH, cooldown 1 min: hedge delta to 0 ETH, at most {} ETH\n"
    found = only(rule.format(5), rule.format(6))
    assert (found.what, found.confirmed) == ("order", True)
    assert found.a == "sells 5 ETH"
    assert float(found.state["delta"].removesuffix(" ETH")) > 5


def test_an_equality_at_the_end_of_a_range_matters_where_a_firing_is_remembered() -> None:
    found = only(
        "when delta > 0 ETH, cooldown 1 min: hedge to 0 ETH\n",
        "when delta >= 0 ETH, cooldown 1 min: hedge to 0 ETH\n",
    )
    assert (dict(found.state), found.a, found.b) == ({"delta": "0 ETH"}, "does nothing", "sends no order")


def test_a_value_that_one_waits_for() -> None:
    found = compared(RULE, "when delta > 0.1 ETH and spot > 0, cooldown 1 min: hedge delta to 0 ETH\n")
    (difference,) = found.rules[0].differences
    assert difference.what == "availability"
    assert (dict(difference.state), difference.b) == ({"spot": "missing"}, "waits for it")


def test_a_division_by_zero_is_a_missing_value() -> None:
    rule = "when {} > 0.1 ETH, cooldown 1 min: sell 1 ETH\n"
    found = compared(rule.format("delta"), rule.format("delta * (spot - 2_000) / (spot - 2_000)"))
    assert any(
        one.state.get("spot") == "2,000 USDC/ETH" and one.b == "does nothing"
        for one in found.rules[0].differences
    )


def test_names_that_mean_different_things_are_different_values() -> None:
    rule = "when x > 1.5 ETH, cooldown 1 h: sell 1 ETH\n"
    found = compared("param x = 2 ETH in 1 ETH .. 3 ETH\n" + rule, "signal x: ETH\n" + rule)
    assert found.rules[0].verdict == "differs"
    window = "when mean({} over 5 min) > 1_000, cooldown 1 h: sell 1 ETH\n"
    let = "let p = {}\n"
    found = compared(let.format("spot") + window.format("p"), let.format("2 * spot") + window.format("p"))
    assert found.rules[0].verdict == "differs"


def test_each_version_has_its_own_default() -> None:
    text = "param band = {} ETH\nwhen delta > band, cooldown 1 h: hedge to 0 ETH\n"
    found = compared(text.format("0.1"), text.format("0.3"))
    assert [change.section for change in found.changes] == ["params"]
    assert found.rules[0].differences[0].b == "does nothing"


JUMPY = """model merton: jumps {} per year, mean -12%, spread 18%
{}limit order size <= 5 ETH else clamp
when abs(delta[merton]) > 1 ETH: hedge delta[merton] to 0 ETH
"""


def test_jumps_that_are_not_alike_are_told_and_prove_nothing() -> None:
    options = "book: short 10 ETH call strike 3_200 expiring 2026-12-25\n"
    (same,) = compared(JUMPY.format(1, options), "\n" + JUMPY.format(1, options)).rules
    assert same.verdict == "same"
    found = compared(JUMPY.format(1, options), JUMPY.format(2, options))
    assert [change.section for change in found.changes] == ["models"]
    assert [pair.verdict for pair in found.rules] == ["unknown"]
    (linear,) = compared(JUMPY.format(1, ""), JUMPY.format(2, "")).rules
    assert linear.verdict == "same", "without options there is nothing that jumps could change"


def test_delta_and_delta_against_jumps_are_two_values() -> None:
    options = "book: short 10 ETH call strike 3_200 expiring 2026-12-25\n"
    one = JUMPY.format(1, options)
    (pair,) = compared(one, one.replace("hedge delta[merton]", "hedge delta")).rules
    assert pair.verdict == "differs"
    assert all(difference.confirmed for difference in pair.differences)


def test_assumptions_that_exclude_each_other_prove_nothing() -> None:
    text = "assume spot in {} USDC/ETH\nwhen delta > {} ETH, cooldown 1 h: hedge to 0 ETH\n"
    found = compared(text.format("100 .. 200", 1), text.format("300 .. 400", 2))
    assert found.unmet
    assert found.rules[0].verdict == "unknown"


def test_an_assumption_of_a_value_that_can_be_missing_proves_nothing_of_another() -> None:
    text = "signal cap: USDC/ETH\nassume {}\nwhen {}, cooldown 1 h: sell 1 ETH\n"
    for assumed, verdict in (
        ("spot < min(cap, 2_000 USDC/ETH)", "differs"),
        ("spot < 2_000 USDC/ETH", "same"),
    ):
        narrow = text.format(assumed, "spot > 1_000 and spot < 3_000")
        found = compared(text.format(assumed, "spot > 1_000"), narrow)
        assert found.rules[0].verdict == verdict, assumed


def test_rules_added_removed_and_moved() -> None:
    other = "when spot > 3_000, cooldown 1 h: sell 1 ETH\n"
    third = "when spot < 1_000, cooldown 2 h:\n    buy 1 ETH\n    buy 2 ETH\n"
    found = compared(RULE + other, other + RULE + third)
    assert [pair.moved for pair in found.rules].count(True) == 1
    added = found.rules[-1]
    assert added.a is None
    assert added.differences[0].b == "buys 1 ETH, then buys 2 ETH"
    removed = compared(RULE + other, other).rules[0]
    assert (removed.b, removed.differences[0].b) == (None, "does nothing")


def test_a_rule_that_never_fires_can_be_left_out() -> None:
    never = "assume spot > 2_000 USDC/ETH\n" + RULE
    found = compared(never + "when spot < 1_000, cooldown 1 h:\n    sell 1 ETH\n    sell 2 ETH\n", never)
    assert found.verdict == "same"


def test_limits_are_told_with_a_number_between() -> None:
    text = "limit order size <= {} ETH else {}\n" + RULE
    (change,) = compared(text.format(5, "clamp"), text.format(4, "reject")).changes
    assert change.note == "an order size of 4.5 ETH passes A and is rejected by B"


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (
            "when delta > 1 ETH, cooldown 1 min",
            "when delta > 1 ETH, cooldown 2 min",
            "has a cooldown of 2 min",
        ),
        ("when delta > 1 ETH, cooldown 1 h", "when delta > 1 ETH, cooldown 1 h, once", "fires once in a run"),
        ("when delta > 1 ETH", "when delta rises above 1 ETH", "fires when its condition turns true"),
        ("when delta > 1 ETH", "when delta > 1 ETH for 30 s", "waits until it has held for 30 s"),
        ("every 1 h", "every 2 h", "fires every 2 h"),
    ],
)
def test_cadence_is_told_in_words(a: str, b: str, said: str) -> None:
    found = compared(f"{a}: hedge to 0 ETH\n", f"{b}: hedge to 0 ETH\n")
    assert found.verdict == "differs"
    assert said in [one.b for one in found.rules[0].differences]


def test_programs_on_different_markets_are_not_compared() -> None:
    found = compared(RULE, "market BTC in USDC\n" + RULE.replace("ETH", "BTC"))
    assert [change.section for change in found.changes] == ["market"]
    assert (found.rules, found.verdict) == ((), "differs")


def test_a_venue_that_no_line_declares() -> None:
    (change,) = compared(RULE, 'venue perp: perpetual "ETH-PERP", fee 9 bps\n' + RULE).changes[:1]
    assert change.a is not None
    assert "which no line declares" in change.a.text


MARKET_MAKER = """\
venue options: options "ETH"
venue perp: perpetual "ETH-PERP"
venue pool: uniswap_v3 "ETH/USDC"

book:
    short 10 ETH call strike 3200 expiring 2026-12-25

mode normal, defensive

when leverage > 3, cooldown 1 h:
    hedge delta to 0 ETH on perp, at most 3 ETH
    close options

in normal:
    when sqrt(realized_vol(spot over 1 h)) > 1, cooldown 1 h:
        roll calls to call at delta 0.25 expiring in 14 d, at most 10 ETH
        enter defensive

in defensive:
    when delta / leverage > 1 ETH, cooldown 1 d:
        provide liquidity between spot * 0.9 and spot * 1.1, at most 5_000 USDC
        enter normal
"""


def test_whatever_rules_do() -> None:
    """Options, liquidity, modes, roots and quotients, written in other words."""
    rewritten = MARKET_MAKER
    for old, new in (
        ("leverage > 3", "3 < leverage"),
        ("at most 3 ETH", "at most 1 ETH + 2 ETH"),
        ("sqrt(realized_vol(spot over 1 h)) > 1", "realized_vol(spot over 1 h) > 1"),
        ("at delta 0.25", "at delta 0.5 / 2"),
        ("delta / leverage > 1 ETH", "1 ETH < delta / leverage"),
        ("spot * 0.9", "0.9 * spot"),
    ):
        assert old in rewritten
        rewritten = rewritten.replace(old, new)
    found = compared(MARKET_MAKER, rewritten)
    assert [pair.verdict for pair in found.rules] == ["same"] * 3, found


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        (0, "leverage > 3", "leverage >= 3"),
        (0, "at most 3 ETH", "at most 4 ETH"),
        (0, "close options", "close calls"),
        (1, "1 h)) > 1", "1 h)) > 0.9"),
        (1, "at delta 0.25", "at delta 0.3"),
        (1, "at most 10 ETH", "at most 9 ETH"),
        (1, "enter defensive", "enter normal"),
        (2, "delta / leverage > 1 ETH", "delta / leverage > 2 ETH"),
        (2, "spot * 0.9", "spot * 0.8"),
        (2, "5_000 USDC", "6_000 USDC"),
    ],
)
def test_whatever_rules_do_otherwise(rule: int, old: str, new: str) -> None:
    assert MARKET_MAKER.count(old) == 1
    found = compared(MARKET_MAKER, MARKET_MAKER.replace(old, new))
    verdicts = [pair.verdict for pair in found.rules]
    assert verdicts == ["differs" if at == rule else "same" for at in range(3)], found


# --- what the engine does ---------------------------------------------------------------------------

CONDITIONS = (
    "delta > 1 ETH",
    "delta >= 1 ETH",
    "not (delta <= 1 ETH)",
    "abs(delta) > 1 ETH",
    "delta > 1 ETH or delta < -1 ETH",
    "delta * spot > spot * 1 ETH",
    "delta > 1 ETH and spot > 2_000",
    "max(delta, 0 ETH) > 1 ETH",
)
ACTIONS = (
    "hedge delta to 0 ETH",
    "sell delta",
    "sell max(delta, 0 ETH)",
    "hedge delta to 0 ETH, at most 2 ETH",
    "sell min(delta, 2 ETH)",
    "close perpetual",
)
DISTURB = "signal push: ETH\nevery 1 s: buy push\nevery 1 s: sell -push\n"


def decided(program: Version, events: list[Snapshot]) -> list[list[tuple[str, str | None]]]:
    engine, venue = Reference(program.program), InstantVenue()
    told = []
    for snapshot in events:
        result = engine.step(snapshot)
        told.append([(one.verdict, one.size()) for one in result.outcomes])
        for legs in atomic_sets(result):
            for fill in venue.submit_set(legs, snapshot):
                engine.apply(fill)
    return told


@pytest.mark.parametrize("cadence", ["", ", cooldown 3 s"])
def test_programs_proved_the_same_decide_the_same(cadence: str) -> None:
    """And programs that decide differently are never said to be the same."""
    draw = random.Random(7)
    events = [
        Snapshot(float(t), t, {"spot": draw.choice([1_500.0, 2_000.0, 2_500.0]), "push": draw.choice(PUSHES)})
        for t in range(400)
    ]
    programs = [
        version(f"{DISTURB}when {condition}{cadence}: {action}\n")
        for condition in CONDITIONS
        for action in draw.sample(ACTIONS, 3)
    ]
    told = [decided(program, events) for program in programs]
    verdicts = {"same": 0, "differs": 0, "unknown": 0}
    for (a, x), (b, y) in [*pairwise(zip(programs, told, strict=True))] + [
        ((programs[at], told[at]), (programs[at + 3], told[at + 3])) for at in range(len(programs) - 3)
    ]:
        found = compare(a, b, sent)
        verdicts[found.verdict] += 1
        if found.verdict == "same":
            assert x == y, (a.text, b.text)
    assert verdicts["same"] >= 3, verdicts
    assert verdicts["differs"] >= 10, verdicts


PUSHES = [-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0]
