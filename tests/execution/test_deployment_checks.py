"""A deployment against a node that says anything: findings or a clear error, never a traceback."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.chain.deployment_checks import check_deployment
from stratc.runtime.chain.errors import ChainError
from stratc.runtime.deployment import Deployment
from stratc.runtime.deployment_errors import dotted
from stratc.runtime.deployment_file import problems_in, to_toml
from stratc.runtime.keccak import selector
from tests.execution.bundles import (
    ENTRY_POINT,
    LENDING,
    PERP,
    SECOND,
    SPOT,
    TABLES,
    USDC,
    bundle,
    deployment,
    place,
)
from tests.execution.deployments import deployments
from tests.execution.nodes import Node, error

AT = deployment(PERP, guarded=True)
HEAD = {"number": "0x10", "timestamp": hex(1_800_000_000), "hash": "0x" + "ab" * 32}
WORD = "0x" + "00" * 31 + "01"


def node(chain_id: int = 31_337, code: str = "0x6001", **answers: Any) -> Node:
    told = {"eth_chainId": hex(chain_id), "eth_getBlockByNumber": HEAD, "eth_getCode": code, "eth_call": WORD}
    return Node(**(told | answers))


def test_of_another_chain_nothing_more_is_asked() -> None:
    other = node(chain_id=5)
    (finding,) = check_deployment(other.rpc, AT)
    assert (finding.path, "31337" in finding.cause, "5 at node.example" in finding.cause) == (
        ("chain_id",),
        True,
        True,
    )
    assert [method for method, _ in other.asked] == ["eth_chainId"]


def test_of_what_is_not_there_no_contract_is_asked() -> None:
    empty = node(code="0x")
    found = check_deployment(empty.rpc, AT)
    paths = {dotted(one.path) for one in found}
    assert {
        "entry_point.address",
        "account.address",
        "tokens.USDC.address",
        "venues.pool.pool",
        "guard.address",
    } <= paths
    assert all("no contract is at" in one.cause for one in found)


def test_a_finding_is_told_at_its_line() -> None:
    text = to_toml(AT)
    problems = problems_in(text, "d.toml", check_deployment(node(code="0x").rpc, AT))
    lines = text.splitlines()
    assert problems
    for problem in problems:
        assert problem.line is not None
        assert lines[problem.line - 1].split(" = ")[0] in problem.cause.split(":")[0]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"eth_chainId": "nonsense"}, "not a number"),
        ({"eth_chainId": error("no", -32601)}, "refused eth_chainId"),
        ({"eth_chainId": httpx.ConnectError("x")}, "cannot be reached"),
        ({"eth_getBlockByNumber": None}, "not an object"),
        ({"eth_getBlockByNumber": {}}, "not a number"),
        ({"eth_getCode": 7}, "not bytes"),
        ({"eth_call": "zz"}, "not bytes"),
        ({"eth_call": error("limit exceeded", -32005)}, "limit exceeded"),
        ({"eth_call": httpx.ReadTimeout("x")}, "did not answer"),
    ],
)
def test_a_node_that_does_not_say(answers: dict[str, Any], said: str) -> None:
    with pytest.raises(ChainError) as found:
        check_deployment(node(**answers).rpc, AT)
    assert said in str(found.value)


@pytest.mark.parametrize(
    "reverted", [error("execution reverted", 3), error("VM Exception: revert", -32000), "0x"]
)
def test_contracts_that_refuse_every_question(reverted: Any) -> None:
    """They are named, each by what it does not answer."""
    found = check_deployment(node(eth_call=reverted).rpc, AT, bundle=bundle(SPOT, AT))
    causes = "\n".join(one.cause for one in found)
    for name in ("decimals()", "entryPoint()", "token0()", "getVault()", "ACCOUNT()"):
        assert f"does not answer {name}" in causes


def test_a_pool_must_trade_the_programs_tokens_only_where_the_program_trades_there() -> None:
    dai = place(99)
    at = deployment(SECOND, tokens=TABLES["tokens"] | {"DAI": {"address": dai, "decimals": 18}})
    other = [USDC, dai]
    told = {"token0()": other[0], "token1()": other[1], "factory()": place(98)}
    answers = {"0x" + selector(name).hex(): "0x" + "00" * 12 + to[2:] for name, to in told.items()}

    def answered(params: list[Any]) -> str:
        return answers.get(params[0]["data"][:10], "0x" + (500).to_bytes(32, "big").hex())

    plan = bundle(SPOT.replace(", deadline 3 blocks", ""), at)
    found = check_deployment(node(eth_call=answered).rpc, at, bundle=plan)
    pools = [dotted(one.path) for one in found if one.path[-1] == "pool"]
    assert pools == ["venues.pool.pool"]


def test_a_bundler_of_other_entry_points() -> None:
    other = "0x0000000071727De22E5E9d8BAf0edAc6f37da032"
    for served, wanted in (([other], other), ([], "use another bundler")):
        found = check_deployment(node().rpc, AT, bundler=Node(eth_supportedEntryPoints=served).rpc)
        (one,) = [one for one in found if "bundler" in one.cause]
        assert (one.path, wanted in one.fix) == (("entry_point", "address"), True)
    good = Node(eth_supportedEntryPoints=[ENTRY_POINT.lower()]).rpc
    assert not [one for one in check_deployment(node().rpc, AT, bundler=good) if "bundler" in one.cause]
    with pytest.raises(ChainError, match="list of addresses"):
        check_deployment(node().rpc, AT, bundler=Node(eth_supportedEntryPoints="no").rpc)


@given(at=deployments, data=st.data())
def test_whatever_contracts_answer_there_are_findings_and_no_traceback(at: Deployment, data: Any) -> None:
    answers = st.one_of(
        st.just("0x"), st.just(error("execution reverted", 3)),
        st.integers(1, 8).flatmap(lambda n: st.binary(min_size=32 * n, max_size=32 * n)).map(lambda b: "0x" + b.hex()),
    )  # fmt: skip
    code = st.sampled_from(["0x", "0x6001", "0xef0100" + "12" * 20])

    def answered(_: list[Any]) -> Any:
        return data.draw(answers)

    chain = node(at.chain_id, eth_call=answered, eth_getCode=lambda _: data.draw(code))
    found = check_deployment(chain.rpc, at, bundle=bundle(SPOT, deployment(LENDING, guarded=True)))
    for problem in problems_in(to_toml(at), "d.toml", found):
        assert problem.line is not None
        assert problem.fix
