"""Which market a run is on: options first, then the strategy's own market.toml, then the crash preset."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from stratc.cli.failures import USAGE, WORLD, Failure
from stratc.cli.finite import ratio
from stratc.runtime.market.base import Market
from stratc.runtime.market.open import open_market
from stratc.runtime.market.problems import DataError, UnknownMarket

_KEYS = ("market", "seed", "from", "to", "iv")


class Choice(NamedTuple):
    """A market by name or file, with what narrows it; times in epoch seconds."""

    spec: str
    seed: int
    start: float | None
    end: float | None
    iv: float | None


_SEEDS = 2**63
"""Seeds are kept in journals as 64 bits."""


def chosen(
    program: Path, market: str | None, seed: int | None, since: str | None, until: str | None, iv: str | None
) -> Choice:
    """The choice the options and the strategy's market.toml make together.

    A market named on the command line leaves the rest of market.toml aside: it was made for another one.

    Raises:
        Failure: a time or volatility that cannot be read, a seed of more than 64 bits, or a broken market.toml.
    """
    if seed is not None and abs(seed) >= _SEEDS:
        raise Failure(USAGE, f"--seed {seed} is too large a number", f"write one below {_SEEDS}")
    own = _own(program.parent / "market.toml") if program.name == "strategy.strat" and market is None else {}
    spec = market or str(own.get("market", "crash"))
    beside = program.parent / spec
    if market is None and beside.is_file():
        spec = str(beside)
    return Choice(
        spec,
        seed if seed is not None else int(str(own.get("seed", 1))),
        _time("--from", since or own.get("from")),
        _time("--to", until or own.get("to")),
        ratio(iv or own.get("iv")),
    )


def opened(choice: Choice, signals: tuple[str, ...]) -> Market:
    """The market of a choice.

    Raises:
        Failure: no such market, or its data cannot be used.
    """
    try:
        return open_market(
            choice.spec, seed=choice.seed, start=choice.start, end=choice.end, signals=signals, iv=choice.iv
        )
    except UnknownMarket as error:
        raise Failure(USAGE, str(error)) from None
    except DataError as error:
        raise Failure(WORLD, str(error)) from None


def _own(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        told: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure(WORLD, f"{path} cannot be read: {error}") from None
    for key in told:
        if key not in _KEYS:
            raise Failure(
                WORLD, f"{path}: there is no setting {key!r}", f"the settings are {', '.join(_KEYS)}"
            )
    return told


def _time(option: str, given: object) -> float | None:
    if given is None:
        return None
    if isinstance(given, datetime):
        return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp()
    text = str(given)
    try:
        return float(text)
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise Failure(
            USAGE,
            f"{option} {text} is not a time",
            "write 2020-03-12, 2020-03-12T06:00:00Z, or epoch seconds",
        ) from None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
