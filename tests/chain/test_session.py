"""A session key: what its policy lists is valid until it expires, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import encode_defunct

from stratc.runtime.execution import guard_calls
from stratc.runtime.execution.reasons import explained
from stratc.runtime.guard import UNLIMITED, GuardLimits
from stratc.runtime.policy import Bound, Permission, Place, Policy
from tests.chain.evm import ANYBODY, GWEI, Contract, Reverted
from tests.chain.guarded import OTHER, STRATEGY, Call, World

pytestmark = pytest.mark.chain
KEY, THIEF = "0x" + "41" * 32, "0x" + "42" * 32
HASH = bytes.fromhex("ab" * 32)
EXPIRY = 1_900_000_000
BATCH, SINGLE, TRYING = b"\x01" + bytes(31), bytes(32), b"\x01\x01" + bytes(30)
EXECUTE = bytes.fromhex("e9ae5c53")
MOST = 5 * 10**18
STRANGER = "0x00000000000000000000000000000000000000Cc"


class Session:
    """A guard, a policy for one venue's `trade` and one token's `give`, and the validator of a key."""

    def __init__(self) -> None:
        self.world = World(GuardLimits())
        strategy = int(STRATEGY, 16)
        guard, venue, token = self.world.guard.at, self.world.venue.at, self.world.base.at
        to = int(self.world.account.at, 16)
        # Of what is given: to the account up to 9 before a trade, nothing after it.
        trade = Permission(venue, "trade(int256 base, int256 quote)", 2, (Bound(0, 1, MOST),), Place.TRADES)
        approve = Permission(token, "give(address to, uint256 amount)", 2, (Bound(0, to, to), Bound(1, 1, 9)))
        tidy = replace(approve, bounds=(Bound(0, to, to), Bound(1, 0, 0)), place=Place.TIDIES)
        self.policy = Policy(
            self.world.account.at, EXPIRY, 100 * GWEI, 2_000_000,
            (
                Permission(guard, "begin(bytes32 a, uint256 b, uint256 c)", 3, (Bound(0, strategy, strategy),)),
                Permission(guard, "finish(uint256 a, uint256 b, uint256 c)", 3),
                Permission(guard, "mark(uint256 a)", 1),
                trade, approve, tidy,
            ),
        )  # fmt: skip
        policy = self.policy
        self.validator: Contract = self.world.evm.deploy(
            "session", policy.account, Account.from_key(KEY).address, policy.expiry, policy.max_fee,
            policy.max_gas, policy.packed(),
        )  # fmt: skip
        world = self.world
        self.begin: Call = (guard, guard_calls.begin(STRATEGY))
        self.mark: Call = (guard, guard_calls.mark())
        self.finish: Call = (guard, guard_calls.finish())
        self.trade = world.trade(1, -1)
        self.give: Call = world.call(world.base, "give", world.account.at, 9)
        self.tidy = world.call(world.base, "give", world.account.at, 0)
        self.good = [self.begin, self.give, self.trade, self.tidy, self.mark, self.trade, self.finish]

    def operation(self, calls: list[Call], **other: Any) -> tuple[Any, ...]:
        """The packed operation of a batch; `other` replaces fields, or its mode, wei or encoding."""
        listed = [(to, other.get("wei", 0), data) for to, data in calls]
        body = encode(
            ["bytes32", "bytes"], [other.get("mode", BATCH), encode(["(address,uint256,bytes)[]"], [listed])]
        )
        fields = {
            "sender": self.world.account.at, "nonce": 0, "init": b"", "call": EXECUTE + body,
            "limits": _pair(500_000, 1_000_000), "pre": 100_000, "fees": _pair(GWEI, 50 * GWEI), "paymaster": b"",
            "signature": sign(KEY),
        }  # fmt: skip
        return tuple((fields | {name: value for name, value in other.items() if name in fields}).values())

    def validate(self, operation: tuple[Any, ...]) -> int:
        """What the validator answers to the account."""
        data = self.validator.data("validateUserOp", operation, HASH)
        return int.from_bytes(self.world.account("ask", self.validator.at, data))


def _pair(high: int, low: int) -> bytes:
    return high.to_bytes(16, "big") + low.to_bytes(16, "big")


def sign(key: str, digest: bytes = HASH) -> bytes:
    return bytes(Account.sign_message(encode_defunct(digest), key).signature)


def twin(signature: bytes) -> bytes:
    """The other signature that elliptic curves allow for the same message."""
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    s = order - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


def test_what_the_policy_lists_is_valid_until_it_expires() -> None:
    session = Session()
    assert session.validate(session.operation(session.good)) == EXPIRY << 160
    session.world.execute(*session.good)
    assert session.validate(session.operation([session.begin, session.finish])) == EXPIRY << 160


Make = Callable[[Session], tuple[Any, ...]]
FORBIDDEN: dict[str, Make] = {
    "another function of the venue": lambda s: batch(s, s.world.call(s.world.venue, "burn_gas", 1)),
    "another contract": lambda s: batch(s, (STRANGER, s.trade[1])),
    "another token": lambda s: batch(s, (s.world.quote.at, s.give[1])),
    "a larger amount": lambda s: batch(s, s.world.trade(MOST + 1, 0)),
    "nothing at all bought": lambda s: batch(s, s.world.trade(0, 0)),
    "a sale where only purchases are listed": lambda s: batch(s, s.world.trade(-1, 0)),
    "another recipient": lambda s: batch(s, s.world.call(s.world.base, "give", STRANGER, 9)),
    "an approval of too much": lambda s: batch(s, s.world.call(s.world.base, "give", s.world.account.at, 10)),
    "arguments and more": lambda s: batch(s, (s.trade[0], s.trade[1] + bytes(32))),
    "arguments cut short": lambda s: batch(s, (s.trade[0], s.trade[1][:-1])),
    "no function": lambda s: batch(s, (s.trade[0], b"")),
    "ether": lambda s: s.operation(s.good, wei=1),
    "no begin": lambda s: s.operation(s.good[1:]),
    "no finish": lambda s: s.operation(s.good[:-1]),
    "begin twice": lambda s: s.operation([s.begin, *s.good]),
    "a leg after finish": lambda s: s.operation([*s.good, s.trade]),
    "two legs without a mark": lambda s: s.operation([s.begin, s.trade, s.trade, s.finish]),
    "two trades with tidying between": lambda s: s.operation([s.begin, s.trade, s.tidy, s.trade, s.finish]),
    "two trades without tidying": lambda s: s.operation([s.begin, s.give, s.trade, s.give, s.trade, s.finish]),
    "another strategy": lambda s: s.operation([(s.begin[0], guard_calls.begin(OTHER)), *s.good[1:]]),
    "pausing or resuming the guard": lambda s: batch(s, s.world.call(s.world.guard, "resume")),
    "tightening or loosening the guard": lambda s: batch(
        s, s.world.call(s.world.guard, "propose", bytes(32), GuardLimits().row())
    ),
    "a batch that goes on after a failure": lambda s: s.operation(s.good, mode=TRYING),
    "one call without a batch": lambda s: s.operation(s.good, mode=SINGLE),
    "another function of the account": lambda s: s.operation(s.good, call=bytes(4) + s.operation(s.good)[3][4:]),
    "no call": lambda s: s.operation(s.good, call=b""),
    "bytes after the batch": lambda s: s.operation(s.good, call=s.operation(s.good)[3] + bytes(32)),
    "two encodings in one": lambda s: s.operation(s.good, call=moved(s.operation(s.good)[3])),
    "a fee above the cap": lambda s: s.operation(s.good, fees=_pair(GWEI, 100 * GWEI + 1)),
    "gas above the cap": lambda s: s.operation(s.good, pre=500_001),
    "a factory": lambda s: s.operation(s.good, init=b"\x01"),
    "a paymaster": lambda s: s.operation(s.good, paymaster=b"\x01"),
    "another account": lambda s: s.operation(s.good, sender=STRANGER),
    "no calls": lambda s: s.operation([]),
    "seventeen calls": lambda s: s.operation([s.begin, *[s.give] * 15, s.finish]),
}  # fmt: skip


def batch(session: Session, call: Call) -> tuple[Any, ...]:
    return session.operation([session.begin, call, session.finish])


def moved(call: bytes) -> bytes:
    """The same arguments, the batch a word further on."""
    return call[:36] + (0x60).to_bytes(32, "big") + bytes(32) + call[68:]


REASONS = {
    "no begin": "between", "no finish": "between", "begin twice": "between", "a leg after finish": "between",
    "no calls": "between", "two legs without a mark": "a leg without a mark",
    "two trades with tidying between": "a leg without a mark", "two trades without tidying": "a leg without a mark",
    "no call": "not execute",
    "a batch that goes on after a failure": "all or nothing", "one call without a batch": "all or nothing",
    "another function of the account": "not execute", "bytes after the batch": "plain encoding",
    "two encodings in one": "plain encoding", "a fee above the cap": "fee", "gas above the cap": "gas",
    "a factory": "no factory", "a paymaster": "no paymaster", "another account": "another account",
    "tightening or loosening the guard": "without a reason", "seventeen calls": "without a reason",
}  # fmt: skip
"""Where it is not that the policy does not list it; what is larger than any batch is not even read."""


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_a_session_key_may_not_do(name: str) -> None:
    session = Session()
    with pytest.raises(Reverted) as found:
        session.validate(FORBIDDEN[name](session))
    assert REASONS.get(name, "not in the policy") in explained(found.value.data)
    assert session.validate(session.operation(session.good)) == EXPIRY << 160


@pytest.mark.parametrize(
    "signature",
    [sign(THIEF), sign(KEY, bytes(32)), twin(sign(KEY)), sign(KEY)[:64], b"", bytes(65)],
    ids=["another key", "another operation", "the twin signature", "64 bytes", "none", "zeros"],
)
def test_a_signature_that_is_not_the_keys(signature: bytes) -> None:
    session = Session()
    assert session.validate(session.operation(session.good, signature=signature)) == 1


def test_only_the_account_asks() -> None:
    session = Session()
    with pytest.raises(Reverted):
        session.validator("validateUserOp", session.operation(session.good), HASH, by=ANYBODY)


def test_the_key_signs_no_messages() -> None:
    session = Session()
    answer = session.validator("isValidSignatureWithSender", ANYBODY, HASH, sign(KEY))
    assert answer == bytes.fromhex("ffffffff")


def test_a_policy_as_text_and_as_the_validator_holds_it() -> None:
    session = Session()
    one = session.policy.permissions[3]
    assert len(one.packed()) == 27 + 65
    assert len(replace(one, bounds=()).packed()) == 27
    assert UNLIMITED.to_bytes(32, "big") not in session.policy.packed()
