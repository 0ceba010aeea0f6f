"""The holes that calls have, and the approvals around a payment."""

from __future__ import annotations

from stratc.runtime.bundle import Call, Hole, Token
from stratc.runtime.deployment import Address

UINT = "uint256"


def amount(token: Token, decimals: int | None = None) -> Hole:
    """What an order trades or moves: never more than asked."""
    return _hole("amount", token, decimals, "down")


def minimum_out(token: Token, decimals: int | None = None) -> Hole:
    """The least to receive."""
    return _hole("minimum_out", token, decimals, "up")


def maximum_in(token: Token, decimals: int | None = None) -> Hole:
    """The most to pay."""
    return _hole("maximum_in", token, decimals, "down")


def collateral(token: Token) -> Hole:
    """What secures an option that is sold: its strike, all that a put can cost."""
    return _hole("collateral", token, None, "up")


def collateral_after(token: Token) -> Hole:
    """What secures a position after a trade."""
    return _hole("collateral_after", token, None, "up")


def shortfall(token: Token) -> Hole:
    """What buying back an option can cost beyond what secures it."""
    return _hole("shortfall", token, None, "up")


def strike() -> Hole:
    """The market's number of a strike at an expiry."""
    return Hole(hole="strike", type=UINT, unit="", decimals=0, rounding="down")


def position() -> Hole:
    """The number of a position of the account's; 0: a new one."""
    return Hole(hole="position", type=UINT, unit="", decimals=0, rounding="down")


def deadline_time() -> Hole:
    """The last second, since the epoch, at which a call may run."""
    return Hole(hole="deadline_time", type=UINT, unit="s", decimals=0, rounding="down")


def approve(token: Token, spender: Address, most: Hole) -> Call:
    """Let a contract take exactly so much."""
    return Call(
        what=f"let it take exactly this much {token.symbol}",
        to=token.address,
        function="approve(address spender, uint256 amount)",
        args=(spender, most),
    )


def take_back(token: Token, spender: Address) -> Call:
    """Let a contract take no more: something of the approval can be left over."""
    return Call(
        what=f"let it take no more {token.symbol}",
        to=token.address,
        function="approve(address spender, uint256 amount)",
        args=(spender, 0),
    )


def _hole(name: str, token: Token, decimals: int | None, rounding: str) -> Hole:
    return Hole.model_validate(
        {
            "hole": name,
            "type": UINT,
            "unit": token.symbol,
            "decimals": token.decimals if decimals is None else decimals,
            "rounding": rounding,
        }
    )
