# pragma version ~=0.4.3
# @title A price oracle with the interface of Pyth's; its owner posts the prices.

struct Price:
    price: int64
    conf: uint64
    expo: int32
    publishTime: uint256

event PriceFeedUpdate:
    id: indexed(bytes32)
    publishTime: uint64
    price: int64
    conf: uint64

owner: public(immutable(address))
_prices: HashMap[bytes32, Price]


@deploy
def __init__():
    owner = msg.sender


@external
def post(id: bytes32, price: int64, conf: uint64, expo: int32):
    assert msg.sender == owner, "only the owner posts prices"
    self._post(id, price, conf, expo, block.timestamp)


@external
def postAt(id: bytes32, price: int64, conf: uint64, expo: int32, posted: uint256):
    """For stale and early prices."""
    assert msg.sender == owner, "only the owner posts prices"
    self._post(id, price, conf, expo, posted)


@external
@view
def priceFeedExists(id: bytes32) -> bool:
    return self._prices[id].publishTime != 0


@external
@view
def getPriceUnsafe(id: bytes32) -> Price:
    return self._found(id)


@external
@view
def getPriceNoOlderThan(id: bytes32, age: uint256) -> Price:
    found: Price = self._found(id)
    apart: uint256 = max(block.timestamp, found.publishTime) - min(block.timestamp, found.publishTime)
    if apart > age:
        raw_revert(method_id("StalePrice()"))
    return found


@internal
@view
def _found(id: bytes32) -> Price:
    found: Price = self._prices[id]
    if found.publishTime == 0:
        raw_revert(method_id("PriceFeedNotFound()"))
    return found


@internal
def _post(id: bytes32, price: int64, conf: uint64, expo: int32, posted: uint256):
    self._prices[id] = Price(price=price, conf=conf, expo=expo, publishTime=posted)
    log PriceFeedUpdate(id=id, publishTime=convert(posted, uint64), price=price, conf=conf)
