# pragma version 0.4.3
# The limits of one strategy, and which limits are tighter than which.

import checks

FLOWS: constant(uint256) = 6
BOUND: constant(uint256) = 2**96 - 1

# What a flow limit counts, and over which window.
ORDERS: constant(uint256) = 1
TURNOVER: constant(uint256) = 2
LOSS: constant(uint256) = 3
GAS: constant(uint256) = 4
ROLLING: constant(uint256) = 1
HOUR: constant(uint256) = 2
DAY: constant(uint256) = 3
WEEK: constant(uint256) = 4  # begins on Monday


struct Limits:
    max_age: uint256  # seconds, of a price
    agreement: uint256  # parts in 10**9, between two prices
    order_size: uint256  # base units, of one leg
    order_notional: uint256  # quote units, of one leg
    slippage: uint256  # parts in 10**9, of one leg
    top_up: uint256  # quote units, of one leg
    exposure_low: int256  # base units, after the legs
    exposure_high: int256  # base units, after the legs
    cash: uint256  # quote units the account keeps
    gas_price: uint256  # wei a unit of gas
    gas_cost: uint256  # quote units, for each order
    # measure << 144 | window << 136 | seconds << 96 | bound; 0: no more. A bound is a count or in cents
    flows: uint256[FLOWS]


@internal
@pure
def _well_formed(new: Limits, gas_known: bool) -> bool:
    """
    @notice Whether limits make sense, where the price of gas is known or not.
    """
    if new.exposure_low > new.exposure_high:
        return False
    if not gas_known and new.gas_cost != max_value(uint256):
        return False
    ended: bool = False
    for flow: uint256 in new.flows:
        if flow == 0:
            ended = True
        elif ended or not self._flow_well_formed(flow, gas_known):
            return False
    return True


@internal
@pure
def _flow_well_formed(flow: uint256, gas_known: bool) -> bool:
    measure: uint256 = flow >> 144
    window: uint256 = (flow >> 136) & 255
    seconds: uint256 = (flow >> 96) & (2**40 - 1)
    if measure < ORDERS or measure > GAS or window < ROLLING or window > WEEK:
        return False
    return (seconds > 0) == (window == ROLLING) and (measure != GAS or gas_known)


@internal
@pure
def _tighter(new: Limits, old: Limits) -> bool:
    """
    @notice Whether whatever the new limits let through, the old ones let through as well.
    """
    if new.max_age > old.max_age or new.agreement > old.agreement:
        return False
    if new.order_size > old.order_size or new.order_notional > old.order_notional:
        return False
    if new.slippage > old.slippage or new.top_up > old.top_up:
        return False
    if new.exposure_low < old.exposure_low or new.exposure_high > old.exposure_high:
        return False
    if new.cash < old.cash or new.gas_price > old.gas_price or new.gas_cost > old.gas_cost:
        return False
    for i: uint256 in range(FLOWS):
        if not self._flow_tighter(new.flows[i], old.flows[i]):
            return False
    return True


@internal
@pure
def _flow_tighter(new: uint256, old: uint256) -> bool:
    """
    @notice The same measure, at most the bound, and over the same period or a longer rolling one.
    """
    if old == 0:
        return True
    if new >> 136 != old >> 136:
        return False
    return new & BOUND <= old & BOUND and (new >> 96) & (2**40 - 1) >= (old >> 96) & (2**40 - 1)
