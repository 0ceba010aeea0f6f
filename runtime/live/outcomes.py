"""What an operation did, read from its receipt: the size and the price of each leg, as the venues logged them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil

from stratc.runtime.bundle import Bundle, Leg
from stratc.runtime.chain.words import signed, words
from stratc.runtime.deployment import Deployment, LyraAt, PerpCurieAt, UniswapV3At
from stratc.runtime.engine.messages import CENT, LOT, Fill, Order
from stratc.runtime.execution.entry_point import Landing
from stratc.runtime.execution.fees import WEI
from stratc.runtime.execution.fill import paired
from stratc.runtime.live.logs import Log, OutcomeError, Traded, topic
from stratc.runtime.live.options import traded

_BEGAN = "BeforeExecution()"
"""Between the validation of all operations of a transaction and the first one's calls."""
_ENDED = "UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)"
_SWAP = "Swap(address,address,int256,int256,uint160,uint128,int24)"
_POSITION = "PositionChanged(address,address,int256,int256,uint256,int256,int256,uint256)"
_CURIE = 10**18


def fills(
    bundle: Bundle,
    deployment: Deployment,
    orders: Sequence[Order],
    landing: Landing,
    receipt: Log,
    t: float,
    spot: float,
) -> list[Fill]:
    """The final fills of the orders of an operation that settled; its gas, at a price, is the first one's.

    Raises:
        OutcomeError: the receipt lacks the log of a leg, or is none.
    """
    try:
        logs = list(own(receipt["logs"], deployment.entry_point.address, landing.hash))
        return list(_fills(bundle, deployment, orders, logs, t, gas_cost(landing, spot)))
    except OutcomeError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise OutcomeError(f"the receipt cannot be read ({type(error).__name__})") from None


def gas_cost(landing: Landing, spot: float) -> int:
    """What an operation's gas cost, in CENT of the quote, rounded up; whether it succeeded or not."""
    return ceil(Fraction(landing.cost, WEI) * Fraction(spot) * CENT)


def _fills(
    bundle: Bundle, deployment: Deployment, orders: Sequence[Order], logs: list[Log], t: float, gas: int
) -> Iterator[Fill]:
    for order, leg in paired(bundle.rule(orders[0].rule), orders):
        units, price, fee = _outcome(bundle, deployment, order, leg, logs)
        yield Fill(order.id, t, units, price, fee, gas, final=True, venue=leg.venue)
        gas = 0


def own(logs: Sequence[Log], entry_point: str, hash_: str) -> Iterator[Log]:
    """The logs of one operation's calls: what came since those of the one before it in the same transaction."""
    mine: list[Log] = []
    for log in logs:
        if log["address"].lower() != entry_point.lower() or _BOUNDS.isdisjoint(log["topics"][:1]):
            mine.append(log)
        elif log["topics"][:2] == [topic(_ENDED), hash_]:
            return iter(mine)
        else:
            mine = []
    raise OutcomeError(f"the receipt does not hold the end of operation {hash_}")


_BOUNDS = frozenset({topic(_BEGAN), topic(_ENDED)})


def _outcome(
    bundle: Bundle, deployment: Deployment, order: Order, leg: Leg, logs: list[Log]
) -> tuple[int, float, int]:
    """LOT (or CENT of money), the price, and the fee in CENT; takes the log it read out of the list."""
    if order.kind != "trade":
        return order.units, order.mark, 0
    found = _traded(bundle, deployment, order, leg, logs)
    return int(found.base * LOT), float(found.price), ceil(found.fee * CENT)


def _traded(bundle: Bundle, deployment: Deployment, order: Order, leg: Leg, logs: list[Log]) -> Traded:
    venue = deployment.venues[leg.venue]
    if isinstance(venue, UniswapV3At):
        return _swap(bundle, _take(logs, venue.pool, _SWAP, leg))
    if isinstance(venue, PerpCurieAt):
        of = deployment.account.address, venue.market
        return _position(_take(logs, venue.address, _POSITION, leg, of))
    if isinstance(venue, LyraAt):
        return traded(logs, venue, deployment.account.address, order)
    raise OutcomeError(f"what an order on {leg.venue} ({leg.kind}) did cannot be read")


def _take(logs: list[Log], address: str, event: str, leg: Leg, of: tuple[str, ...] = ()) -> bytes:
    """The data of the next log of an event at an address; `of` are the addresses that it is indexed by first."""
    wanted = [topic(event), *("0x" + one[2:].lower().rjust(64, "0") for one in of)]
    for place, log in enumerate(logs):
        if log["address"].lower() == address.lower() and log["topics"][: len(wanted)] == wanted:
            del logs[place]
            return bytes.fromhex(log["data"][2:])
    raise OutcomeError(
        f"the receipt lacks {event.partition('(')[0]} of the leg on {leg.venue} (line {leg.line})"
    )


def _swap(bundle: Bundle, data: bytes) -> Traded:
    """A pool's view: what it got is positive; the fee is part of the price."""
    amounts = [signed(word) for word in words(data)[:2]]
    base, quote = bundle.base, bundle.quote
    if int(base.address, 16) > int(quote.address, 16):
        amounts.reverse()
    bought, paid = Fraction(-amounts[0], 10**base.decimals), Fraction(amounts[1], 10**quote.decimals)
    if not bought:
        raise OutcomeError("a swap of nothing")
    return Traded(bought, paid / bought)


def _position(data: bytes) -> Traded:
    size, notional, fee = (Fraction(signed(word), _CURIE) for word in words(data)[:3])
    if not size:
        raise OutcomeError("a change of position by nothing")
    return Traded(size, -notional / size, fee)
