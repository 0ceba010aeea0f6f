from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratc.runtime.execution.userop.abi import Call
from stratc.runtime.execution.userop.accounts.base import Account
from stratc.runtime.execution.userop.errors import OperationError
from stratc.runtime.execution.userop.template import BatchTemplate, Hole
from tests.execution.userop.test_accounts import EACH

TO = b"\x77" * 20


@st.composite
def batches(draw: st.DrawFn) -> tuple[list[Call], list[Hole], list[int]]:
    """Calls with holes at any byte, none over another, and a value for each."""
    calls = draw(
        st.lists(st.builds(Call, st.just(TO), st.just(0), st.binary(max_size=300)), min_size=1, max_size=4)
    )
    holes, values = [], []
    for index, call in enumerate(calls):
        if draw(st.booleans()):
            holes.append(Hole(f"value {index}", index, None))
            values.append(draw(st.integers(0, 2**256 - 1)))
        at = draw(st.integers(0, 40))
        while at + 32 <= len(call.data):
            signed = draw(st.booleans())
            holes.append(Hole(f"word {index} {at}", index, at, signed))
            values.append(draw(st.integers(*((-(2**255), 2**255 - 1) if signed else (0, 2**256 - 1)))))
            at += 32 + draw(st.integers(0, 40))
    return calls, holes, values


@pytest.mark.parametrize("account", EACH, ids=lambda account: account.kind)
@given(batch=batches())
def test_filling_is_encoding_anew(account: Account, batch: tuple[list[Call], list[Hole], list[int]]) -> None:
    calls, holes, values = batch
    template = BatchTemplate(account, calls, holes)
    filled = list(calls)
    for hole, value in zip(holes, values, strict=True):
        call = filled[hole.call]
        if hole.at is None:
            filled[hole.call] = call._replace(value=value)
        else:
            word = (value % 2**256).to_bytes(32, "big")
            filled[hole.call] = call._replace(data=call.data[: hole.at] + word + call.data[hole.at + 32 :])
    assert template.fill(values) == account.batch(filled)
    assert template.fill([0] * len(values)) != template.fill([1] * len(values)) or not values
    assert template.fill(values) == account.batch(filled)  # nothing stays from one time to the next


CALLS = [Call(TO, 0, bytes(68)), Call(TO, 0, bytes(4))]


@pytest.mark.parametrize(
    ("hole", "said"),
    [
        (Hole("amount", 2, 4), "hole amount is in call 2, and the batch has 2"),
        (Hole("amount", 0, 37), "starts at byte 37 of a call of 68 bytes"),
        (Hole("amount", 1, 0), "starts at byte 0 of a call of 4 bytes"),
        (Hole("amount", 0, -1), "starts at byte -1"),
    ],
)
def test_a_hole_outside_its_call_is_refused(hole: Hole, said: str) -> None:
    with pytest.raises(OperationError, match=said):
        BatchTemplate(EACH[0], CALLS, [hole])


@pytest.mark.parametrize("at", [4, 5, 35])
def test_a_hole_over_another_is_refused(at: int) -> None:
    with pytest.raises(OperationError, match="lies over another hole"):
        BatchTemplate(EACH[0], CALLS, [Hole("amount", 0, 4), Hole("least", 0, at)])


def test_values_that_do_not_fit_are_named() -> None:
    template = BatchTemplate(EACH[1], CALLS, [Hole("amount", 0, 4), Hole("change", 0, 36, signed=True)])
    template.fill([2**256 - 1, -(2**255)])
    with pytest.raises(OperationError, match=r"amount is -1; it must lie in 0 \.\. 2\^256 - 1"):
        template.fill([-1, 0])
    with pytest.raises(OperationError, match=r"change is 578\d+; it must lie in -2\^255"):
        template.fill([0, 2**255])
    with pytest.raises(OperationError, match="3 values for the holes amount, change"):
        template.fill([1, 2, 3])
