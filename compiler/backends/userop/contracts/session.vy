# pragma version 0.4.3
# pragma evm-version cancun
# A validator (ERC-7579) for one key of one account: batches of calls that its policy lists, between the guard's
# begin and finish, until it expires. It keeps nothing: budgets are the guard's, and a key is revoked by
# removing the validator from the account.

struct PackedUserOperation:
    sender: address
    nonce: uint256
    initCode: Bytes[32]
    callData: Bytes[9988]
    accountGasLimits: bytes32
    preVerificationGas: uint256
    gasFees: bytes32
    paymasterAndData: Bytes[32]
    signature: Bytes[65]

struct Execution:
    target: address
    value: uint256
    data: Bytes[420]

EXECUTE: constant(bytes4) = method_id("execute(bytes32,bytes)", output_type=bytes4)
BATCH: constant(bytes32) = 0x0100000000000000000000000000000000000000000000000000000000000000
VALIDATOR: constant(uint256) = 1
FAILED: constant(uint256) = 1
# Of the policy, in this order: the guard's begin, finish and mark, then the calls of the legs.
BEGIN: constant(uint256) = 0
FINISH: constant(uint256) = 1
MARK: constant(uint256) = 2
# What a call is in its leg: it prepares (an approval), it trades, or it tidies up after the trade.
TRADES: constant(uint256) = 1
TIDIES: constant(uint256) = 2
HALF_ORDER: constant(uint256) = 57896044618658097711785492504343953926418782139537452191302581570759080747168
NO_RULE: constant(uint256) = max_value(uint256)

ACCOUNT: public(immutable(address))
KEY: public(immutable(address))
EXPIRY: public(immutable(uint256))
MAX_FEE: public(immutable(uint256))
MAX_GAS: public(immutable(uint256))
# A rule: target 20, selector 4, words 1, place in the leg 1, bounds 1, then for each bound: word 1, low 32, high 32.
POLICY: immutable(Bytes[6144])


@deploy
def __init__(
    account: address, key: address, expiry: uint256, max_fee: uint256, max_gas: uint256, policy: Bytes[6144]
):
    """
    @param expiry The last second at which an operation of the key is valid.
    @param max_fee Wei a unit of gas.
    @param max_gas Of one operation: validation, calls and pre-verification together.
    """
    assert key != empty(address) and expiry < 2**48
    ACCOUNT = account
    KEY = key
    EXPIRY = expiry
    MAX_FEE = max_fee
    MAX_GAS = max_gas
    POLICY = policy


@external
@view
def validateUserOp(op: PackedUserOperation, hash: bytes32) -> uint256:
    """
    @notice Until when the operation is valid; 1 where the signature is not the key's; reverts where the
        policy does not list what it does.
    """
    assert msg.sender == ACCOUNT and op.sender == ACCOUNT, "session: another account"
    assert len(op.initCode) == 0 and len(op.paymasterAndData) == 0, "session: no factory and no paymaster"
    assert convert(op.gasFees, uint256) & (2**128 - 1) <= MAX_FEE, "session: fee above the policy's"
    limits: uint256 = convert(op.accountGasLimits, uint256)
    gas_limit: uint256 = (limits >> 128) + (limits & (2**128 - 1)) + op.preVerificationGas
    assert gas_limit <= MAX_GAS, "session: gas above the policy's"
    self._allowed(op.callData)
    if not self._signed(hash, op.signature):
        return FAILED
    return EXPIRY << 160


@internal
@view
def _signed(hash: bytes32, signature: Bytes[65]) -> bool:
    if len(signature) != 65:
        return False
    digest: bytes32 = keccak256(concat(b"\x19Ethereum Signed Message:\n32", hash))
    r: uint256 = convert(slice(signature, 0, 32), uint256)
    s: uint256 = convert(slice(signature, 32, 32), uint256)
    v: uint256 = convert(slice(signature, 64, 1), uint256)
    if s > HALF_ORDER:
        return False  # the other of two signatures that would both do
    return ecrecover(digest, v, r, s) == KEY


@internal
@view
def _allowed(call: Bytes[9988]):
    assert len(call) > 4 and convert(slice(call, 0, 4), bytes4) == EXECUTE, "session: not execute"
    body: Bytes[9988] = slice(call, 4, len(call) - 4)
    mode: bytes32 = empty(bytes32)
    batch: Bytes[9856] = b""
    mode, batch = abi_decode(body, (bytes32, Bytes[9856]))
    assert mode == BATCH, "session: not a batch that is all or nothing"
    calls: DynArray[Execution, 16] = abi_decode(batch, DynArray[Execution, 16])
    # One encoding only, so that the account cannot read other calls out of the same bytes.
    assert keccak256(abi_encode(mode, batch)) == keccak256(body), "session: not the plain encoding"
    assert keccak256(abi_encode(calls)) == keccak256(batch), "session: not the plain encoding"
    assert len(calls) >= 2, "session: not between the guard's calls"
    last: uint256 = len(calls) - 1
    has_traded: bool = False
    for i: uint256 in range(len(calls), bound=16):
        rule: uint256 = 0
        place: uint256 = 0
        rule, place = self._rule(calls[i])
        assert rule != NO_RULE, "session: not in the policy"
        assert (rule == BEGIN) == (i == 0) and (rule == FINISH) == (i == last), "session: not between the guard's calls"
        if rule > MARK:
            assert not has_traded or place == TIDIES, "session: a leg without a mark before the next"
            has_traded = has_traded or place == TRADES
        else:
            has_traded = False


@internal
@view
def _rule(call: Execution) -> (uint256, uint256):
    """
    @notice The first rule of the policy that lists a call, and what the call is in its leg.
    """
    if call.value != 0 or len(call.data) < 4:
        return NO_RULE, 0
    at: uint256 = 0
    for i: uint256 in range(64):
        if at + 27 > len(POLICY):
            break
        head: uint256 = convert(slice(POLICY, at, 27), uint256)
        bounds: uint256 = head & 255
        words: uint256 = (head >> 16) & 255
        same: bool = convert(head >> 56, address) == call.target
        same = same and (head >> 24) & (2**32 - 1) == convert(slice(call.data, 0, 4), uint256)
        same = same and len(call.data) == 4 + 32 * words
        if same and self._within(call.data, at + 27, bounds):
            return i, (head >> 8) & 255
        at += 27 + 65 * bounds
    return NO_RULE, 0


@internal
@view
def _within(data: Bytes[420], start: uint256, bounds: uint256) -> bool:
    for i: uint256 in range(bounds, bound=32):
        at: uint256 = start + 65 * i
        word: uint256 = convert(slice(POLICY, at, 1), uint256)
        found: uint256 = convert(slice(data, 4 + 32 * word, 32), uint256)
        if found < convert(slice(POLICY, at + 1, 32), uint256) or found > convert(slice(POLICY, at + 33, 32), uint256):
            return False
    return True


# --- what a module of an account says of itself ---------------------------------------------------------


@external
def onInstall(data: Bytes[32]):
    assert msg.sender == ACCOUNT


@external
def onUninstall(data: Bytes[32]):
    assert msg.sender == ACCOUNT


@external
@view
def isModuleType(kind: uint256) -> bool:
    return kind == VALIDATOR


@external
@view
def isInitialized(account: address) -> bool:
    return account == ACCOUNT


@external
@view
def isValidSignatureWithSender(sender: address, hash: bytes32, signature: Bytes[65]) -> bytes4:
    """
    @notice The key signs operations and nothing else: no message, no permit.
    """
    return 0xffffffff
