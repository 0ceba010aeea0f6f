# pragma version 0.4.3
# What one whole base asset is worth in whole quote assets, times 10**18, from one source or two.

import checks

interface Chainlink:
    def decimals() -> uint8: view
    def latestRoundData() -> (uint80, int256, uint256, uint256, uint80): view

interface Pyth:
    def getPriceUnsafe(feed: bytes32) -> PythPrice: view


struct PythPrice:
    price: int64
    confidence: uint64
    exponent: int32
    published: uint256


# A feed of zeros: the address is a Chainlink aggregator; else Pyth's contract.
struct Source:
    at: address
    feed: bytes32


PARTS: constant(uint256) = 10**9
FIRST: immutable(Source)
SECOND: immutable(Source)
FIRST_SCALE: immutable(uint256)
SECOND_SCALE: immutable(uint256)


@deploy
def __init__(first: Source, second: Source):
    FIRST = first
    SECOND = second
    FIRST_SCALE = self._scale(first)
    SECOND_SCALE = self._scale(second)


@internal
@view
def _scale(source: Source) -> uint256:
    if source.at == empty(address) or source.feed != empty(bytes32):
        return 1
    return 10 ** (18 - convert(staticcall Chainlink(source.at).decimals(), uint256))


@internal
@view
def _price(max_age: uint256, agreement: uint256) -> uint256:
    """
    @notice The first source's price: fresh, and within the agreed band of the second.
    """
    first: uint256 = self._read(FIRST, FIRST_SCALE, max_age)
    if SECOND.at != empty(address):
        second: uint256 = self._read(SECOND, SECOND_SCALE, max_age)
        low: uint256 = min(first, second)
        apart: uint256 = max(first, second) - low
        if agreement != max_value(uint256) and apart * PARTS > agreement * low:
            checks._above(checks.PRICE_AGREEMENT, (apart * PARTS + low - 1) // low, agreement)
    return first


@internal
@view
def _read(source: Source, scale: uint256, max_age: uint256) -> uint256:
    answer: int256 = 0
    moment: uint256 = 0
    to_wad: uint256 = scale
    if source.feed == empty(bytes32):
        round: uint80 = 0
        begun: uint256 = 0
        answered: uint80 = 0
        round, answer, begun, moment, answered = staticcall Chainlink(source.at).latestRoundData()
    else:
        found: PythPrice = staticcall Pyth(source.at).getPriceUnsafe(source.feed)
        answer = convert(found.price, int256)
        moment = found.published
        if found.exponent > 0 or found.exponent < -18:
            answer = 0
        else:
            to_wad = 10 ** convert(18 + found.exponent, uint256)
    if answer <= 0 or moment == 0 or moment > block.timestamp:
        checks._refuse(checks.NO_PRICE, answer, checks._signed(moment))
    checks._above(checks.PRICE_AGE, block.timestamp - moment, max_age)
    return convert(answer, uint256) * to_wad
