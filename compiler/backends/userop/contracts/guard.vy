# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize gas
# The limits of one strategy, held on chain: begin, a leg, mark, a leg, …, finish, all called by the account
# in one batch. What the legs did is read from balances. A refusal takes the whole batch with it.
# Units: base and quote are the tokens' smallest units, prices are times 10**18, ratios are parts in 10**9.

import checks
import history
import limits
import prices

initializes: history
initializes: prices

interface Token:
    def balanceOf(owner: address) -> uint256: view

interface Book:  # what the account holds at venues, in the tokens' units; a debt is negative
    def holdings(owner: address) -> (int256, int256): view

event Paused: pass
event Resumed: pass
event Proposed:
    what: bytes32
    due: uint256
event Cancelled: pass
event Replaced:
    strategy: bytes32
    limits: address

struct Market:
    base: address
    quote: address
    scale: uint256  # base units × price // scale is quote units
    cent: uint256  # quote units in which windows count: a millionth of the quote asset, or its unit
    gas_scale: uint256  # wei × price // gas_scale is quote units; 0: the price of gas is not known
    gas_overhead: uint256  # gas that is spent outside begin … finish
    book: address  # or zero

struct Holdings:
    base: int256
    quote: int256
    wallet: uint256  # of quote, what the account itself has

struct Program:
    strategy: bytes32
    limits: limits.Limits

PARTS: constant(uint256) = 10**9
STORED: constant(uint256) = 18 * 32
IS_PAUSED: constant(uint256) = 1 << 255
NEVER_ZERO: constant(uint256) = 1 << 254  # a slot that is never zero is never paid for as a new one

ACCOUNT: public(immutable(address))
GUARDIAN: public(immutable(address))
DELAY: public(immutable(uint256))
MARKET: immutable(Market)
PROGRAM: immutable(Program)

# paused << 255 | 1 << 254 | place in the history << 160 | where the limits are stored (0: those of the constructor)
state: uint256
proposal: public(bytes32)
due: public(uint256)

is_open: transient(bool)
price: transient(uint256)
gas_at_begin: transient(uint256)
at_begin: transient(Holdings)
at_mark: transient(Holdings)
is_marked: transient(bool)
orders: transient(uint256)
turnover: transient(uint256)


@deploy
def __init__(
    account: address,
    guardian: address,
    delay: uint256,
    capacity: uint256,
    market: Market,
    first: prices.Source,
    second: prices.Source,
    strategy: bytes32,
    initial: limits.Limits,
):
    checks._need(checks.MALFORMED, account != empty(address) and market.scale > 0)
    checks._need(checks.MALFORMED, market.cent > 0 and limits._well_formed(initial, market.gas_scale > 0))
    ACCOUNT = account
    GUARDIAN = guardian
    DELAY = delay
    MARKET = market
    PROGRAM = Program(strategy=strategy, limits=initial)
    self.state = NEVER_ZERO
    history.__init__(capacity)
    prices.__init__(first, second)


# --- a batch ------------------------------------------------------------------------------------------


@external
def begin(strategy: bytes32, deadline_block: uint256, deadline_time: uint256):
    """
    @notice The first call of a batch: the program is the current one, in time, and the price is good.
    """
    self.gas_at_begin = msg.gas
    self._only_account()
    checks._need(checks.ALREADY_OPEN, not self.is_open)
    state: uint256 = self.state
    checks._need(checks.PAUSED, state < IS_PAUSED)
    current: Program = self._current(state)
    checks._need(checks.OTHER_STRATEGY, strategy == current.strategy)
    checks._above(checks.DEADLINE_BLOCK, block.number, deadline_block)
    checks._above(checks.DEADLINE_TIME, block.timestamp, deadline_time)
    self.price = prices._price(current.limits.max_age, current.limits.agreement)
    self.is_open = True
    self.orders = 0
    self.turnover = 0
    now: Holdings = self._holdings()
    self.at_begin = now
    self.is_marked = False


@external
def mark(slippage: uint256):
    """
    @notice Between two legs: hold the one before against the limits, and against a slippage of its own.
    """
    self._only_account()
    checks._need(checks.NOT_OPEN, self.is_open)
    self.at_mark = self._leg(self._current(self.state).limits, slippage, self._at_mark())
    self.is_marked = True


