from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.addresses import AddressError, checksummed, parsed
from stratc.runtime.deployment import Deployment
from stratc.runtime.deployment_file import DeploymentError, parse_deployment, read_deployment, to_toml
from stratc.runtime.execution.userop.accounts import KINDS
from stratc.runtime.execution.userop.accounts.of_deployment import account_of, entry_point_of
from stratc.runtime.execution.userop.operation import DELEGATED
from tests.docs.pages import ROOT, blocks
from tests.execution.deployments import deployments

PAGE = list(blocks(ROOT / "docs" / "deployment.md"))
(COMPLETE,) = (block.text for block in PAGE if block.language == "toml")
SMALLEST = """chain_id = 1
[entry_point]
address = "0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108"
version = "0.8"
[account]
kind = "simple_08"
address = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"
"""


def problems(text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(DeploymentError) as caught:
        parse_deployment(text.encode(), "d.toml")
    return [(problem.line, problem.cause, problem.fix) for problem in caught.value.problems]


@given(deployment=deployments)
def test_what_is_written_reads_back(deployment: Deployment) -> None:
    text = to_toml(deployment)
    assert parse_deployment(text.encode(), "d.toml") == deployment
    assert to_toml(parse_deployment(text.encode(), "d.toml")) == text


@given(deployment=deployments)
def test_every_account_becomes_one_that_encodes(deployment: Deployment) -> None:
    at = deployment.account
    account = account_of(at)
    assert isinstance(account, KINDS[at.kind])
    assert checksummed(account.address) == at.address
    opening = account.opening()
    if at.kind == "simple_7702":
        assert (opening.factory, checksummed(opening.delegate)) == (DELEGATED, at.delegate)
    else:
        assert opening.factory == (parsed(at.factory) if at.factory else b"")
        assert "0x" + opening.factory_data.hex() == at.factory_data
    entry_point = entry_point_of(deployment)
    assert checksummed(entry_point.address) == deployment.entry_point.address
    assert (entry_point.version, entry_point.chain_id) == (
        deployment.entry_point.version,
        deployment.chain_id,
    )


def test_the_documented_example_is_complete() -> None:
    deployment = parse_deployment(COMPLETE.encode(), "deployment.toml")
    assert set(deployment.venues) == {"pool", "perp"}
    assert deployment.oracles.chainlink["ETH/USD"].decimals == 8
    assert deployment.tokens["USDC"].decimals == 6
    assert deployment.guard is not None


def test_the_documented_errors_are_what_it_says() -> None:
    shown, *_ = (block.text.splitlines() for block in PAGE if block.language == "text")
    text = SMALLEST.replace("simple_08", "simple_8").replace("\n[entry", "\n\ncolour = 1\n[entry")
    text = (
        text.replace('0.8"\n', '0.8"\n', 1)
        + '[tokens.USDC]\naddress = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"\n'
    )
    text += "decimals = 99\n"
    for wanted in shown:
        _, _, said = wanted.partition(": ")
        assert any(f"{cause}; {fix}".startswith(said.rstrip("…")) for _, cause, fix in problems(text)), wanted


ACCOUNT = "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"


@pytest.mark.parametrize(
    ("old", "new", "line", "cause", "fix"),
    [
        ("chain_id = 1", "", None, "chain_id is missing", "add chain_id = 1"),
        ("chain_id = 1", "chain_id = 0", 1, "chain_id is 0", "write 1 or more"),
        ("chain_id = 1", 'chain_id = "1"', 1, "chain_id is '1'", "write a whole number"),
        ("chain_id = 1", "chain_id = true", 1, "chain_id is True", "write a whole number"),
        ("chain_id = 1", "chain_id = 1.5", 1, "chain_id is 1.5", "write a whole number"),
        ("chain_id = 1", "chain_id = 1\nconfirmations = 0", 2, "confirmations is 0", "write 1 or more"),
        ("chain_id = 1", "chain_id = 1\nconfirmation = 5", 2, "confirmation is not known", "mean confirmations?"),
        ('version = "0.8"', 'version = "0.7"', 2, "EntryPoint v0.8 lives at 0x4337", 'write version = "0.8"'),
        ('version = "0.8"', 'version = "1"', 4, "entry_point.version is '1'", 'write "0.6", "0.7", "0.8" or "0.9"'),
        ("simple_08", "simple_8", 5, "account.kind is 'simple_8'", 'did you mean "simple_08"?'),
        ("simple_08", "kernel", 5, "account.kind is 'kernel'", "the kinds are simple_07, simple_08"),
        ('kind = "simple_08"', "", 5, "account.kind is missing", 'add kind = "…"'),
        ("simple_08", "safe_4337", 5, "account.module is missing", "add module = … under [account]"),
        (ACCOUNT, ACCOUNT.lower(), 7, "has no checksum", f"then write {ACCOUNT}"),
        (ACCOUNT, "0x" + ACCOUNT[2:].upper(), 7, "has no checksum", f"then write {ACCOUNT}"),
        (ACCOUNT, ACCOUNT.replace("0A4dc", "0A4dd"), 7, "fails its checksum", "copy the address again"),
        (ACCOUNT, ACCOUNT[:-1], 7, "(41 characters)", "write 0x and 40 hexadecimal digits"),
        (ACCOUNT, "0x" + "0" * 40, 7, "zero address", "the contract's own address"),
        (ACCOUNT, "", 7, "an empty text is not an address", "write 0x"),
        (ACCOUNT, "0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108", None, "account and entry_point are both at", "a slip"),
        (f'"{ACCOUNT}"', f'"{ACCOUNT}"\nfactory = "{ACCOUNT}"', 5, "go together", "give both, or neither"),
        (f'"{ACCOUNT}"', f'"{ACCOUNT}"\nfactory_data = "0xabc"', 8, "factory_data is '0xabc'", "two hexadecimal"),
        ("[account]", "[venues.x]\n[account]", 5, "venues.x.kind is missing", "uniswap_v3"),
        ("[account]", '[venues."a b"]\nkind = "aave_v3"\n[account]', 5, 'venues."a b"', "name the venue"),
        ("[account]", "[tokens]\nETH = 5\n[account]", 6, "tokens.ETH is 5", "write a table"),
        ("[account]", "[tokens.ETH]\ndecimal = 5\n[account]", 6, "decimal is not known", "did you mean decimals?"),
        ("[account]", "[oracles.chain]\n[account]", 5, "oracles.chain is not known", "did you mean chainlink?"),
        ("[account]", '[oracles.pyth."E/U"]\nid = "0x1"\n[account]', 6, 'oracles.pyth."E/U".id is', "64 hexadecimal"),
        ("[account]", "[account", 5, "not TOML", "correct the line"),
        ("[account]", "[entry_point]\n[account]", 5, "not TOML", "correct the line"),
        ("[entry_point]", "[[entry_point]]", 2, "entry_point is [", "write a table"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    old: str, new: str, line: int | None, cause: str, fix: str
) -> None:
    assert old in SMALLEST
    found = problems(SMALLEST.replace(old, new, 1))
    fitting = [one for one in found if cause in one[1] and fix in one[2]]
    assert [one[0] for one in fitting] == [line], found


def test_an_options_market_is_paid_in_a_token_that_is_there() -> None:
    market = (
        f'[venues.desk]\nkind = "lyra"\naddress = "{ACCOUNT}"\noption_token = "{ACCOUNT}"\n'
        f'greek_cache = "{ACCOUNT}"\n'
    )
    assert parse_deployment((SMALLEST + market).encode(), "d.toml").venues["desk"].kind == "lyra"
    ((_, cause, fix),) = problems(SMALLEST + market + 'quote = "sUSD"\n')
    assert cause == "venues.desk is paid in sUSD, which is not among the tokens"
    assert fix == "add [tokens.sUSD] with its address and decimals"


def test_two_tokens_at_one_address() -> None:
    two = 'address = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"\ndecimals = 18\n'
    ((_, cause, _),) = problems(f"{SMALLEST}[tokens.ETH]\n{two}[tokens.WETH]\n{two}")
    assert cause == "tokens.WETH and tokens.ETH are both at 0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"


@given(
    data=st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(str.encode), st.just(b"a=" + b"[" * 9999)
    )
)
def test_whatever_bytes_there_are_the_error_is_ours(data: bytes) -> None:
    with pytest.raises(DeploymentError) as caught:
        parse_deployment(data, "d.toml")
    assert all(problem.fix for problem in caught.value.problems)


NAMES = ["address", "kind", "chain_id", "version", "decimals", "perp_curie", "simple_08", "ETH", "erc7579"]
trees: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.integers(-5, 5), st.booleans(), st.sampled_from(NAMES), st.just(ACCOUNT), st.dates(), st.floats()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    top=st.sampled_from(["account", "tokens", "venues", "oracles", "guard", "entry_point", "chain_id"]),
    tree=trees,
)
def test_whatever_stands_in_a_key_the_error_is_ours(top: str, tree: Any) -> None:
    told = tomllib.loads(SMALLEST) | {top: tree}
    text = "\n".join(f"{key} = {_inline(value)}" for key, value in told.items())
    found = []
    try:
        parse_deployment(text.encode(), "d.toml")
    except DeploymentError as error:
        found = list(error.problems)
    assert all(one.cause and one.fix and (one.line or "both at" in one.cause) for one in found)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(
        DeploymentError, match=r"none\.toml: cannot be read \(No such file or directory\); check"
    ):
        read_deployment(tmp_path / "none.toml")
    with pytest.raises(DeploymentError, match="Is a directory"):
        read_deployment(tmp_path)
    with pytest.raises(DeploymentError, match="a deployment has at most 1,048,576"):
        parse_deployment(b"#" * 2_000_000, "d.toml")


def test_addresses_of_the_standard_keep_their_checksum() -> None:
    for text in (
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ):
        assert checksummed(parsed(text)) == text
    with pytest.raises(AddressError, match="20 bytes, and this has 19"):
        checksummed(bytes(19))
