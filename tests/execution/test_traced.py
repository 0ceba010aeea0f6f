"""Which call of a batch failed, read from traces of every shape."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.chain.errors import Refused, Unreachable
from stratc.runtime.execution.traced import Failed, failed_call

ACCOUNT = b"\xaa" * 20
SELF, OTHER = "0x" + "Aa" * 20, "0x" + "bb" * 20


class Node:
    """Answers with a trace, or refuses."""

    def __init__(self, told: Any) -> None:
        self.told = told

    def call(self, method: str, *params: Any) -> Any:
        assert (method, params[2]) == ("debug_traceCall", {"tracer": "callTracer"})
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


def frame(sender: str, output: str = "0x", *calls: Any, kind: str = "CALL", failed: bool = True) -> Any:
    made = {"type": kind, "from": sender, "to": OTHER, "output": output}
    return made | ({"error": "execution reverted"} if failed else {}) | ({"calls": calls} if calls else {})


def found(told: Any) -> Failed | None:
    node: Any = Node(told)
    return failed_call(node, {}, ACCOUNT)


def test_the_innermost_call_of_the_account_that_failed() -> None:
    fine = frame(SELF, "0x01", failed=False)
    sender = frame(SELF, "0x", fine, frame(SELF, "0xdead", frame(OTHER, "0xbeef")), kind="DELEGATECALL")
    outer = frame(OTHER, "0x", frame(SELF, "0xacfd", sender), failed=False)
    assert found(outer) == Failed(2, b"\xde\xad")


def test_what_says_nothing_is_no_reason() -> None:
    assert found(frame(SELF)) is None
    assert found(frame(OTHER, "0xdead")) is None
    assert found(frame(SELF, "0xdead", failed=False)) is None


@pytest.mark.parametrize("error", [Refused("debug_traceCall", -32601, "no"), Unreachable("gone")])
def test_a_node_that_traces_nothing(error: Exception) -> None:
    assert found(error) is None


@given(
    st.recursive(st.none() | st.booleans() | st.text(), lambda t: st.lists(t) | st.dictionaries(st.text(), t))
)
def test_a_trace_of_any_other_shape_is_no_reason(told: Any) -> None:
    assert found(told) is None


def test_a_trace_may_be_as_deep_as_the_chain_allows() -> None:
    told = frame(SELF, "0xdead")
    for _ in range(3_000):
        told = frame(OTHER, "0x", told, failed=False)
    assert found(told) == Failed(1, b"\xde\xad")
