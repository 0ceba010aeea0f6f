# pragma version 0.4.3
# What an account holds at a venue, as told: base, quote; moving collateral there costs the wallet.

interface Token:
    def shift(owner: address, amount: int256): nonpayable

QUOTE: immutable(address)
base: int256
quote: int256


@deploy
def __init__(quote: address):
    QUOTE = quote


@external
def trade(base: int256, quote: int256):
    self.base += base
    self.quote += quote


@external
def deposit(amount: int256):
    self.quote += amount
    extcall Token(QUOTE).shift(msg.sender, -amount)


@external
@view
def holdings(owner: address) -> (int256, int256):
    return self.base, self.quote
