"""A loan as margin: its health factor is the margin ratio, its collateral what counts for it."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from stratc.runtime.chain.rpc import Rpc
from stratc.runtime.chain.words import ask
from stratc.runtime.deployment import AaveV3At, TokenAt
from stratc.runtime.risk.health import distance
from stratc.runtime.risk.units import PARTS
from stratc.runtime.venues.onchain.aave_v3 import PERCENT, WAD, Position

_DATA = "getUserAccountData(address)"
_CONFIGURATION = "getConfiguration(address)"


def position(rpc: Rpc, pool: AaveV3At, owner: str, block: str) -> Position:
    """The account's position as the pool tells it.

    Raises:
        ChainError: the node does not say.
    """
    collateral, debt, borrowable, threshold, loan_to_value, health = ask(
        rpc, pool.address, _DATA, owner, block=block, wanted=6
    )
    return Position(collateral, debt, borrowable, threshold, loan_to_value, health)


def threshold_of(rpc: Rpc, pool: AaveV3At, token: TokenAt, block: str) -> int:
    """What of a token counts as collateral before a liquidation, in basis points.

    Raises:
        ChainError: the node does not say.
    """
    (configured,) = ask(rpc, pool.address, _CONFIGURATION, token.address, block=block, wanted=1)
    return configured >> 16 & 0xFFFF


def margin_signals(found: Position, threshold: int, wallet: Fraction) -> dict[str, float]:
    """`margin_ratio` and `equity` such that margin of the quote asset, added, does to the ratio what it does there.

    And `distance_to_liquidation`, which is that of the loan as it is.

    `threshold` is the quote asset's, `wallet` what of it is not supplied. Nothing without a debt: no ratio then.
    """
    if not found.debt or not threshold:
        return {}
    # The oracle's unit cancels out of the ratio; what counts is told in the quote asset that is added.
    counted = Fraction(found.collateral * found.threshold, PERCENT) / Fraction(threshold, PERCENT)
    ratio = floor(Fraction(found.health) * 10**9 / WAD) / 10**9
    return {
        "margin_ratio": ratio,
        "equity": float(wallet + counted / 10**8),
        "distance_to_liquidation": distance(found.health) / PARTS,
    }
