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

# time << 216 | orders << 192 | turnover << 128 | loss << 64 | gas; zero: before everything
entries: uint256[SIZE]
TOTAL: constant(uint256) = 2**64 - 1
COUNT: constant(uint256) = 2**24 - 1


# What a batch adds; all but the orders in cents, rounded up.
struct Batch:
    orders: uint256
    turnover: uint256
    loss: uint256
    burnt: uint256  # gas
    reducing: bool


@deploy
def __init__(capacity: uint256):
    checks._need(checks.MALFORMED, capacity > 1 and capacity <= SIZE)
    CAPACITY = capacity


@internal
def _prepare(first: uint256, count: uint256):
    """
    @notice Fill empty places with entries from before everything, which read the same but are not zero.
    """
    for i: uint256 in range(count, bound=SIZE):
        at: uint256 = first + i
        if at < CAPACITY and self.entries[at] == 0:
            self.entries[at] = 1 << 216


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
    last: uint256 = self.entries[(head + CAPACITY - 1) % CAPACITY]
    totals: uint256 = self._totals(last, batch)
    for i: uint256 in range(limits.FLOWS):
        if flows[i] == 0:
            break
        self._hold(i, flows[i], (hints >> (16 * i)) & 65535, totals, batch.reducing)
    self.entries[head] = totals
    return (head + 1) % CAPACITY


@internal
@view
def _totals(last: uint256, batch: Batch) -> uint256:
    orders: uint256 = ((last >> 192) & COUNT) + batch.orders
    turnover: uint256 = ((last >> 128) & TOTAL) + batch.turnover
    loss: uint256 = ((last >> 64) & TOTAL) + batch.loss
    burnt: uint256 = (last & TOTAL) + batch.burnt
    checks._above(checks.COUNTERS_FULL, orders, COUNT)
    checks._above(checks.COUNTERS_FULL, max(turnover, max(loss, burnt)), TOTAL)
    return (block.timestamp << 216) | (orders << 192) | (turnover << 128) | (loss << 64) | burnt


@internal
@view
def _hold(i: uint256, flow: uint256, at: uint256, totals: uint256, reducing: bool):
    measure: uint256 = flow >> 144
    if measure == limits.LOSS and reducing:
        return  # an exit is not blocked by what was lost
    checks._above(checks.HINT, at, CAPACITY - 1)
    before: uint256 = self.entries[at]
    checks._above(checks.HINT, before >> 216, self._last_outside(flow))
    inside: uint256 = self._total(measure, totals) - self._total(measure, before)
    checks._above(checks.FLOW + i, inside, flow & limits.BOUND)


@internal
@pure
def _total(measure: uint256, entry: uint256) -> uint256:
    if measure == limits.ORDERS:
        return (entry >> 192) & COUNT
    if measure == limits.TURNOVER:
        return (entry >> 128) & TOTAL
    if measure == limits.LOSS:
        return (entry >> 64) & TOTAL
    return entry & TOTAL


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
