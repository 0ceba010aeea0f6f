# pragma version 0.4.3
# What the batches so far added up to, so that a rolling window takes two reads and one write, and is exact.
#
# Each batch leaves one entry in a ring: its time and the running totals after it. What a window holds is
# the total now less the total at an entry that has left the window. The caller says which entry (a hint):
# an older one than need be only counts more, and one that is still in the window is refused.

import checks
import limits

SIZE: constant(uint256) = 65536
CAPACITY: immutable(uint256)

# time << 216 | orders << 192 | turnover << 96 | loss; zero: before everything
entries: uint256[SIZE]
gas_totals: uint256[SIZE]
COUNTS_GAS: immutable(bool)


struct Batch:
    orders: uint256
    turnover: uint256  # quote units
    loss: uint256  # quote units
    burnt: uint256  # quote units
    reducing: bool


@deploy
def __init__(capacity: uint256, counts_gas: bool):
    checks._need(checks.MALFORMED, capacity > 1 and capacity <= SIZE)
    CAPACITY = capacity
    COUNTS_GAS = counts_gas


@internal
@view
def _last_outside(flow: uint256) -> uint256:
    """
    @notice The last second that is no longer in a limit's window.
    """
    window: uint256 = (flow >> 136) & 255
    now: uint256 = block.timestamp
    if window == limits.ROLLING:
        return now - min(now, (flow >> 96) & (2**40 - 1))
    if window == limits.HOUR:
        return now - now % 3600 - 1
    if window == limits.DAY:
        return now - now % 86400 - 1
    return now - (now + 3 * 86400) % 604800 - 1  # the epoch began on a Thursday


@internal
def _add(head: uint256, flows: uint256[limits.FLOWS], hints: uint256, batch: Batch) -> uint256:
    """
    @notice Count a batch, held against every flow limit; the ring's next place.
    """
    last: uint256 = (head + CAPACITY - 1) % CAPACITY
    totals: uint256 = self._totals(self.entries[last], batch)
    burnt: uint256 = 0
    if COUNTS_GAS:
        burnt = self.gas_totals[last] + batch.burnt
    for i: uint256 in range(limits.FLOWS):
        if flows[i] != 0:
            self._hold(i, flows[i], (hints >> (16 * i)) & 65535, totals, burnt, batch.reducing)
    self.entries[head] = totals
    if COUNTS_GAS:
        self.gas_totals[head] = burnt
    return (head + 1) % CAPACITY


@internal
@view
def _totals(last: uint256, batch: Batch) -> uint256:
    orders: uint256 = ((last >> 192) & (2**24 - 1)) + batch.orders
    turnover: uint256 = ((last >> 96) & limits.BOUND) + batch.turnover
    loss: uint256 = (last & limits.BOUND) + batch.loss
    checks._above(checks.COUNTERS_FULL, orders, 2**24 - 1)
    checks._above(checks.COUNTERS_FULL, turnover, limits.BOUND)
    checks._above(checks.COUNTERS_FULL, loss, limits.BOUND)
    return (block.timestamp << 216) | (orders << 192) | (turnover << 96) | loss


@internal
@view
def _hold(i: uint256, flow: uint256, at: uint256, totals: uint256, burnt: uint256, reducing: bool):
    measure: uint256 = flow >> 144
    if measure == limits.LOSS and reducing:
        return  # an exit is not blocked by what was lost
    checks._above(checks.HINT, at, CAPACITY - 1)
    before: uint256 = self.entries[at]
    checks._above(checks.HINT, before >> 216, self._last_outside(flow))
    checks._above(checks.FLOW + i, self._between(measure, before, at, totals, burnt), flow & limits.BOUND)


@internal
@view
def _between(measure: uint256, before: uint256, at: uint256, totals: uint256, burnt: uint256) -> uint256:
    if measure == limits.ORDERS:
        return ((totals >> 192) & (2**24 - 1)) - ((before >> 192) & (2**24 - 1))
    if measure == limits.TURNOVER:
        return ((totals >> 96) & limits.BOUND) - ((before >> 96) & limits.BOUND)
    if measure == limits.LOSS:
        return (totals & limits.BOUND) - (before & limits.BOUND)
    return burnt - self.gas_totals[at]


@internal
@view
def _hint(head: uint256, flow: uint256) -> uint256:
    """
    @notice The newest entry outside a window; the oldest there is where all are inside.
    """
    outside: uint256 = self._last_outside(flow)
    for back: uint256 in range(1, SIZE + 1):
        if back > CAPACITY:
            break
        at: uint256 = (head + CAPACITY - back) % CAPACITY
        if self.entries[at] >> 216 <= outside:
            return at
    return head
