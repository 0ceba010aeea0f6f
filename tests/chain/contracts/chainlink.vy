# pragma version 0.4.3
# A Chainlink aggregator that answers what it was told.

decimals: public(uint8)
answer: int256
updated: uint256


@deploy
def __init__(decimals: uint8):
    self.decimals = decimals


@external
def set(answer: int256, updated: uint256):
    self.answer = answer
    self.updated = updated


@external
@view
def latestRoundData() -> (uint80, int256, uint256, uint256, uint80):
    return 7, self.answer, self.updated, self.updated, 7
