"""The price a program may trust: fresh, from every source, and agreed upon."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.chain.errors import ChainError
from stratc.runtime.deployment import ChainlinkAt, PythAt
from stratc.runtime.live.oracle import Oracle, Price, Source, price_at
from tests.execution.bundles import place
from tests.execution.nodes import error
from tests.live.contracts import Chain

NOW = 1_800_000_000
LINK, PYTH = place(101), place(102)
ROUND, LATEST = "latestRoundData()", "getPriceUnsafe(bytes32)"
ORACLE = Oracle(
    (
        Source('chainlink "ETH/USD"', ChainlinkAt(address=LINK, decimals=8)),
        Source('pyth "ETH/USD"', PythAt(address=PYTH, id="0x" + "ab" * 32)),
    ),
    max_age=3_600.0,
    agree_within=0.005,
)


def told(
    first: float = 2_000.0, second: float = 2_000.0, age: int = 0, other_age: int = 0, exponent: int = -8
) -> Chain:
    chain = Chain()
    chain.says(LINK, ROUND, 7, round(first * 10**8), NOW - age, NOW - age, 7)
    chain.says(PYTH, LATEST, round(second * 10**-exponent), 5, exponent, NOW - other_age)
    return chain


def price(chain: Chain) -> Price:
    return price_at(chain.rpc, ORACLE, "0x64", NOW)


def test_the_first_source_is_the_price_when_both_are_fresh_and_agree() -> None:
    chain = told(2_000.25, 2_001.0)
    assert price(chain) == Price(2_000.25)
    assert set(chain.asked_at) == {"0x64"}, "both are asked in the block that is looked at"


@pytest.mark.parametrize(("age", "value"), [(3_600, 2_000.0), (3_601, None)])
def test_age_is_counted_to_the_second_and_told(age: int, value: float | None) -> None:
    found = price(told(age=age))
    assert found.value == value
    assert value or found.why == 'chainlink "ETH/USD" is 3601 s old, more than the 3600 s allowed'


def test_the_second_source_must_be_fresh_as_well() -> None:
    assert price(told(other_age=3_601)).why.startswith('pyth "ETH/USD" is 3601 s old')


@pytest.mark.parametrize(("second", "trusted"), [(2_010.0, True), (1_990.05, True), (2_010.01, False)])
def test_sources_may_differ_by_as_much_as_is_written(second: float, trusted: bool) -> None:
    found = price(told(2_000.0, second))
    assert (found.value == 2_000.0) == trusted
    assert trusted or found.why == (
        'the sources differ by 0.50%: chainlink "ETH/USD" says 2,000.00, pyth "ETH/USD" says 2,010.01'
    )


@pytest.mark.parametrize(
    ("answer", "moment"), [(0, NOW), (-5, NOW), (2_000 * 10**8, 0), (2_000 * 10**8, NOW + 1)],
    ids=["nothing", "negative", "never set", "of the future"],
)  # fmt: skip
def test_what_is_no_price_is_none(answer: int, moment: int) -> None:
    chain = told()
    chain.says(LINK, ROUND, 7, answer, moment, moment, 7)
    assert price(chain) == Price(None, 'chainlink "ETH/USD" has no price')


@pytest.mark.parametrize("exponent", [-18, -8, 0])
def test_exponents_move_the_point(exponent: int) -> None:
    assert price(told(2_000.0, 2_000.0, exponent=exponent)).value == 2_000.0


@pytest.mark.parametrize("exponent", [-19, 1])
def test_exponents_that_the_guard_does_not_read_are_no_price(exponent: int) -> None:
    chain = told()
    chain.says(PYTH, LATEST, 2_000, 5, exponent, NOW)
    assert price(chain).why == 'pyth "ETH/USD" has no price'


def test_a_source_that_reverts_has_no_price_and_the_program_is_told() -> None:
    chain = told()
    chain.refuses(PYTH, LATEST, "execution reverted: PriceFeedNotFound")
    found = price(chain)
    assert found.value is None
    assert found.why == 'pyth "ETH/USD" tells no price: execution reverted: PriceFeedNotFound'


@pytest.mark.parametrize("answer", ["0x", "0x1234", "0x" + "00" * 96, None, error("header not found")])
def test_a_node_that_does_not_say_is_asked_again_instead(answer: object) -> None:
    chain = told()
    chain.node.answers["eth_call"] = answer
    with pytest.raises(ChainError):
        price(chain)


@given(st.integers(1, 10**14), st.integers(1, 10**14))
def test_two_prices_are_trusted_exactly_where_the_guard_trusts_them(first: int, second: int) -> None:
    """The guard compares the difference with so much of the lower one, in whole numbers."""
    chain = told()
    chain.says(LINK, ROUND, 7, first, NOW, NOW, 7)
    chain.says(PYTH, LATEST, second, 5, -8, NOW)
    low, high = sorted((first, second))
    assert (price(chain).value is not None) == ((high - low) * 1_000 <= 5 * low)