@external
def finish(slippage: uint256, orders: uint256, hints: uint256):
    """
    @notice The last call of a batch: its last leg, what the account is left with, and what windows allow.
    @param orders How many orders the batch has; more are counted where balances show more.
    @param hints For each flow limit, 16 bits: an entry of the history that has left its window.
    """
    self._only_account()
    checks._need(checks.NOT_OPEN, self.is_open)
    state: uint256 = self.state
    checks._need(checks.PAUSED, state < IS_PAUSED)
    bounds: limits.Limits = self._current(state).limits
    before: Holdings = self.at_begin
    after: Holdings = self._leg(bounds, slippage, self._at_mark())
    self._hold_state(bounds, before, after)
    batch: history.Batch = self._batch(before, after, orders)
    if batch.orders > 0 and not batch.reducing:  # an exit or a top-up may be dear
        checks._above(checks.GAS_PRICE, tx.gasprice, bounds.gas_price)
    cost: uint256 = self._gas_cost()
    if bounds.gas_cost != max_value(uint256):
        checks._above(checks.GAS_COST, cost, bounds.gas_cost * max(batch.orders, 1))
    batch.burnt = self._ceil(cost, MARKET.cent)
    head: uint256 = history._add((state >> 160) & 65535, bounds.flows, hints, batch)
    self.state = (state & ~(convert(65535, uint256) << 160)) | (head << 160)
    self.is_open = False


@internal
@view
def _at_mark() -> Holdings:
    if self.is_marked:
        return self.at_mark
    return self.at_begin


@internal
def _leg(bounds: limits.Limits, slippage: uint256, before: Holdings) -> Holdings:
    after: Holdings = self._holdings()
    base: int256 = after.base - before.base
    quote: int256 = after.quote - before.quote
    moved: int256 = convert(before.wallet, int256) - convert(after.wallet, int256)
    if base != 0:
        moved += quote  # what was paid in the trade is held against the price instead
        self._hold_trade(bounds, min(slippage, bounds.slippage), base, quote)
    if moved > 0:
        checks._above(checks.TOP_UP, convert(moved, uint256), bounds.top_up)
    return after


@internal
def _hold_trade(bounds: limits.Limits, slippage: uint256, base: int256, quote: int256):
    size: uint256 = convert(abs(base), uint256)
    worth: uint256 = size * self.price
    notional: uint256 = self._ceil(worth, MARKET.scale)
    checks._above(checks.ORDER_SIZE, size, bounds.order_size)
    checks._above(checks.ORDER_NOTIONAL, notional, bounds.order_notional)
    self.orders += 1
    self.turnover += notional
    if slippage == max_value(uint256):
        return
    if base > 0:
        most: uint256 = worth * (PARTS + slippage) // (MARKET.scale * PARTS)
        if quote < 0:
            checks._above(checks.BOUGHT_TOO_DEAR, convert(-quote, uint256), most)
    else:
        least: uint256 = self._ceil(worth * (PARTS - min(slippage, PARTS)), MARKET.scale * PARTS)
        if quote < convert(least, int256):
            checks._refuse(checks.SOLD_TOO_CHEAP, quote, convert(least, int256))


@internal
@pure
def _hold_state(bounds: limits.Limits, before: Holdings, after: Holdings):
    """
    @notice A state that meets its limit, or that was broken before and is less so now.
    """
    if after.base > bounds.exposure_high and after.base >= before.base:
        checks._refuse(checks.EXPOSURE_HIGH, after.base, bounds.exposure_high)
    if after.base < bounds.exposure_low and after.base <= before.base:
        checks._refuse(checks.EXPOSURE_LOW, after.base, bounds.exposure_low)
    if after.wallet < bounds.cash and after.wallet <= before.wallet:
        checks._below(checks.CASH, after.wallet, bounds.cash)


