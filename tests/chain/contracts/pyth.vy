# pragma version 0.4.3
# Pyth's contract as far as it is read, answering what it was told.

struct Price:
    price: int64
    confidence: uint64
    exponent: int32
    published: uint256

prices: HashMap[bytes32, Price]


@external
def set(feed: bytes32, price: Price):
    self.prices[feed] = price


@external
@view
def getPriceUnsafe(feed: bytes32) -> Price:
    return self.prices[feed]
