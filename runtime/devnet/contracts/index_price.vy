# pragma version ~=0.4.3
# @title The index price of a perpetual: what a Chainlink-like feed says now, as Perp's contracts ask for it.

interface Feed:
    def decimals() -> uint8: view
    def latestAnswer() -> int256: view

feed: public(immutable(address))


@deploy
def __init__(source: address):
    feed = source


@external
@view
def decimals() -> uint8:
    return staticcall Feed(feed).decimals()


@external
@view
def getDispatchedPrice(interval: uint256) -> uint256:
    """The interval is left aside: this feed has no average of its own."""
    return convert(staticcall Feed(feed).latestAnswer(), uint256)


@external
def dispatchPrice(interval: uint256):
    pass