@internal
@view
def _batch(before: Holdings, after: Holdings, orders: uint256) -> history.Batch:
    given: int256 = before.base - after.base
    paid: int256 = before.quote - after.quote
    worth: uint256 = convert(abs(given), uint256) * self.price
    if given > 0:
        paid += convert(self._ceil(worth, MARKET.scale), int256)
    else:
        paid -= convert(worth // MARKET.scale, int256)
    shrinks: bool = abs(after.base) < abs(before.base)
    crosses: bool = (after.base < 0) != (before.base < 0) and after.base != 0
    return history.Batch(
        orders=max(orders, self.orders),
        turnover=self._ceil(self.turnover, MARKET.cent),
        loss=self._ceil(convert(max(paid, 0), uint256), MARKET.cent),
        burnt=0,
        reducing=shrinks and not crosses,
    )


@internal
@view
def _gas_cost() -> uint256:
    """
    @notice What begin … now has cost, in quote units; a call sees 63 of 64 parts of its caller's gas.
    """
    if MARKET.gas_scale == 0:
        return 0
    used: uint256 = self._ceil((self.gas_at_begin - msg.gas) * 64, 63) + MARKET.gas_overhead
    return self._ceil(used * tx.gasprice * self.price, MARKET.gas_scale)


@internal
@view
def _holdings() -> Holdings:
    base: int256 = convert(staticcall Token(MARKET.base).balanceOf(ACCOUNT), int256)
    wallet: uint256 = staticcall Token(MARKET.quote).balanceOf(ACCOUNT)
    quote: int256 = convert(wallet, int256)
    if MARKET.book != empty(address):
        base_there: int256 = 0
        quote_there: int256 = 0
        base_there, quote_there = staticcall Book(MARKET.book).holdings(ACCOUNT)
        base += base_there
        quote += quote_there
    return Holdings(base=base, quote=quote, wallet=wallet)


@internal
@pure
def _ceil(number: uint256, by: uint256) -> uint256:
    return number // by + convert(number % by != 0, uint256)


# --- who may change what ------------------------------------------------------------------------------


@external
def pause():
    """
    @notice Let no batch through; the account and its guardian can.
    """
    checks._need(checks.NOT_THE_ACCOUNT, msg.sender == ACCOUNT or self._is_guardian())
    self.state |= IS_PAUSED
    log Paused()


@external
def resume():
    self._only_account_and_closed()
    self.state &= ~IS_PAUSED
    log Resumed()


@external
def propose(strategy: bytes32, new: limits.Limits):
    """
    @notice Announce other limits; they can be accepted when the delay is over.
    """
    self._only_account_and_closed()
    checks._need(checks.MALFORMED, limits._well_formed(new, MARKET.gas_scale > 0))
    self.proposal = keccak256(abi_encode(strategy, new))
    self.due = block.timestamp + DELAY
    log Proposed(what=self.proposal, due=self.due)


@external
def cancel():
    checks._need(checks.NOT_THE_ACCOUNT, msg.sender == ACCOUNT or self._is_guardian())
    self.proposal = empty(bytes32)
    log Cancelled()


@external
def accept(strategy: bytes32, new: limits.Limits):
    """
    @notice Put in force what was proposed.
    """
    self._only_account_and_closed()
    checks._need(checks.NOT_PROPOSED, self.proposal == keccak256(abi_encode(strategy, new)))
    checks._below(checks.TOO_EARLY, block.timestamp, self.due)
    self.proposal = empty(bytes32)
    self._replace(strategy, new)


@external
def tighten(strategy: bytes32, new: limits.Limits):
    """
    @notice Put limits in force that let nothing through that the current ones do not; at once.
    """
    self._only_account_and_closed()
    old: limits.Limits = self._current(self.state).limits
    checks._need(checks.MALFORMED, limits._well_formed(new, MARKET.gas_scale > 0))
    checks._need(checks.NOT_TIGHTER, limits._tighter(new, old))
    self._replace(strategy, new)


@internal
def _replace(strategy: bytes32, new: limits.Limits):
    """
    @notice Store limits as the code of a contract of their own: one cold address to read, not 18 slots.
    """
    stored: Bytes[STORED] = abi_encode(strategy, new)
    # push2 size, dup1, push1 10, push0, codecopy, push0, return
    code: Bytes[STORED + 10] = concat(x"61024080600a5f395ff3", stored)
    where: address = raw_create(code)
    self.state = (self.state >> 160 << 160) | convert(where, uint256)
    log Replaced(strategy=strategy, limits=where)


@internal
@view
def _current(state: uint256) -> Program:
    where: address = convert(state & (2**160 - 1), address)
    if where == empty(address):
        return PROGRAM
    return abi_decode(slice(where.code, 0, STORED), Program)


@internal
@view
def _only_account():
    checks._need(checks.NOT_THE_ACCOUNT, msg.sender == ACCOUNT)


@internal
@view
def _only_account_and_closed():
    self._only_account()
    checks._need(checks.ALREADY_OPEN, not self.is_open)


@internal
@view
def _is_guardian() -> bool:
    return GUARDIAN != empty(address) and msg.sender == GUARDIAN


@external
def prepare(first: uint256, count: uint256):
    """
    @notice Pay now for the history's slots, so that the first batches need not; anybody can.
    """
    history._prepare(first, count)


# --- to read ------------------------------------------------------------------------------------------


@external
@view
def current() -> Program:
    """
    @notice The strategy's hash and the limits in force.
    """
    return self._current(self.state)


@external
@view
def paused() -> bool:
    return self.state >= IS_PAUSED


@external
@view
def hints() -> uint256:
    """
    @notice What `finish` takes, for a batch at this block's time or later.
    """
    bounds: limits.Limits = self._current(self.state).limits
    found: uint256 = 0
    for i: uint256 in range(limits.FLOWS):
        if bounds.flows[i] == 0:
            break
        found |= history._hint((self.state >> 160) & 65535, bounds.flows[i]) << (16 * i)
    return found
