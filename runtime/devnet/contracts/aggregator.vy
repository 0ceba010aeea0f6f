# pragma version ~=0.4.3
# @title A price feed with the interface of Chainlink's aggregators; its owner posts the prices.

event AnswerUpdated:
    current: indexed(int256)
    roundId: indexed(uint256)
    updatedAt: uint256

struct Round:
    answer: int256
    posted: uint256

owner: public(immutable(address))
decimals: public(immutable(uint8))
description: public(String[32])
version: public(constant(uint256)) = 4
latestRound: public(uint256)
_rounds: HashMap[uint256, Round]


@deploy
def __init__(description: String[32], places: uint8, answer: int256):
    owner = msg.sender
    decimals = places
    self.description = description
    self._post(answer, block.timestamp)


@external
def post(answer: int256):
    assert msg.sender == owner, "only the owner posts prices"
    self._post(answer, block.timestamp)


@external
def postAt(answer: int256, posted: uint256):
    """For stale and early prices."""
    assert msg.sender == owner, "only the owner posts prices"
    self._post(answer, posted)


@external
@view
def latestAnswer() -> int256:
    return self._rounds[self.latestRound].answer


@external
@view
def latestTimestamp() -> uint256:
    return self._rounds[self.latestRound].posted


@external
@view
def latestRoundData() -> (uint80, int256, uint256, uint256, uint80):
    return self._told(self.latestRound)


@external
@view
def getRoundData(round: uint80) -> (uint80, int256, uint256, uint256, uint80):
    number: uint256 = convert(round, uint256)
    assert number > 0 and number <= self.latestRound, "No data present"
    return self._told(number)


@internal
@view
def _told(number: uint256) -> (uint80, int256, uint256, uint256, uint80):
    found: Round = self._rounds[number]
    id: uint80 = convert(number, uint80)
    return id, found.answer, found.posted, found.posted, id


@internal
def _post(answer: int256, posted: uint256):
    self.latestRound += 1
    self._rounds[self.latestRound] = Round(answer=answer, posted=posted)
    log AnswerUpdated(current=answer, roundId=self.latestRound, updatedAt=posted)
