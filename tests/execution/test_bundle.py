"""Bundle plans on disk: read back as they were written, and anything else refused with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.runtime.bundle import Bundle, BundleError, from_text, to_text
from tests.execution.bundles import KEEPER, PERP, ROUTER, SPOT, bundle, deployment

PLANS = [bundle(SPOT, deployment(guarded=True)), bundle(KEEPER, deployment(PERP))]
PLAN = PLANS[0]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.program)
def test_a_plan_is_read_back_as_it_was_written(plan: Bundle) -> None:
    assert from_text(to_text(plan)) == plan
    assert to_text(from_text(to_text(plan))) == to_text(plan)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.program)
def test_the_layout_changes_nothing(plan: Bundle) -> None:
    assert json.loads(to_text(plan)) == plan.model_dump(mode="json")


def changed(*path: str | int, to: Any) -> str:
    told = json.loads(to_text(PLAN))
    inside = told
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = to
    return json.dumps(told)


SELL = ("rules", 0, "legs", 0, "sides", "sell")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a bundle plan: it states no version"),
        ('{"version": 2}', "is a bundle plan of version 2, this runtime reads version 1"),
        ('{"version": 1}', "field required"),
        (changed("program", to=5), "program: input should be a valid string"),
        (changed("chain_id", to="1"), "chain_id: input should be a valid integer"),
        (changed("chain_id", to=0), "chain_id: input should be greater"),
        (changed("ir_hash", to="xyz"), "ir_hash: string should match"),
        (changed("colour", to="red"), "colour: extra inputs are not permitted"),
        (changed("base", "address", to=ROUTER.lower()), r"base.address: 0x\w+ (has no|fails its) checksum"),
        (changed(*SELL, 0, "to", to="0x1"), r"sides.sell.0.to: '0x1' \(3 characters\) is not an address"),
        (changed(*SELL, 0, "function", to="approve(bytes x)"), "no type of one word"),
        (changed(*SELL, 0, "args", to=[ROUTER]), "approve takes 2 arguments and gets 1"),
        (changed(*SELL, 0, "args", to=[ROUTER, -1]), "-1 does not fit uint256"),
        (changed(*SELL, 0, "args", to=[5, 5]), "5 is no address"),
        (changed(*SELL, 0, "args", to=[ROUTER, 2**53 + 1]), "too large for JSON readers; write it as text"),
        (changed(*SELL, 0, "args", 1, "hole", to="everything"), "args.1"),
        (changed(*SELL, 0, "args", 1, "type", to="uint8"), "a hole of type uint8 stands where uint256 must"),
        (changed(*SELL, 0, "value", to=-1), "value: input should be greater"),
        (changed("rules", 0, "legs", 0, "sides", "short", to=[]), "sides.short"),
        (changed("entry_point", "version", to="0.5"), "entry_point.version: input should be"),
        (changed("account", "kind", to="eoa"), "account: input tag 'eoa'"),
    ],
)
def test_what_is_no_plan_is_refused_with_a_reason(text: str, said: str) -> None:
    with pytest.raises(BundleError, match=said) as caught:
        from_text(text, "b.json")
    assert str(caught.value).startswith("b.json")
    assert "compile the program again" in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(BundleError, match="a bundle plan has at most 16,777,216"):
        from_text(" " * (16 * 1024 * 1024 + 1))


def _spots(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [spot for key, part in inner for spot in [(*path, key), *_spots(part, (*path, key))]]


SPOTS = _spots(json.loads(to_text(PLAN)))
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SPOTS), JUNK)
def test_any_change_is_read_or_refused(spot: tuple[str | int, ...], junk: Any) -> None:
    try:
        read = from_text(changed(*spot, to=junk))
    except BundleError:
        return
    assert from_text(to_text(read)) == read


@given(st.text(max_size=200))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(BundleError):
        from_text(text)


def test_a_rule_that_sends_nothing_is_not_in_the_plan() -> None:
    with pytest.raises(BundleError, match="rule 2 of spot_hedge sends no orders"):
        PLAN.rule(2)
