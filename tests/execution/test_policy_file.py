"""A policy as a file: read back as it was written, and held to what its functions take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.compiler.backends.userop.emitted import emitted
from stratc.compiler.backends.userop.policy_told import policy_file
from stratc.compiler.backends.userop.session import SessionTerms, policy_of
from stratc.runtime.policy import LARGEST, Bound, Permission
from stratc.runtime.policy_file import PolicyFileError, arguments, from_text, to_text
from stratc.runtime.signatures import shown, word
from tests.execution.bundles import KEEPER, LENDING, PERP, bundle, deployment, place, program

PLAN = bundle(KEEPER, deployment(PERP, LENDING, guarded=True))
CALLS = emitted(PLAN, program(KEEPER))
TERMS = SessionTerms(expiry=1_900_000_000, max_fee=10**11, max_gas=4_000_000)
FILE = policy_file(program(KEEPER), PLAN, CALLS, TERMS)
TEXT = to_text(FILE)


def test_what_is_written_is_read_back_to_the_same_policy() -> None:
    assert from_text(TEXT) == FILE
    assert from_text(TEXT).policy() == policy_of(PLAN, CALLS, TERMS)
    assert to_text(from_text(TEXT)) == TEXT


def test_it_says_whose_calls_they_are_and_what_bounds_them() -> None:
    told = json.loads(TEXT)
    assert told["expires"] == "2030-03-17T17:46:40Z"
    assert told["budgets"] == ["line 7: limit topup <= 4,000 USDC"]
    (deposit,) = [one for one in told["permissions"] if one["what"] == "deposit USDC"]
    assert deposit["of"] == ["rule 2 (line 15), top up"]
    assert deposit["arguments"][1] == {"name": "amount", "least": "1", "most": "4000000000"}
    assert '{ "name": "amount", "least": "1", "most": "4000000000" }' in TEXT


def test_a_policy_without_an_expiry_says_so() -> None:
    open_ended = policy_file(program(KEEPER), PLAN, CALLS, SessionTerms())
    assert '"expires": null' in to_text(open_ended)
    assert from_text(to_text(open_ended)).policy().expiry is None


@given(st.integers(0, LARGEST), st.integers(0, LARGEST))
def test_bounds_come_back_whatever_they_are(one: int, other: int) -> None:
    low, high = min(one, other), max(one, other)
    function = "f(address to, uint256 amount)"
    permission = Permission(place(1), function, 2, (Bound(1, low, high),))
    told = json.loads(TEXT)
    allowed = {
        **told["permissions"][0],
        "target": place(1),
        "function": function,
        "arguments": [item.model_dump(exclude_none=True) for item in arguments(function, permission)],
    }
    (read,) = from_text(json.dumps({**told, "permissions": [allowed]})).policy().permissions
    assert read.ranges() == permission.ranges()


@pytest.mark.parametrize(
    ("kind", "value"),
    [("address", place(7)), ("bool", True), ("bool", False), ("uint24", 500), ("uint256", LARGEST),
     ("int256", -5), ("int64", -(2**63)), ("int256", 7), ("bytes4", "0x01ffc9a7"), ("bytes32", "0x" + "ab" * 32)],
)  # fmt: skip
def test_a_word_is_shown_as_what_it_is_made_of(kind: str, value: Any) -> None:
    assert shown(kind, int.from_bytes(word(kind, value), "big")) == value


def told(*path: str | int, to: object) -> str:
    """The file with one thing in it replaced."""
    whole = json.loads(TEXT)
    at = whole
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = to
    return json.dumps(whole)


FIRST = ("permissions", 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("null", "the policy"),
        (" " * (1 << 20) + "{}", "at most 1,048,576"),
        (told("version", to=2), "version"),
        (told("extra", to=1), "extra"),
        (told("expires", to="tomorrow"), "write 2027-01-31T00:00:00Z"),
        (told("expires", to=5), "expires"),
        (told("max_fee", to=-1), "max_fee"),
        (told("account", to="0x12"), "is not an address"),
        (told(*FIRST, "target", to=place(1).lower()), "permissions.0.target"),
        (told(*FIRST, "place", to="guards"), "permissions.0.place"),
        (told(*FIRST, "function", to="begin(string name)"), "no type of one word"),
        (told(*FIRST, "arguments", to=[]), "takes strategy, deadline_block, deadline_time, in this order"),
        (told(*FIRST, "arguments", 1, to={"name": "deadline"}), "in this order"),
        (told(*FIRST, "arguments", 1, "only", to=-1), "-1 does not fit uint256"),
        (told(*FIRST, "arguments", 1, "only", to="0xzz"), "is no uint256"),
        (told(*FIRST, "arguments", 1, "least", to=str(2**256)), "does not fit uint256"),
        (
            told(*FIRST, "arguments", 1, to={"name": "deadline_block", "least": 5, "most": 4}),
            "is from 5 to 4",
        ),
        (told(*FIRST, "arguments", 0, "most", to=4), "not both"),
    ],
)
def test_what_no_policy_says(text: str, said: str) -> None:
    with pytest.raises(PolicyFileError) as found:
        from_text(text)
    assert said in str(found.value)
    assert "stratc policy" in str(found.value) or "at most" in str(found.value)
