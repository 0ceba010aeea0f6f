"""Routes to a node at the edge: exactly what is sent, and what each answer means."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_utils import keccak, to_hex

from stratc.runtime.execution.parcel import Parcel
from stratc.runtime.execution.routes.bundler import Bundler
from stratc.runtime.execution.routes.conditional import Conditional
from stratc.runtime.execution.routes.executor import Executor
from stratc.runtime.execution.routes.private_relay import PrivateRelay, SignedRequests
from stratc.runtime.execution.routes.public import Public
from stratc.runtime.execution.userop.accounts.signatures import PLACEHOLDER
from stratc.runtime.execution.userop.entry_points import CANONICAL, EntryPoint
from stratc.runtime.execution.userop.operation import UserOperation
from stratc.runtime.execution.userop.secret import Secret
from stratc.runtime.execution.userop.signer import LocalSigner
from tests.execution.nodes import Node, error

AT = EntryPoint(bytes.fromhex(CANONICAL["0.8"][2:]), "0.8", 1)
KEY = bytes(range(1, 33))
SIGNER = LocalSigner(Secret(KEY))
OPERATION = UserOperation(
    bytes(range(20)), 7, b"\x01\x02", 100_000, 50_000, 40_000, 10**10, 10**9, signature=bytes(65)
)
HASH = "0x" + "ab" * 32


def executor(node: Node) -> Executor:
    return Executor(node.rpc, AT, SIGNER)


def packed(node: Node, route: Any, own: set[int] | None = None, others: set[int] | None = None) -> Parcel:
    parcel: Parcel = route.pack(OPERATION, HASH, own or set(), others or set())
    return parcel


@pytest.mark.parametrize(
    ("next_", "own", "others", "taken"),
    [
        (4, set(), set(), 4),
        (4, set(), {4, 5, 7}, 6),
        (4, {5}, {4}, 5),
        (4, {3}, {4}, 5),
        (4, {6, 5}, set(), 5),
    ],
)
def test_the_lowest_free_nonce_and_the_activations_own_first(
    next_: int, own: set[int], others: set[int], taken: int
) -> None:
    node = Node(eth_getTransactionCount=hex(next_))
    assert packed(node, Public(executor(node)), own, others).nonce == taken


def test_the_public_route_sends_a_signed_transaction_with_the_operations_fees() -> None:
    node = Node(
        eth_getTransactionCount="0x4", eth_sendRawTransaction=lambda params: to_hex(keccak(hexstr=params[0]))
    )
    route = Public(executor(node))
    parcel = packed(node, route)
    assert route.send(OPERATION, parcel, None).kind == "taken"
    method, (raw,) = node.asked[-1]
    assert method == "eth_sendRawTransaction"
    assert raw == parcel.raw
    assert Account.recover_transaction(raw) == parcel.sender == route.pays
    assert (10**9).to_bytes(4, "big").hex() in raw
    assert (10**10).to_bytes(5, "big").hex() in raw


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error("already known"), "taken"),
        (error("transaction already imported"), "taken"),
        (error("nonce too low"), "unclear"),
        (error("internal error", -32603), "unclear"),
        (error("request timed out"), "unclear"),
        (error("insufficient funds for gas"), "refused"),
        (error("replacement transaction underpriced"), "refused"),
        (
            error("AA25 invalid account nonce: already present in mempool, bump the gas price by 10%"),
            "refused",
        ),
        ("0x" + "cd" * 32, "unclear"),
        (None, "unclear"),
        (httpx.Response(429), "unclear"),
        (httpx.Response(200, text="<html>"), "unclear"),
        (httpx.ReadTimeout("late"), "unclear"),
        (httpx.RemoteProtocolError("cut off"), "unclear"),
    ],
)
def test_only_an_answer_that_leaves_no_doubt_is_a_refusal(answer: Any, kind: str) -> None:
    node = Node(eth_getTransactionCount="0x4", eth_sendRawTransaction=answer)
    route = Public(executor(node))
    assert route.send(OPERATION, packed(node, route), None).kind == kind
    assert [method for method, _ in node.asked].count("eth_sendRawTransaction") == 1


@pytest.mark.parametrize(
    ("transaction", "receipt", "held"),
    [
        (None, None, False),
        ({"blockNumber": None}, None, True),
        ({"blockNumber": "0x1"}, None, None),
        ({"blockNumber": "0x1"}, {"status": "0x1"}, None),
        ({"blockNumber": "0x1"}, {"status": "0x0"}, False),
    ],
)
def test_what_a_node_holds(transaction: Any, receipt: Any, held: bool | None) -> None:
    node = Node(eth_getTransactionByHash=transaction, eth_getTransactionReceipt=receipt)
    assert Public(executor(node)).holds(Parcel(HASH)) is held


def test_a_bundler_gets_the_operation_and_the_entry_points_address() -> None:
    node = Node(
        eth_sendUserOperation=HASH,
        eth_estimateUserOperationGas={
            "callGasLimit": "0x10", "verificationGasLimit": "0x20", "preVerificationGas": "0x30",
            "paymasterVerificationGasLimit": "0x0",
        },
        eth_getUserOperationReceipt=None,
        eth_getUserOperationByHash=None,
        pimlico_getUserOperationStatus=error("no such method", -32601),
    )  # fmt: skip
    route = Bundler(node.rpc, AT, PLACEHOLDER)
    limits = route.limits(OPERATION)
    assert (limits.call, limits.verification, limits.pre_verification) == (16, 32, 48)
    assert node.asked[-1][1][0]["signature"] == "0x" + PLACEHOLDER.hex()
    parcel = packed(node, route)
    assert parcel == Parcel(HASH)
    assert route.send(OPERATION, parcel, None).kind == "taken"
    method, (told, at) = node.asked[-1]
    assert method == "eth_sendUserOperation"
    assert at == CANONICAL["0.8"]
    assert told["nonce"] == "0x7"
    assert told["callData"] == "0x0102"
    assert route.holds(parcel) is False
    node.answers["eth_getUserOperationByHash"] = {"userOperation": {}}
    assert route.holds(parcel) is True
    node.answers["eth_getUserOperationReceipt"] = {"success": True}
    assert route.holds(parcel) is None, "the chain has the last word on what has landed"


@pytest.mark.parametrize(
    ("status", "held"),
    [
        ("not_found", False), ("not_submitted", True), ("submitted", True), ("rejected", False),
        ("included", None), ("reverted", None), ("failed", None),
    ],
)  # fmt: skip
def test_what_waits_is_known_to_a_bundler_that_shows_only_what_landed(status: str, held: bool | None) -> None:
    node = Node(
        eth_getUserOperationReceipt=None,
        eth_getUserOperationByHash=None,
        pimlico_getUserOperationStatus={"status": status, "transactionHash": None},
    )
    assert Bundler(node.rpc, AT, PLACEHOLDER).holds(Parcel(HASH)) is held


def relay(node: Node, form: Any) -> tuple[Node, PrivateRelay]:
    there = Node(lambda inner: SignedRequests(SIGNER, inner), eth_sendBundle={"bundleHash": HASH})
    return there, PrivateRelay(executor(node), there.rpc, form)


def test_a_bundle_is_for_the_next_block_and_signed() -> None:
    node = Node(eth_getTransactionCount="0x4", eth_blockNumber="0x10")
    there, route = relay(node, "bundle")
    parcel = packed(node, route)
    assert parcel.until == 17
    assert route.send(OPERATION, parcel, 1_800_000_000).kind == "taken"
    assert there.asked == [
        ("eth_sendBundle", [{"txs": [parcel.raw], "blockNumber": "0x11", "maxTimestamp": 1_800_000_000}])
    ]
    request = there.requests[-1]
    address, _, signature = request.headers["X-Flashbots-Signature"].partition(":")
    message = encode_defunct(text=to_hex(keccak(request.content)))
    assert Account.recover_message(message, signature=signature) == address == route.pays


def test_a_private_transaction_is_offered_for_25_blocks_and_then_given_up() -> None:
    node = Node(eth_getTransactionCount="0x4", eth_blockNumber="0x10")
    there, route = relay(node, "transaction")
    parcel = packed(node, route)
    there.answers["eth_sendPrivateTransaction"] = parcel.hash
    assert route.send(OPERATION, parcel, None).kind == "taken"
    assert there.asked == [("eth_sendPrivateTransaction", [{"tx": parcel.raw, "maxBlockNumber": hex(41)}])]
    node.answers["eth_blockNumber"] = hex(40)
    assert route.holds(parcel) is None
    node.answers["eth_blockNumber"] = hex(41)
    assert route.holds(parcel) is False


@pytest.mark.parametrize("answer", [None, {}, HASH, {"bundleHash": 7}])
def test_an_answer_that_names_no_bundle_is_unclear(answer: Any) -> None:
    node = Node(eth_getTransactionCount="0x4", eth_blockNumber="0x10")
    there, route = relay(node, "bundle")
    there.answers["eth_sendBundle"] = answer
    assert route.send(OPERATION, packed(node, route), None).kind == "unclear"


def test_conditions_go_along_with_the_transaction() -> None:
    node = Node(eth_getTransactionCount="0x4")
    sequencer = Node()
    known = {"0x" + "11" * 20: {"0x" + "00" * 32: "0x" + "01" * 32}}
    route = Conditional(executor(node), sequencer.rpc, known_accounts=known, block_number_max=99)
    parcel = packed(node, route)
    sequencer.answers["eth_sendRawTransactionConditional"] = parcel.hash
    assert route.send(OPERATION, parcel, 1_800_000_000).kind == "taken"
    conditions = {"knownAccounts": known, "blockNumberMax": "0x63", "timestampMax": hex(1_800_000_000)}
    assert sequencer.asked == [("eth_sendRawTransactionConditional", [parcel.raw, conditions])]
    sequencer.answers["eth_sendRawTransactionConditional"] = error("condition failed", -32003)
    assert route.send(OPERATION, parcel, None).kind == "refused"


def test_no_route_shows_a_key() -> None:
    node = Node()
    shown = f"{Public(executor(node))!r} {relay(node, 'bundle')[1]!r} {json.dumps([str(executor(node))])}"
    assert KEY.hex() not in shown
    assert str(KEY) not in shown
