"""What is proved does not happen either where programs speak of `delta[merton]`."""

from __future__ import annotations

import pytest

from tests.jumps import with_jumps
from tests.proof import test_soundness as soundness
from tests.proof.programs import text_of


@pytest.fixture(autouse=True)
def jumps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every program of the suite says it of every delta."""
    monkeypatch.setattr(soundness, "text_of", lambda seed: with_jumps(text_of(seed)))


def test_a_few_programs() -> None:
    tally = soundness.check_all(range(200, 220), 8)
    assert tally.pairs >= 10, tally.told()
    assert tally.orders >= 250, tally.told()


@pytest.mark.slow
def test_many_programs() -> None:
    tally = soundness.check_all(range(20_000, 21_500), 16, pairs=400)
    assert tally.pairs >= 400, tally.told()
    assert tally.orders >= 10_000, tally.told()
