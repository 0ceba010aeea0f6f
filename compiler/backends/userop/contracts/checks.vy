# pragma version 0.4.3
# Every way in which the guard refuses, as one error: which check, the value, the bound.

NOT_THE_ACCOUNT: constant(uint256) = 1
ALREADY_OPEN: constant(uint256) = 2
NOT_OPEN: constant(uint256) = 3
PAUSED: constant(uint256) = 4
OTHER_STRATEGY: constant(uint256) = 5
DEADLINE_BLOCK: constant(uint256) = 6
DEADLINE_TIME: constant(uint256) = 7
NO_PRICE: constant(uint256) = 8
PRICE_AGE: constant(uint256) = 9
PRICE_AGREEMENT: constant(uint256) = 10
GAS_PRICE: constant(uint256) = 11
ORDER_SIZE: constant(uint256) = 12
ORDER_NOTIONAL: constant(uint256) = 13
BOUGHT_TOO_DEAR: constant(uint256) = 14
SOLD_TOO_CHEAP: constant(uint256) = 15
TOP_UP: constant(uint256) = 16
EXPOSURE_HIGH: constant(uint256) = 17
EXPOSURE_LOW: constant(uint256) = 18
CASH: constant(uint256) = 19
GAS_COST: constant(uint256) = 20
HINT: constant(uint256) = 21
COUNTERS_FULL: constant(uint256) = 22
NOT_TIGHTER: constant(uint256) = 23
NOT_PROPOSED: constant(uint256) = 24
TOO_EARLY: constant(uint256) = 25
MALFORMED: constant(uint256) = 26
FLOW: constant(uint256) = 32  # + the limit's place among the flows


@internal
@pure
def _refuse(check: uint256, number: int256, bound: int256):
    raw_revert(abi_encode(check, number, bound, method_id=method_id("Refused(uint256,int256,int256)")))


@internal
@pure
def _above(check: uint256, number: uint256, bound: uint256):
    """
    @notice Refuse a value above its bound.
    """
    if number > bound:
        self._refuse(check, self._signed(number), self._signed(bound))


@internal
@pure
def _below(check: uint256, number: uint256, bound: uint256):
    """
    @notice Refuse a value below its bound.
    """
    if number < bound:
        self._refuse(check, self._signed(number), self._signed(bound))


@internal
@pure
def _need(check: uint256, holds: bool):
    """
    @notice Refuse where something that takes no number does not hold.
    """
    if not holds:
        self._refuse(check, 0, 0)


@internal
@pure
def _signed(number: uint256) -> int256:
    return convert(min(number, convert(max_value(int256), uint256)), int256)
