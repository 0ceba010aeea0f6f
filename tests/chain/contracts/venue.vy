# pragma version 0.4.3
# A venue that changes what its caller holds as it is told, and one that calls elsewhere first.

interface Token:
    def shift(owner: address, amount: int256): nonpayable

BASE: immutable(address)
QUOTE: immutable(address)


@deploy
def __init__(base: address, quote: address):
    BASE = base
    QUOTE = quote


@external
def trade(base: int256, quote: int256):
    extcall Token(BASE).shift(msg.sender, base)
    extcall Token(QUOTE).shift(msg.sender, quote)


@external
def call_back(to: address, data: Bytes[4096]):
    raw_call(to, data)


@external
def burn_gas(amount: uint256):
    start: uint256 = msg.gas
    for i: uint256 in range(1000000):
        if start - msg.gas >= amount:
            break
