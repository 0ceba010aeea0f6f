"""The JSON-RPC client against a node that misbehaves: what is asked again, what never, and what is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.chain.errors import NoReceipt, Overloaded, Refused, Unreachable
from stratc.runtime.chain.receipts import receipt_of
from stratc.runtime.chain.rpc import LONGEST_PAUSE, Rpc, repeatable

Answer = Callable[[dict[str, Any]], httpx.Response]
SECRET = "k3y-that-nobody-may-see"


def good(result: Any) -> Answer:
    return lambda asked: httpx.Response(200, json={"jsonrpc": "2.0", "id": asked["id"], "result": result})


def bad(error: Any) -> Answer:
    return lambda asked: httpx.Response(200, json={"jsonrpc": "2.0", "id": asked["id"], "error": error})


def plain(status: int, text: str = "", **headers: str) -> Answer:
    return lambda asked: httpx.Response(status, text=text, headers=headers)


def fails(error: Exception) -> Answer:
    def answer(asked: dict[str, Any]) -> httpx.Response:
        raise error

    return answer


class Node:
    """Answers from a list, in order; remembers what it was asked and how long the client paused."""

    def __init__(self, *answers: Answer) -> None:
        self._answers: Iterator[Answer] = iter(answers)
        self.asked: list[str] = []
        self.pauses: list[float] = []
        transport = httpx.MockTransport(self._answer)
        self.rpc = Rpc(
            f"https://user:{SECRET}@node.example/{SECRET}", pause=self.pauses.append, transport=transport
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        self.asked.append(asked["method"])
        return next(self._answers)(asked)


def test_a_result_is_returned_even_when_it_is_null() -> None:
    node = Node(good("0x10"), good(None))
    assert node.rpc.call("eth_blockNumber") == "0x10"
    assert node.rpc.call("eth_getTransactionReceipt", "0x00") is None
    assert node.pauses == []


GARBAGE = [
    plain(200, "<html>gateway</html>"),
    plain(200, ""),
    plain(200, "[]"),
    plain(200, "null"),
    plain(200, "{}"),
    plain(502, "bad gateway"),
    lambda asked: httpx.Response(200, json={"jsonrpc": "2.0", "id": asked["id"] + 1, "result": "0x1"}),
    fails(httpx.ReadTimeout("no answer")),
    fails(httpx.ConnectError("refused")),
    fails(httpx.RemoteProtocolError("cut off")),
]


@pytest.mark.parametrize("answer", GARBAGE)
def test_a_read_is_asked_again_after_garbage(answer: Answer) -> None:
    node = Node(answer, answer, good("0x7"))
    assert node.rpc.call("eth_gasPrice") == "0x7"
    assert len(node.asked) == 3
    assert node.pauses == sorted(node.pauses)


@pytest.mark.parametrize("answer", GARBAGE)
@pytest.mark.parametrize("method", ["eth_sendRawTransaction", "eth_sendUserOperation", "evm_mine"])
def test_a_send_is_never_repeated_after_garbage(answer: Answer, method: str) -> None:
    node = Node(answer, good("0x7"))
    with pytest.raises(Unreachable):
        node.rpc.call(method, "0x")
    assert node.asked == [method]


@pytest.mark.parametrize("method", ["eth_call", "eth_sendRawTransaction"])
def test_too_many_requests_are_asked_again_after_the_pause_the_node_wants(method: str) -> None:
    node = Node(plain(429, **{"retry-after": "2"}), good("0x1"))
    assert node.rpc.call(method) == "0x1"
    assert node.pauses == [2.0]


def test_a_pause_is_bounded_and_so_are_the_tries() -> None:
    node = Node(*[plain(429, **{"retry-after": "86400"})] * 4)
    with pytest.raises(Overloaded):
        node.rpc.call("eth_call")
    assert node.pauses == [LONGEST_PAUSE] * 3


def test_an_error_of_the_node_carries_its_code_and_data_and_is_final() -> None:
    node = Node(bad({"code": 3, "message": "execution reverted", "data": "0x08c379a0"}))
    with pytest.raises(Refused, match="execution reverted") as told:
        node.rpc.call("eth_call")
    assert (told.value.code, told.value.data) == (3, "0x08c379a0")
    assert node.asked == ["eth_call"]


@pytest.mark.parametrize("error", ["plain text", {"code": "x", "message": 7, "data": {"data": "0xab"}}, [1]])
def test_errors_in_odd_shapes_are_errors_still(error: Any) -> None:
    with pytest.raises(Refused):
        Node(bad(error)).rpc.call("eth_call")


@given(st.binary(max_size=40))
def test_any_bytes_are_an_answer_or_an_error_of_ours(body: bytes) -> None:
    node = Node(*[lambda asked: httpx.Response(200, content=body)] * 4)
    with pytest.raises(Unreachable):
        node.rpc.call("eth_call")


@pytest.mark.parametrize("answer", [*GARBAGE, plain(429), bad({"code": 1, "message": "no"})])
def test_no_message_shows_the_url(answer: Answer) -> None:
    node = Node(*[answer] * 4)
    with pytest.raises((Unreachable, Refused)) as told:
        node.rpc.call("eth_call")
    shown = f"{told.value} {told.value.__dict__} {told.value.__cause__} {node.rpc!r}"
    assert SECRET not in shown
    assert told.value.__suppress_context__ or told.value.__context__ is None


def test_a_receipt_is_asked_for_until_it_has_a_block() -> None:
    node = Node(good(None), good({"blockNumber": None}), good({"blockNumber": "0x1", "status": "0x1"}))
    assert receipt_of(node.rpc, "0xaa", pause=node.pauses.append)["status"] == "0x1"
    assert len(node.pauses) == 2


def test_a_receipt_that_does_not_come_is_told_with_its_transaction() -> None:
    now = [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds

    node = Node(*[good(None)] * 100)
    with pytest.raises(NoReceipt, match="0xaa has no receipt after 3 s"):
        receipt_of(node.rpc, "0xaa", timeout=3.0, clock=lambda: now[0], pause=pause)
    assert now[0] <= 3.0


@pytest.mark.parametrize(
    ("method", "twice"),
    [
        ("eth_call", True),
        ("net_version", True),
        ("eth_sign", False),
        ("eth_sendBundle", False),
        ("anvil_mine", False),
    ],
)
def test_what_may_be_asked_twice(method: str, twice: bool) -> None:
    assert repeatable(method) is twice
