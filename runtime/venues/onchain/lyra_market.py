"""Lyra's options market as the chain has it: its live boards, and the positions of an account in them."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.runtime.bundle import Bundle, Right
from stratc.runtime.chain.errors import Refused
from stratc.runtime.chain.reads import odd
from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.chain.words import WORD, ask
from stratc.runtime.deployment import Deployment, LyraAt
from stratc.runtime.keccak import selector
from stratc.runtime.signatures import encoded
from stratc.runtime.venues.onchain.listed import Listed, Position, Strike

_BOARD = "getBoardAndStrikeDetails(uint256)"
_POSITIONS = "getOwnerPositions(address)"
_CLOSE = "closePosition((uint256,uint256,uint256,uint8,uint256,uint256,uint256,uint256))"
_STRIKE_WORDS, _POSITION_WORDS = 9, 6
_KINDS: dict[int, tuple[Right, bool]] = {
    0: ("call", False),
    1: ("put", False),
    3: ("call", True),
    4: ("put", True),
}
"""The market's kinds of options by right, and whether they are sold; calls secured in ether are not ours."""
_ACTIVE = 1
_ANY = 2**255
_FORCED = frozenset(
    selector(error)
    for error in (
        "TradingCutoffReached(address,uint256,uint256,uint256)",
        "TradeDeltaOutOfRange(address,int256,int256,int256)",
    )
)
"""What the market says where it takes no other trade than a forced close."""


def markets(
    rpc: Rpc, bundle: Bundle, deployment: Deployment, now: int, block: str = "latest"
) -> dict[str, Listed]:
    """Each options market that a plan trades in, by its venue's name: what filling the plan needs to know.

    Raises:
        ChainError: the node does not say.
    """
    used = {leg.venue for rule in bundle.rules for leg in rule.legs}
    venues = {name: venue for name, venue in deployment.venues.items() if name in used}
    owner = deployment.account.address
    return {
        name: listed(rpc, venue, owner, now, block)
        for name, venue in venues.items()
        if isinstance(venue, LyraAt)
    }


def listed(rpc: Rpc, venue: LyraAt, owner: str, now: int, block: str = "latest") -> Listed:
    """What can be traded in a block whose time is `now` (epoch seconds), and what the account holds of it.

    Raises:
        ChainError: the node does not say.
    """
    try:
        _, count, *boards = ask(rpc, venue.address, "getLiveBoards()", block=block)
        strikes = tuple(
            strike for board in boards[:count] for strike in _strikes(rpc, venue, board, now, block)
        )
        live = {strike.number for strike in strikes}
        found = _positions(rpc, venue, owner, block)
        return Listed(strikes, tuple(one for one in found if one.strike in live))
    except (IndexError, ValueError):
        raise odd(rpc, f"eth_call at {venue.address}", "an options market's boards and positions") from None


def _strikes(rpc: Rpc, venue: LyraAt, board: int, now: int, block: str) -> Iterator[Strike]:
    """Those of a board that is not over."""
    told = ask(rpc, venue.address, _BOARD, board, block=block)
    head, strikes = told[0] // WORD, told[1] // WORD
    _, expiry, _, frozen, *_ = told[head:]
    if expiry <= now:
        return
    for at in _rows(told, strikes, _STRIKE_WORDS):
        yield Strike(told[at], told[at + 1], expiry, not frozen)


def _positions(rpc: Rpc, venue: LyraAt, owner: str, block: str) -> Iterator[Position]:
    told = ask(rpc, venue.option_token, _POSITIONS, owner, block=block)
    for at in _rows(told, told[0] // WORD, _POSITION_WORDS):
        number, strike, kind, amount, collateral, state = told[at : at + _POSITION_WORDS]
        if state == _ACTIVE and kind in _KINDS:
            right, short = _KINDS[kind]
            forced = _is_forced(rpc, venue, owner, (strike, number, 1, kind, amount, 0, 0, _ANY), block)
            yield Position(number, strike, right, short, amount, collateral, forced)


def _rows(told: tuple[int, ...], at: int, size: int) -> range:
    """Where the rows of a list begin, whose length stands at a word."""
    return range(at + 1, at + 1 + told[at] * size, size)


def _is_forced(rpc: Rpc, venue: LyraAt, owner: str, close: tuple[int, ...], block: str) -> bool:
    """Whether the market would refuse to close the position in the usual way, as it is asked to on paper."""
    call = {"from": owner, "to": venue.address, "data": "0x" + encoded(_CLOSE, (close,)).hex()}
    try:
        rpc.call("eth_call", call, block)
    except Refused as refused:
        return bytes.fromhex(refused.data[2:10]) in _FORCED
    return False
