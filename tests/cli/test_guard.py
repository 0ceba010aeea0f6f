"""`stratc guard`: the transactions that deploy a guard, its book and a key's validator; what goes wrong told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import decode

from stratc.compiler.backends.userop.contract import compile_contract
from stratc.runtime.creation import DETERMINISTIC, address_of
from stratc.runtime.deployment_file import to_toml
from tests.cli.shell import Said, stratc, written
from tests.docs.pages import ROOT, blocks
from tests.execution.bundles import ACCOUNT, ETH, PERP, SPOT, USDC, deployment, place

pytest.importorskip("vyper", reason="compiles the guard")

ORACLES = {
    "chainlink": {"ETH/USD": {"address": place(21), "decimals": 8}},
    "pyth": {"ETH/USD": {"address": place(22), "id": "0x" + "fe" * 32}},
}
PERPETUAL = SPOT.replace('venue pool: uniswap_v3 "ETH/USDC"', 'venue perp: perpetual "ETH-PERP"').replace(
    "on pool", "on perp"
)
SECOND = {"other": {**PERP["perp"], "address": place(31), "market": place(32)}}
LIMITS = f"({'uint256,' * 6}int256,int256,{'uint256,' * 3}uint256[6])"
MARKET = "(address,address,uint256,uint256,uint256,uint256,address)"
TYPES = (
    "address",
    "address",
    "uint256",
    "uint256",
    MARKET,
    "(address,bytes32)",
    "(address,bytes32)",
    "bytes32",
    LIMITS,
)
WORDS = 1 + 1 + 1 + 1 + 7 + 2 + 2 + 1 + 17


def run(
    folder: Path, *more: object, program: str = SPOT, venues: tuple[dict[str, Any], ...] = (), **tables: Any
) -> Said:
    at = written(folder, to_toml(deployment(*venues, **({"oracles": ORACLES} | tables))), "d.toml")
    return stratc("guard", written(folder, program), "--deployment", at, *more)


def test_the_transaction_says_in_words_what_it_encodes(tmp_path: Path) -> None:
    said = run(tmp_path, "--guardian", place(40), "--delay", "3600")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    data = bytes.fromhex(told["data"][2:])
    assert (told["to"], told["address"]) == (DETERMINISTIC, address_of(data[:32], data[32:]))
    account, guardian, delay, capacity, market, first, second, strategy, limits = decode(
        TYPES, data[-32 * WORDS :]
    )
    words = {one["name"]: one["value"] for one in told["arguments"]}
    assert (account, words["account"].lower()) == (ACCOUNT.lower(), account)
    assert (guardian, delay, capacity) == (words["guardian"].lower(), 3_600, words["capacity"])
    assert (
        market[:2]
        == (ETH.lower(), USDC.lower())
        == (words["market.base"].lower(), words["market.quote"].lower())
    )
    assert [str(number) for number in market[2:6]] == [
        str(words[f"market.{name}"]) for name in ("scale", "cent", "gas_scale", "gas_overhead")
    ]
    assert (first[0], second[0]) == (words["first"].lower(), words["second"].lower())
    assert "0x" + strategy.hex() == words["strategy"] == told["strategy"]
    assert (limits[2], limits[4]) == (5 * 10**18, 5_000_000) == (
        int(words["limits.order_size"]), int(words["limits.slippage"]),
    )  # fmt: skip
    assert str(limits[11][0]) == words["limits.flows.1"]


def test_the_same_bytes_each_time_and_what_to_write_in_the_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        said = run(tmp_path, "-o", tmp_path / name)
        assert said.code == 0, said.err
        address = json.loads((tmp_path / name / "guard.json").read_text(encoding="utf-8"))["address"]
        assert said.out.endswith(f'\n[guard]\naddress = "{address}"\n')
    assert (tmp_path / "one" / "guard.json").read_bytes() == (tmp_path / "two" / "guard.json").read_bytes()


def test_perpetuals_are_read_through_a_book(tmp_path: Path) -> None:
    said = run(tmp_path, "-o", tmp_path, program=PERPETUAL, venues=(PERP,))
    assert said.code == 0, said.err
    book, guard = (
        json.loads((tmp_path / name).read_text(encoding="utf-8"))
        for name in ("curie_book.json", "guard.json")
    )
    assert {"name": "market.book", "value": book["address"]}.items() <= next(
        one for one in guard["arguments"] if one["name"] == "market.book"
    ).items()
    assert f'book = "{book["address"]}"' in said.out
    assert guard["leaves_to_the_engine"] == []
    either = PERPETUAL.replace("venue perp", 'venue other: perpetual "ETH-PERP"\nvenue perp')
    two = run(tmp_path, program=either, venues=(PERP, SECOND))
    assert (two.code, "a guard's book reads one" in two.err) == (1, True)
    own = run(tmp_path, "--book", place(50), program=either, venues=(PERP, SECOND))
    assert (own.code, place(50) in own.out) == (0, True)
    none = run(tmp_path, program=PERPETUAL)
    assert (none.code, len(json.loads(none.out)["leaves_to_the_engine"])) == (0, 2)


def test_a_key_of_a_policy(tmp_path: Path) -> None:
    told = to_toml(deployment(guarded=True, oracles=ORACLES))
    at = written(tmp_path, told, "d.toml")
    given = (written(tmp_path, SPOT), "--deployment", at)
    assert stratc("policy", *given, "--expires", "2027-01-31", "-o", tmp_path / "p.json").code == 0
    key = ("--key", place(60), "--policy", tmp_path / "p.json")
    said = stratc("guard", *given, *key, "-o", tmp_path)
    assert said.code == 0, said.err
    session = json.loads((tmp_path / "session.json").read_text(encoding="utf-8"))
    data = bytes.fromhex(session["data"][2:])
    packed = bytes.fromhex(next(one["value"] for one in session["arguments"] if one["name"] == "policy")[2:])
    size = 32 * (7 + -(-len(packed) // 32))
    types = ("address", "address", "uint256", "uint256", "uint256", "bytes")
    row = decode(types, data[-size:])
    assert row == (ACCOUNT.lower(), place(60).lower(), 1_801_353_600, 200 * 10**9, 5_000_000, packed)
    assert f'session_validator = "{session["address"]}"' in said.out


def test_the_page_shows_what_is_written(tmp_path: Path) -> None:
    (excerpt,) = [block.text for block in blocks(ROOT / "docs" / "guard.md") if block.language == "json"]
    assert excerpt.strip() in run(tmp_path).out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expires": None}, "write it with `stratc policy --expires`"),
        ({"chain_id": 5}, "is for account"),
        ({"account": place(70)}, f"is for account {place(70)}"),
        ({"permissions": []}, "the guard of the deployment"),
    ],
)
def test_a_key_of_another_policy(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    at = written(tmp_path, to_toml(deployment(guarded=True, oracles=ORACLES)), "d.toml")
    given = (written(tmp_path, SPOT), "--deployment", at)
    own = json.loads(stratc("policy", *given, "--expires", "2027-01-31").out)
    path = written(tmp_path, json.dumps(own | change), "p.json")
    told = stratc("guard", *given, "--key", place(60), "--policy", path)
    assert (told.code in (1, 2), said in told.err) == (True, True), told.err


@pytest.mark.parametrize(
    ("more", "parts", "code", "said"),
    [
        (("--key", place(1)), {}, 2, "go together"),
        (("--guardian", "0x12"), {}, 2, "--guardian: '0x12' (4 characters) is not an address"),
        (("--delay", "-1"), {}, 2, "--delay"),
        ((), {"oracles": {}}, 1, '[oracles.chainlink."ETH/USD"]'),
        ((), {"tokens": {"ETH": {"address": ETH, "decimals": 18}}}, 1, "add [tokens.USDC]"),
        ((), {"program": SPOT.replace("oracle spot", "# oracle spot")}, 1, "names no oracle of `spot`"),
    ],
)
def test_what_goes_wrong(
    tmp_path: Path, more: tuple[str, ...], parts: dict[str, Any], code: int, said: str
) -> None:
    told = run(tmp_path, *more, **parts)
    assert (told.code, said in told.err) == (code, True), told.err


def test_without_the_compiler_of_contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_contract.cache_clear()
    monkeypatch.setitem(sys.modules, "vyper.compiler", None)
    said = run(tmp_path)
    assert (said.code, "pip install 'stratc[chain]'" in said.err) == (3, True)
