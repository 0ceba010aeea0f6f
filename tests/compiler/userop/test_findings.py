"""What a deployment cannot do for a program: a finding at the order, by its code; messages in findings/*.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stratc.compiler.backends.userop import capabilities
from stratc.compiler.backends.userop.capabilities import NO_ADAPTER, NOT_ONE_OPERATION, WRONG_ENTRY_POINT
from stratc.compiler.backends.userop.lower import lower
from stratc.dsl.diagnostics import Code, Diagnostic
from stratc.dsl.render import render_text
from stratc.dsl.source import Source
from stratc.runtime.deployment import Deployment
from stratc.runtime.execution.userop.accounts.base import Capabilities
from stratc.runtime.execution.userop.accounts.simple_08 import Simple08
from tests.execution.bundles import (
    ENTRY_POINT,
    LENDER,
    LENDING,
    OPTIONS,
    PERP,
    SECOND,
    STRADDLE,
    deployment,
    program,
)
from tests.goldens import with_outputs

FOLDER = Path(__file__).parent / "findings"
CODES = [code for code in vars(capabilities).values() if isinstance(code, Code)]
OLD = deployment(entry_point={"address": ENTRY_POINT, "version": "0.6"})
LENDERS = {"bank": {"kind": "aave_v3", "address": LENDER}}
ONE_CALL = Simple08.capabilities


def where(code: str) -> Deployment:
    """The deployment that a code's examples are about: a spot pool, and (E307) an EntryPoint of another age."""
    return OLD if code == WRONG_ENTRY_POINT.id else deployment()


def found(text: str, at: Deployment) -> tuple[Diagnostic, ...]:
    return lower(program(text), at, "test").findings


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_examples(code: Code) -> None:
    assert {one.code for one in found(code.bad, where(code.id))} == {code}
    assert found(code.good, where(code.id)) == ()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_messages(path: Path, golden: Callable[[str, Path], None]) -> None:
    at = (
        deployment(PERP, LENDING, LENDERS, SECOND)
        if path.stem.endswith("all_venues")
        else where(path.stem[:4])
    )

    def produce(text: str) -> str:
        return render_text(found(text, at), Source("strategy.strat", text), colour=False).rstrip() + "\n"

    golden(with_outputs(path, produce), path)
    assert path.stem[:4] in path.read_text(encoding="utf-8")


def test_every_code_has_its_messages_shown() -> None:
    assert {path.stem[:4] for path in FOLDER.glob("*.md")} == {code.id for code in CODES}


def test_an_account_that_makes_one_call_at_a_time_cannot_trade_on_a_pool() -> None:
    """No kind that is known is so poor; the finding is for the next one."""
    poor = Capabilities(
        entry_points=ONE_CALL.entry_points,
        atomic_batch=False,
        try_batch=False,
        delegatecall=False,
        eip1271=False,
        validators=False,
        lane_bits=192,
    )
    text = (
        "every 1 d:\n    sell 1 ETH on perp, slippage <= 30 bps\n    buy 2 ETH on perp, slippage <= 30 bps\n"
    )
    text = 'venue perp: perpetual "ETH-PERP"\n' + text
    lowered = lower(program(text), deployment(PERP), "test", lambda kind: poor)
    (only,) = lowered.findings
    assert only.code == NOT_ONE_OPERATION
    assert only.span.start == text.index("buy 2 ETH")
    assert "the body takes 2" in only.message
    assert lowered.bundle is None
    single = text.partition("    buy")[0]
    assert lower(program(single), deployment(PERP), "test", lambda kind: poor).findings == ()


def test_an_options_market_that_is_paid_in_a_token_of_other_decimals_is_told_to_say_which() -> None:
    market = {key: value for key, value in OPTIONS["venues"]["options"].items() if key != "quote"}
    at = deployment(venues=OPTIONS["venues"] | {"options": market})
    findings = found(STRADDLE, at)
    assert {one.code for one in findings} == {NO_ADAPTER}
    assert findings[0].message == "`options` counts its money with 18 decimals, and USDC has 6"
    assert findings[0].notes[0].message == 'say what it is paid in: `quote = "sUSD"` under [venues.options]'


def test_all_findings_are_told_at_once_in_the_order_of_the_program() -> None:
    text = (
        'venue pool: uniswap_v3 "ETH/USDC"\nvenue desk: options "ETH"\n'
        "every 1 d:\n    sell 1 ETH on pool, deadline 2 blocks\n"
        "every 2 d:\n    sell 1 ETH call at delta 0.25 expiring in 7 d on desk\n"
        "every 3 d:\n    top up margin to 2\n"
    )
    assert [one.code.id for one in found(text, deployment())] == ["E306", "E309", "E304", "E306", "E304"]
